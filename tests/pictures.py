"""Pictures and PDFs made for tests: as cameras and scanners make them, and ones with something hidden in them."""

import io

from PIL import ExifTags, Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

TAKEN_AT = "2026:11:01 10:00:00"
SECRET = b"the maker's own notes"


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (60, 40), with_place: bool = False) -> bytes:
    """Return a picture; with its place, as a telephone writes it: 51° 30' N, 0° 7' W, taken on 1 November 2026."""
    file, exif = io.BytesIO(), Image.Exif()
    if with_place:
        exif[ExifTags.Base.Orientation] = 6
        exif[ExifTags.Base.Model] = "Telephone 9"
        exif[ExifTags.IFD.Exif] = {
            ExifTags.Base.DateTimeOriginal: TAKEN_AT,
            ExifTags.Base.MakerNote: SECRET,
        }
        exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (51.0, 30.0, 1.5), 3: "W", 4: (0.0, 7.0, 39.9)}
    Image.new("RGB", size, "teal").save(file, kind, **({"exif": exif} if with_place else {}))
    return file.getvalue()


def exif_of(content: bytes) -> Image.Exif:
    """Return the notes in a picture."""
    return Image.open(io.BytesIO(content)).getexif()


def has_place(content: bytes) -> bool:
    """Say whether a picture tells where it was taken."""
    return bool(exif_of(content).get_ifd(ExifTags.IFD.GPSInfo))


def pdf(pages: int = 1, *, password: str = "", opens_with: str = "") -> bytes:
    """Return a PDF of empty pages; `opens_with` is a script that it starts when it is opened."""
    writer, file = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 280)
    if opens_with:
        script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(opens_with)}
        writer._root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(file)
    return file.getvalue()
