"""The body of an e-mail, written in Markdown: as HTML in the house's plain layout, and as text for whoever reads that.

What a field holds is escaped before it comes here, so that nothing of it is Markdown. HTML is not read; what comes out
is cleaned once more, and loads nothing from anywhere.
"""

import re
from functools import cache
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = frozenset("p br strong em s a ul ol li h1 h2 h3 blockquote hr code pre table thead tbody tr th td".split())
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
SIGNS = re.compile(r"([!-/:-@\[-`{-~])")  # what CommonMark lets a backslash stand before
COLOUR, TEXT = "#1d4e5f", "#1b1f23"
FONT = "font-family:Arial,Helvetica,sans-serif"
STYLES = {
    "p": f"margin:0 0 16px;font-size:16px;line-height:1.5;color:{TEXT}",
    "h1": f"margin:0 0 16px;font-size:22px;line-height:1.3;color:{COLOUR}",
    "h2": f"margin:24px 0 8px;font-size:18px;line-height:1.3;color:{COLOUR}",
    "h3": f"margin:24px 0 8px;font-size:16px;line-height:1.3;color:{COLOUR}",
    "ul": "margin:0 0 16px;padding-left:24px",
    "ol": "margin:0 0 16px;padding-left:24px",
    "li": f"margin:0 0 6px;font-size:16px;line-height:1.5;color:{TEXT}",
    "a": f"color:{COLOUR};text-decoration:underline",
    "blockquote": f"margin:0 0 16px;padding:2px 0 2px 16px;border-left:4px solid {COLOUR}",
    "hr": "margin:24px 0;border:0;border-top:1px solid #cfd6d9",
    "table": "margin:0 0 16px;border-collapse:collapse",
    "th": f"padding:6px 16px 6px 0;border-bottom:2px solid {COLOUR};text-align:left;font-size:16px;color:{TEXT}",
    "td": f"padding:6px 16px 6px 0;border-bottom:1px solid #cfd6d9;font-size:16px;color:{TEXT}",
}
SIZE = re.compile(r"font-size:(\d+)px(?=[;\"])")
OF_SENDER = f"margin:0 0 24px;font-size:20px;font-weight:bold;color:{COLOUR}"
OPENING = re.compile(rf"<({'|'.join(STYLES)})(?=[ >])")


def escaped(text: str) -> str:
    """Return a text that Markdown prints as it is; line ends stay line ends, "\\a" is a new paragraph."""
    lines = [SIGNS.sub(r"\\\1", " ".join(line.split())) for line in re.split("[\n\r]", text)]
    return "\\\n".join(lines).replace("\a", "\n\n")


def html(body: str, *, subject: str, sender: str = "", is_large: bool = False) -> str:
    """Return an e-mail's body as a page of HTML: one column, the sender's name above it, no picture and no script.

    `is_large` makes its letters larger by three eighths, as large print on paper does.
    """
    read = _reader().render(body)
    content = nh3.clean(read, tags=set(TAGS), attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
    styled = OPENING.sub(lambda tag: f'<{tag[1]} style="{STYLES[tag[1]]}"', content)
    head = f'<p style="{OF_SENDER}">{escape(sender)}</p>\n' if sender else ""
    content = f"{head}{styled}"
    if is_large:
        content = SIZE.sub(lambda size: f"font-size:{int(size[1]) * 11 // 8}px", content)
    return (
        '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width, initial-scale=1"><title>{escape(subject)}</title></head>'
        f'<body style="margin:0;padding:0;background:#ffffff;{FONT}"><table role="presentation" width="100%" '
        'cellspacing="0" cellpadding="0" border="0"><tr><td style="padding:24px 16px"><table role="presentation" '
        'align="center" width="100%" cellspacing="0" cellpadding="0" border="0" style="max-width:600px;margin:0 auto">'
        f'<tr><td style="{FONT}">{content}</td></tr></table></td></tr></table></body></html>'
    )


def text(body: str) -> str:
    """Return an e-mail's body as plain text: addresses of links behind their words, lists with their signs."""
    return _Plain().written(_reader().parse(body))


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])


class _Plain:
    """Writes the tokens of a text without marks."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.lists: list[int | None] = []  # the next number of each list that is open; none of one without numbers
        self.sign = ""  # of the item that begins
        self.cells: list[str] | None = None

    def written(self, tokens: list[Token]) -> str:
        for token in tokens:
            self._take(token)
        return "\n".join(self.blocks).strip() + "\n"

    def _take(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                start = int(token.attrGet("start") or 1) if token.type.startswith("ordered") else None
                self.lists.append(start)
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
                self._end_of_block()
            case "list_item_open":
                number = self.lists[-1]
                self.sign = "- " if number is None else f"{number}. "
                self.lists[-1] = number + 1 if number is not None else None
            case "tr_open":
                self.cells = []
            case "tr_close":
                self.blocks.append("  |  ".join(self.cells or []))
                self.cells = None
            case "table_close" | "blockquote_close":
                self._end_of_block()
            case "hr":
                self._block("-" * 40)
            case "fence" | "code_block":
                self._block(token.content.rstrip("\n"))
            case "inline":
                said = _inline(token.children or [])
                if self.cells is not None:
                    self.cells.append(said)
                else:
                    self._block(said)
            case _:
                return

    def _block(self, said: str) -> None:
        if not self.lists:
            self.blocks += [said, ""]
            return
        indent = "  " * (len(self.lists) - 1)
        first, *rest = said.split("\n")
        self.blocks.append(f"{indent}{self.sign}{first}")
        self.blocks += [f"{indent}{' ' * len(self.sign)}{line}" for line in rest]
        self.sign = " " * len(self.sign)

    def _end_of_block(self) -> None:
        if not self.lists and self.blocks and self.blocks[-1]:
            self.blocks.append("")


def _inline(tokens: list[Token]) -> str:
    said, links = "", []
    for token in tokens:
        if token.type == "link_open":
            links.append((str(token.attrGet("href") or ""), len(said)))
        elif token.type == "link_close" and links:
            address, start = links.pop()
            shown = address.removeprefix("mailto:").removeprefix("tel:")
            is_bare = said[start:].strip() in (address, shown)
            said = f"{said[:start]}{shown}" if is_bare else f"{said} ({shown})"
        elif token.type in ("softbreak", "hardbreak"):
            said += "\n" if token.type == "hardbreak" else " "
        elif token.type in ("text", "code_inline"):
            said += token.content
    return said
