"""Word documents as plain HTML to read in a page; runs in the limited child only.

Mammoth writes it from the document's structure, nh3 lets through what is listed here and nothing else: no script, no
style, no address. Pictures are drawn anew, small, and stand in the page itself.
"""

import base64
import io
from dataclasses import dataclass
from typing import Any

import mammoth
import nh3
from PIL import Image

from engine.documents import packages
from engine.documents.refusals import LetterRefused, PackageRefused

LONGEST = 2_000_000  # characters
LARGEST_PICTURES = 3_000_000  # bytes, all of them as they stand in the page
PICTURE = 900  # pixels, the longer side
TAGS = {
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "strong",
    "em", "s", "u", "sup", "sub", "br", "img", "blockquote", "dl", "dt", "dd",
}  # fmt: skip
ATTRIBUTES = {"img": {"src", "alt"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
OWN_PICTURE = "data:image/jpeg;base64,"


def html(content: bytes) -> str:
    """Return a Word document as HTML without head and body. Raises LetterRefused."""
    try:
        packages.check_office(packages.unpack(content))
    except PackageRefused as fault:
        raise LetterRefused(f"it cannot be shown because {fault.reason}", remedy=fault.remedy, code="unread") from fault
    pictures = _Pictures()
    made = mammoth.convert_to_html(
        io.BytesIO(content),
        convert_image=mammoth.images.img_element(pictures.drawn),
        include_embedded_style_map=False,
        external_file_access=False,
    )
    return cleaned(made.value[: LONGEST + LARGEST_PICTURES * 2])


def cleaned(written: str) -> str:
    """Return HTML with nothing in it but what is listed here."""
    return nh3.clean(
        written, tags=TAGS, attributes=ATTRIBUTES, attribute_filter=_kept, url_schemes={"data"}, link_rel=None
    )


def _kept(tag: str, name: str, value: str) -> str | None:
    return None if name == "src" and not value.startswith(OWN_PICTURE) else value


def warm_up(document: bytes) -> None:
    """Draw a picture of each kind and write a small document, so that what is imported late is there."""
    for name in ("JPEG", "PNG", "GIF"):
        file = io.BytesIO()
        Image.new("RGB", (2, 2)).save(file, name)
        _Pictures().drawn(_Drawn(file.getvalue()))
    html(document)


@dataclass(frozen=True, slots=True)
class _Drawn:
    content: bytes

    def open(self) -> io.BytesIO:
        return io.BytesIO(self.content)


class _Pictures:
    """Draws the pictures of one document, until they are too much for a page."""

    def __init__(self) -> None:
        self.left = LARGEST_PICTURES

    def drawn(self, image: Any) -> dict[str, str]:
        """Return the attributes of a picture; without an address where it cannot be shown."""
        try:
            with image.open() as stream, Image.open(stream, formats=("JPEG", "PNG", "GIF")) as picture:
                picture.thumbnail((PICTURE, PICTURE))
                file = io.BytesIO()
                picture.convert("RGB").save(file, "JPEG", quality=80)
        except (OSError, ValueError, KeyError, SyntaxError):
            return {"src": ""}
        self.left -= len(file.getvalue())
        return {"src": OWN_PICTURE + base64.b64encode(file.getvalue()).decode() if self.left > 0 else ""}
