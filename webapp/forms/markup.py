"""Turns the texts of a form into HTML that is safe to show, whatever the form and the answers in it say."""

import html
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import nh3
from markupsafe import Markup

from engine.forms.expressions import Names
from engine.forms.templates import Template

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

TAGS = set(
    "a abbr b blockquote br caption code dd del details div dl dt em h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre s"
    " small span strong sub summary sup table tbody td tfoot th thead tr u ul".split()
)
ATTRIBUTES = {
    "a": {"href", "title"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}
SCHEMES = {"http", "https", "mailto", "tel"}

_MARKDOWN_MARKS = re.compile(r"""[\\`*_{}\[\]()#+\-.!|<>&"'~:/^=@\n]""")
_TAG_CLASSES = {
    "h2": "govuk-heading-m", "h3": "govuk-heading-s", "p": "govuk-body", "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number", "a": "govuk-link", "table": "govuk-table", "th": "govuk-table__header",
    "td": "govuk-table__cell", "hr": "govuk-section-break govuk-section-break--visible",
}  # fmt: skip


def from_markdown(text: Template, names: Names) -> Markup:
    """Return a Markdown text of a form as HTML; values put into it are shown as they are, never read as Markdown."""
    return _markdown(text.render(names, encode=_as_entities))


def from_html(content: Template, names: Names) -> Markup:
    """Return the HTML of a form with its values filled in, cleaned of all that could run, load or restyle."""
    return _cleaned(_lower_headings(content.render(names, encode=html.escape)))


def _as_entities(value: str) -> str:
    """Write each character that Markdown or HTML could take for a mark as a character reference."""
    return _MARKDOWN_MARKS.sub(lambda found: f"&#{ord(found[0])};", value)


@lru_cache(maxsize=1024)
def _markdown(text: str) -> Markup:
    reader = _reader()
    tokens = reader.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"  # a page has one h1, and it is not in the form
    return _cleaned(_lower_headings(reader.renderer.render(tokens, reader.options, {})))


@cache
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # here, because it takes long to import and the site starts without it

    return MarkdownIt("commonmark", {"html": True, "maxNesting": 20}).enable(["table", "strikethrough"])


def _lower_headings(text: str) -> str:
    return re.sub(r"(</?)h1\b", r"\1h2", text, flags=re.IGNORECASE)


@lru_cache(maxsize=1024)
def _cleaned(text: str) -> Markup:
    safe = nh3.clean(
        text,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
        set_tag_attribute_values={tag: {"class": name} for tag, name in _TAG_CLASSES.items()},
    )
    return Markup(safe)  # noqa: S704 - nh3 has just cleaned it


def image_source(source: Template, names: Names) -> str:
    """Return the address of a picture on this site or written into the form; nothing when it is elsewhere."""
    address = source.render(names).strip()
    if _DATA_IMAGE.match(address) or _OWN.match(address):
        return address
    return ""


_DATA_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+\Z")
_OWN = re.compile(r"/(?![/\\])[A-Za-z0-9_./~%-]*(?:\?[A-Za-z0-9_=&%.-]*)?\Z")
