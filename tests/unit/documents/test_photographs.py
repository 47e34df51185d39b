"""Photographs lose the place where they were taken, and nothing of the picture."""

import io
import struct
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from engine.documents import films, photographs
from engine.documents.photographs import without_place
from engine.documents.store import FolderStore
from tests.pictures import SECRET, TAKEN_AT, exif_of, has_place, picture

KINDS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


def pixels(content: bytes) -> bytes:
    return Image.open(io.BytesIO(content)).tobytes()


@pytest.mark.parametrize("content_type", KINDS)
def test_the_place_goes_and_the_picture_stays_as_it_was(content_type):
    before = picture(KINDS[content_type], with_place=True)
    assert has_place(before) and SECRET in before

    after = without_place(before, content_type)

    assert not has_place(after) and SECRET not in after
    assert pixels(after) == pixels(before)


@pytest.mark.parametrize("content_type", KINDS)
def test_when_and_which_way_up_it_was_taken_stays(content_type):
    notes = exif_of(without_place(picture(KINDS[content_type], with_place=True), content_type))

    assert notes[ExifTags.Base.Orientation] == 6
    assert notes[ExifTags.Base.Model] == "Telephone 9"
    assert notes.get_ifd(ExifTags.IFD.Exif) == {ExifTags.Base.DateTimeOriginal: TAKEN_AT}


@pytest.mark.parametrize("content_type", KINDS)
def test_a_picture_that_tells_nothing_is_left_alone(content_type):
    once = without_place(picture(KINDS[content_type], with_place=True), content_type)

    assert without_place(once, content_type) == once
    assert without_place(picture(KINDS[content_type]), content_type) == picture(KINDS[content_type])


def test_what_a_telephone_writes_behind_the_picture_goes():
    film = b"\0\0\0\x18ftypmp42 +51.5074-000.1278/"

    assert b"51.5074" not in without_place(picture("JPEG") + film, "image/jpeg")


def test_the_xmp_of_a_picture_goes():
    xmp = b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta exif:GPSLatitude="51,30N"/>'
    plain = picture("JPEG")
    noted = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(xmp) + 2) + xmp + plain[2:]

    assert b"GPSLatitude" not in without_place(noted, "image/jpeg")


def test_a_heic_keeps_its_length_and_loses_its_place():
    tiff = exif_of(picture("JPEG", with_place=True)).tobytes().removeprefix(b"Exif\0\0")
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0\0\0\x06Exif\0\0" + tiff + b"the picture II*\0"

    after = without_place(heic, "image/heic")

    start = after.index(tiff[:4])
    notes = Image.Exif()
    notes.load(after[start : start + len(tiff)])
    assert len(after) == len(heic) and after.endswith(b"the picture II*\0")
    assert notes[ExifTags.Base.Orientation] == 6
    assert not notes.get_ifd(ExifTags.IFD.GPSInfo)


def test_a_film_loses_its_place_where_it_lies(tmp_path: Path):
    store = FolderStore(tmp_path)
    film = b"\0\0\0\x18ftypmp42 \xa9xyz\0\x12\x15\xc7+51.5074-000.1278/ moov"

    with store.incoming(io.BytesIO(film)) as incoming:
        changed = films.without_place(incoming)
        sha256 = store.keep(changed)

    assert store.path(sha256).read_bytes() == film.replace(b"+51.5074-000.1278/", b"+00.0000-000.0000/")
    assert store.verify(sha256)


@pytest.mark.parametrize("content_type", KINDS)
@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_a_picture_that_is_cut_off_is_found_out(content_type, part):
    whole = picture(KINDS[content_type], size=(300, 200), with_place=True)

    with pytest.raises(photographs.Damaged):
        without_place(whole[: int(len(whole) * part)], content_type)
