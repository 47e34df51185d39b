"""QR codes in letters: `{{ account.reference|qr }}` is a picture of 25 mm that a telephone reads."""

import io
from typing import Any

import segno
from jinja2 import pass_context
from jinja2.runtime import Context

from engine.documents.formats import Unwritable, printed
from engine.documents.picture import Picture

SIDE = 25  # millimetres
LONGEST = 200  # bytes: with more, what is printed at this size is too fine for the camera of a telephone
MARGIN = 4  # modules of white around it, as ISO/IEC 18004 asks for
DOTS = 300  # at least, from side to side


@pass_context  # so that Jinja does not draw it when it reads the template
def write_qr(context: Context, value: Any) -> Picture:
    """Return the QR code of a text, number or address."""
    if isinstance(value, dict | list | tuple | bool | Picture):
        raise Unwritable('"qr" needs a text')
    text = printed(value).strip()
    size = len(text.encode("utf-8", "replace"))
    if not text:
        raise Unwritable('"qr" was given a text without a sign in it')
    if size > LONGEST:
        raise Unwritable(f'"qr" takes at most {LONGEST} signs and was given {size}, too many for a telephone to read')
    return Picture(height=SIDE, width=SIDE, words=f"QR code: {text}", content=drawn(text))


def drawn(text: str) -> bytes:
    """Return the QR code of a text as PNG, the same for the same text."""
    encoding = None if text.isascii() else "utf-8"
    code = segno.make(text, error="m", micro=False, boost_error=False, encoding=encoding)
    across = code.symbol_size(border=MARGIN)[0]
    file = io.BytesIO()
    code.save(file, kind="png", scale=-(-DOTS // across), border=MARGIN)
    return file.getvalue()
