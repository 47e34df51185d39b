"""Pictures and PDFs made for tests: as cameras and scanners make them, and ones with something hidden in them."""

import io
import struct
import zlib

from PIL import ExifTags, Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

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


def flat(width: int, height: int) -> bytes:
    """Return a black PNG of few bytes that takes a byte a point to show. The height is a multiple of 100.

    It is put together of a hundred lines over and over: Pillow would need the whole picture in memory.
    """
    line = bytes(1 + (width + 7) // 8)
    packing = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    lines = packing.compress(line * 100) + packing.flush(zlib.Z_FULL_FLUSH)
    sum_of_zeros = struct.pack(">I", (len(line) * height % 65521) << 16 | 1)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)  # a bit a point, black and white
    data = b"\x78\xda" + lines * (height // 100) + b"\x03\0" + sum_of_zeros
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part))
        for name, part in ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    )


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


HIDDEN = "words of the hidden layer"


def busy_pdf() -> bytes:
    """Return a PDF of two pages, the second turned, with all that a bundle should not carry on.

    A script, an attachment, a note, a filled-in field, a link to the web, a layer that is switched off, structure and
    private notes that repeat its words, and drawing that leaves its state switched on.
    """
    writer = PdfWriter()
    for number in (1, 2):
        page = writer.add_blank_page(595, 842)
        content = f"q BT /F 12 Tf 72 700 Td (Page {number} of the busy one) Tj ET /Fm Do q 2 0 0 2 300 300 cm 0.5 g"
        if number == 1:
            content = f"/OC /L BDC BT /F 12 Tf 72 600 Td ({HIDDEN}) Tj ET EMC " + content
        stream = StreamObject()
        stream.set_data(content.encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/PieceInfo")] = TextStringObject("private words")
        page[NameObject("/Resources")] = _resources(writer)
        form = StreamObject()
        form.set_data(b"0 g")
        form[NameObject("/Type")] = NameObject("/XObject")
        form[NameObject("/Subtype")] = NameObject("/Form")
        form[NameObject("/BBox")] = ArrayObject(FloatObject(value) for value in (0, 0, 9, 9))
        form[NameObject("/PieceInfo")] = TextStringObject("private words of a form")
        page["/Resources"][NameObject("/XObject")] = DictionaryObject({NameObject("/Fm"): writer._add_object(form)})
    writer.pages[1].rotate(90)
    _add_note(writer)
    _add_field(writer)
    script = {
        NameObject("/S"): NameObject("/JavaScript"),
        NameObject("/JS"): TextStringObject("busy script"),
    }
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    writer.add_attachment("secret.txt", b"attached secret")
    writer.metadata = {"/Author": "Somebody private"}
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _resources(writer: PdfWriter) -> DictionaryObject:
    font = {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")}
    font[NameObject("/BaseFont")] = NameObject("/Helvetica")
    root = writer._root_object
    if "/OCProperties" not in root:
        layer = DictionaryObject({NameObject("/Type"): NameObject("/OCG"), NameObject("/Name"): TextStringObject("L")})
        kept = writer._add_object(layer)
        default = DictionaryObject({NameObject("/OFF"): ArrayObject([kept]), NameObject("/Order"): ArrayObject([kept])})
        root[NameObject("/OCProperties")] = DictionaryObject(
            {NameObject("/OCGs"): ArrayObject([kept]), NameObject("/D"): default}
        )
    layer = root["/OCProperties"]["/OCGs"][0].indirect_reference  # type: ignore[index]
    return DictionaryObject(
        {
            NameObject("/Font"): DictionaryObject({NameObject("/F"): DictionaryObject(font)}),
            NameObject("/Properties"): DictionaryObject({NameObject("/L"): layer}),
        }
    )


def _add_note(writer: PdfWriter) -> None:
    """Add a stamp that is seen on the page, and a link to the web."""
    stamp = {"/Subtype": NameObject("/Stamp"), "/Contents": TextStringObject("A stamp on the page")}
    _annotate(writer, stamp, "A stamp on the page", bottom=500)
    writer.add_annotation(0, Link(rect=(72, 400, 300, 420), url="https://evil.example/track"))


def _add_field(writer: PdfWriter) -> None:
    """Add a field of a form, filled in, with the appearance that its program drew."""
    field = {"/Subtype": NameObject("/Widget"), "/FT": NameObject("/Tx"), "/T": TextStringObject("name")}
    field["/V"] = TextStringObject("filled-in value")
    kept = _annotate(writer, field, "filled-in value", bottom=350)
    writer._root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): ArrayObject([kept])})


def _annotate(writer: PdfWriter, told: dict[str, PdfObject], words: str, *, bottom: int) -> IndirectObject:
    look, box = StreamObject(), (0, 0, 200, 20)
    look.set_data(f"BT /F 12 Tf 2 4 Td ({words}) Tj ET".encode())
    look[NameObject("/Type")] = NameObject("/XObject")
    look[NameObject("/Subtype")] = NameObject("/Form")
    look[NameObject("/BBox")] = ArrayObject(FloatObject(value) for value in box)
    look[NameObject("/Resources")] = writer.pages[0]["/Resources"]
    place = ArrayObject(FloatObject(value) for value in (72, bottom, 272, bottom + 20))
    one = DictionaryObject({NameObject(name): value for name, value in told.items()})
    one[NameObject("/Type")] = NameObject("/Annot")
    one[NameObject("/F")] = NumberObject(4)
    one[NameObject("/Rect")] = place
    one[NameObject("/AP")] = DictionaryObject({NameObject("/N"): writer._add_object(look)})
    kept = writer._add_object(one)
    writer.pages[0].setdefault(NameObject("/Annots"), ArrayObject()).append(kept)
    return kept


def everything_in(content: bytes) -> bytes:
    """Return every byte of a PDF with what is packed in it unpacked: what anybody could find by looking."""
    reader, found = PdfReader(io.BytesIO(content)), [content]
    for number in range(1, int(reader.trailer["/Size"])):
        one = reader.get_object(IndirectObject(number, 0, reader))
        found.append(repr(one).encode())
        if isinstance(one, StreamObject):
            found.append(one.get_data())
    return b"\n".join(found)
