"""What a message says: its plain text, else that of its HTML; and the HTML as a page in which nothing can run.

Runs in the limited child only.
"""

import html
import re
from collections import Counter
from collections.abc import Sequence

import nh3

from engine.documents.mail import charsets, headers
from engine.documents.mail.parts import Part, decoded

LONGEST_TEXT = 200_000  # characters
LONGEST_HTML = 1_000_000  # bytes that are looked at
TAGS = {
    "p", "div", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "thead", "tbody", "tfoot",
    "tr", "th", "td", "strong", "b", "em", "i", "s", "u", "sup", "sub", "blockquote", "pre", "code", "dl", "dt", "dd",
}  # fmt: skip
ATTRIBUTES = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_BREAK = re.compile(r"<(?:br|hr)[^>]*>|</(?:p|div|h[1-6]|li|tr|blockquote|pre|dt|dd|table)>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# What need not be closed. Of all else a page that opens thousands takes an hour to read: the square of their number.
_ENDS_BY_ITSELF = frozenset("p li tr td th dt dd br hr img input meta link col base area option wbr source".split())
MOST_OPEN = 2_000


def is_body(part: Part) -> bool:
    """Say whether a part is what the message says, and no file that came with it."""
    is_text = part.head.content_type in ("text/plain", "text/html")
    return is_text and part.head.disposition != "attachment" and not headers.file_name(part.head.typed)


def read(content: bytes, parts: Sequence[Part]) -> tuple[str, str]:
    """Return what a message says as text, and its HTML as a page without head and body ("" where it has none)."""
    plain = "\n".join(_text(content, part) for part in parts if part.head.content_type == "text/plain")
    pages = [_text(content, part, LONGEST_HTML) for part in parts if part.head.content_type == "text/html"]
    clean = "\n".join(cleaned(page) for page in pages)[:LONGEST_HTML]
    text = plain if plain.strip() else as_text(clean)
    return charsets.block(text).strip()[:LONGEST_TEXT], clean


def cleaned(page: str) -> str:
    """Return HTML with nothing in it but what is listed here; of a tangle its words alone."""
    page = page.replace("\0", "")
    if _is_tangled(page):
        return html.escape(_TAG.sub(" ", page))
    return nh3.clean(page, tags=TAGS, attributes=ATTRIBUTES, link_rel=None)


def _is_tangled(page: str) -> bool:
    opened: Counter[str] = Counter()
    for slash, name in _NAME.findall(page):
        opened[name.lower()] += -1 if slash else 1
    return any(count > MOST_OPEN for name, count in opened.items() if name not in _ENDS_BY_ITSELF)


def as_text(clean: str) -> str:
    """Return the words of cleaned HTML, a block a line."""
    flat = re.sub(r"[ \t\r\n]+", " ", clean)
    lines = html.unescape(_TAG.sub("", _BREAK.sub("\n", flat))).replace("\xa0", " ").split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in lines))


def _text(content: bytes, part: Part, most: int = LONGEST_TEXT * 4) -> str:
    # Base64 is a third longer than what it says; a line end of it may be cut.
    written = content[part.start : min(part.end, part.start + most * 2)]
    return charsets.text(decoded(written, part.head.encoding)[:most], part.head.parameter("charset"))
