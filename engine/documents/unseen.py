"""A page as a picture with its words laid over it unseen, to be searched; runs in the limited child only."""

import io
from collections.abc import Sequence
from typing import Any

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

from engine.documents.page_words import Box

QUALITY = 80
HALF = 0.5  # of its size, the width of every letter in the unseen font
# What says that the codes of the unseen font are the letters themselves.
UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap CMapName currentdict /CMap defineresource pop end end"""


class Font:
    """A font without shapes, for one document."""

    def __init__(self, writer: PdfWriter) -> None:
        unicode = StreamObject()
        unicode.set_data(UNICODE)
        system = {
            "/Registry": TextStringObject("Adobe"),
            "/Ordering": TextStringObject("Identity"),
            "/Supplement": NumberObject(0),
        }
        shape = {
            "/Type": NameObject("/Font"),
            "/Subtype": NameObject("/CIDFontType2"),
            "/BaseFont": NameObject("/Unseen"),
            "/CIDSystemInfo": _dictionary(system),
            "/DW": NumberObject(int(1000 * HALF)),
            "/CIDToGIDMap": NameObject("/Identity"),
        }
        font = {
            "/Type": NameObject("/Font"),
            "/Subtype": NameObject("/Type0"),
            "/BaseFont": NameObject("/Unseen"),
            "/Encoding": NameObject("/Identity-H"),
            "/ToUnicode": writer._add_object(unicode),
            "/DescendantFonts": ArrayObject([writer._add_object(_dictionary(shape))]),
        }
        self.kept = writer._add_object(_dictionary(font))


def add_page(
    writer: PdfWriter, font: Font, size: tuple[float, float], picture: Image.Image, words: Sequence[tuple[str, Box]]
) -> None:
    """Add a page of this size in points, which shows the picture and holds the words."""
    page = writer.add_blank_page(*size)
    pictures = _dictionary({"/Picture": writer._add_object(_image(picture))})
    page[NameObject("/Resources")] = _dictionary({"/XObject": pictures, "/Font": _dictionary({"/Unseen": font.kept})})
    stream = StreamObject()
    stream.set_data(_drawing(*size, words))
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())


def _drawing(across: float, down: float, words: Sequence[tuple[str, Box]]) -> bytes:
    lines = [f"q {across:.2f} 0 0 {down:.2f} 0 0 cm /Picture Do Q", "BT 3 Tr"]
    for text, (left, top, right, bottom) in words:
        size = max((bottom - top) * down, 1.0)
        code = text.encode("utf-16-be", "replace").hex()
        stretch = 100 * (right - left) * across / (len(code) / 4 * HALF * size)
        lines.append(f"/Unseen {size:.2f} Tf {stretch:.2f} Tz 1 0 0 1 {left * across:.2f} {(1 - bottom) * down:.2f} Tm")
        lines.append(f"<{code}0020> Tj")
    return "\n".join([*lines, "ET"]).encode()


def _image(picture: Image.Image) -> StreamObject:
    file, stream = io.BytesIO(), StreamObject()
    picture.save(file, "JPEG", quality=QUALITY)
    stream._data = file.getvalue()
    told = {"/Type": "/XObject", "/Subtype": "/Image", "/ColorSpace": "/DeviceRGB", "/Filter": "/DCTDecode"}
    stream.update({NameObject(name): NameObject(value) for name, value in told.items()})
    numbers = {"/Width": picture.width, "/Height": picture.height, "/BitsPerComponent": 8}
    stream.update({NameObject(name): NumberObject(value) for name, value in numbers.items()})
    return stream


def _dictionary(values: dict[str, Any]) -> DictionaryObject:
    return DictionaryObject({NameObject(name): value for name, value in values.items()})
