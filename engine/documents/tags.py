"""The merge tags in a Word template's paragraphs, read before Jinja sees them, so that a fault names its paragraph."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CLOSERS = {"{{": "}}", "{%": "%}", "{#": "#}"}
MARK = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
# `{%p if … %}`: the tag stands for its whole paragraph, table row, cell or run.
SCOPED = re.compile(r"^(?:(p|tr|tc|r)\s+)?(.*)$", re.DOTALL)
OPENERS = frozenset({"if", "for", "with", "filter", "autoescape", "raw", "set", "macro", "call", "block", "trans"})
BETWEEN = {"elif": ("if",), "else": ("if", "for")}


@dataclass(frozen=True)
class Problem:
    """A fault in a template: a sentence, what to do, and where."""

    code: str
    message: str
    remedy: str
    place: str = ""  # letter, header, footer, notes, properties
    paragraph: str = ""


@dataclass(frozen=True)
class Tag:
    """One `{{ … }}` or `{% … %}` with the paragraph that it stands in."""

    opening: str
    scope: str
    content: str
    paragraph: str

    @property
    def word(self) -> str:
        """Return the first word of a block tag: if, endif, for …"""
        return (re.match(r"\w*", self.content) or [""])[0] if self.opening == "{%" else ""


@dataclass
class Reading:
    """What one part of a template holds."""

    place: str
    tags: list[Tag] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(root: etree._Element, place: str) -> Reading:
    """Read every paragraph of one part and say what is wrong with its tags."""
    reading = read_lines(paragraph_texts(root), place)
    if any("{{" in (code.text or "") or "{%" in (code.text or "") for code in root.iter(f"{W}instrText")):
        reading.problems.append(_in_field_code(place))
    return reading


def read_lines(texts: Iterable[str], place: str) -> Reading:
    """Read texts one by one, in each of which a tag must close, and say what is wrong with the tags."""
    reading = Reading(place)
    for text in texts:
        _scan(text, reading)
    _pair(reading)
    for tag in reading.tags:
        if tag.opening == "{{" and tag.scope:
            reading.problems.append(_prints_structure(tag, place))
    return reading


def paragraph_texts(root: etree._Element) -> Iterator[str]:
    """Yield the text of each paragraph, without that of paragraphs inside it (text boxes)."""
    for paragraph in root.iter(f"{W}p"):
        text = own_text(paragraph)
        if text:
            yield text


def own_text(paragraph: etree._Element) -> str:
    """Return the text of one paragraph, without that of paragraphs inside it."""
    return "".join(node.text or "" for node in paragraph.iter(f"{W}t") if paragraph_of(node) is paragraph)


def typed_quotes(text: str) -> str:
    """Return a text with the quotes of a typewriter, as tags are read."""
    return re.sub("[“”]", '"', re.sub("[‘’]", "'", text))


def with_plain_quotes(text: str) -> str:
    """Return a paragraph as it can be compared with one whose tags were read."""
    return typed_quotes(text).replace('\\"', '"').strip()


def shown(paragraph: str) -> str:
    """Return a paragraph's text as a sentence quotes it: one line, cut short."""
    line = " ".join(paragraph.split())
    return line if len(line) <= 80 else f"{line[:79].rstrip()}…"


def paragraph_of(node: etree._Element) -> etree._Element | None:
    """Return the innermost paragraph that a node stands in."""
    return next(node.iterancestors(f"{W}p"), None)


def _scan(text: str, reading: Reading) -> None:
    """Find the tags of one paragraph; a tag must close in the paragraph that it opens in."""
    at = 0
    while mark := MARK.search(text, at):
        closer = CLOSERS.get(mark[0])
        if closer is None:
            reading.problems.append(_stray(mark[0], text, reading.place))
            return
        end = MARK.search(text, mark.end())
        if end is None or end[0] != closer:
            reading.problems.append(_unclosed(mark[0], closer, text, reading.place))
            return
        if mark[0] != "{#":
            reading.tags.append(_tag(mark[0], text[mark.end() : end.start()], text))
        at = end.end()


def _tag(opening: str, content: str, paragraph: str) -> Tag:
    scope, inner = SCOPED.fullmatch(content.strip("-+ \t\n\xa0")).groups()  # type: ignore[union-attr]
    if opening == "{{" and not content.startswith(f"{scope} "):
        # `{{ p }}` and `{{ r + 1 }}` are fields; only `{{p … }}` without a space is a scope.
        scope, inner = None, content.strip()
    return Tag(opening, scope or "", inner.strip(), paragraph)


def _pair(reading: Reading) -> None:
    """Match every opening block tag with its end."""
    stack: list[Tag] = []
    for tag in (tag for tag in reading.tags if tag.opening == "{%"):
        word = tag.word
        if word in OPENERS and not (word == "set" and "=" in tag.content):
            stack.append(tag)
        elif word.startswith("end"):
            if not stack or stack[-1].word != word.removeprefix("end"):
                reading.problems.append(_unmatched(tag, stack[-1] if stack else None, reading.place))
                return
            stack.pop()
        elif word in BETWEEN and (not stack or stack[-1].word not in BETWEEN[word]):
            reading.problems.append(_unmatched(tag, stack[-1] if stack else None, reading.place))
            return
    reading.problems.extend(_never_ended(tag, reading.place) for tag in stack)


def _unclosed(opening: str, closer: str, text: str, place: str) -> Problem:
    return Problem(
        "unclosed_tag",
        f'A tag opens with "{opening}" and is not closed with "{closer}" in its paragraph.',
        f'Write "{closer}" at the end of the tag, in the same paragraph.',
        place,
        text,
    )


def _stray(mark: str, text: str, place: str) -> Problem:
    opening = next(opening for opening, closer in CLOSERS.items() if closer == mark)
    return Problem(
        "stray_mark",
        f'"{mark}" closes a tag that was never opened with "{opening}".',
        f'Write "{opening}" where the tag begins.',
        place,
        text,
    )


def _never_ended(tag: Tag, place: str) -> Problem:
    return Problem(
        "unclosed_block",
        f'"{{% {tag.content} %}}" is never ended.',
        f'Write "{{% end{tag.word} %}}" where it ends.',
        place,
        tag.paragraph,
    )


def _unmatched(tag: Tag, open_tag: Tag | None, place: str) -> Problem:
    if open_tag is None:
        return Problem(
            "unmatched_end",
            f'"{{% {tag.content} %}}" stands where nothing is open.',
            "Take it out, or write the tag that it ends in front of it.",
            place,
            tag.paragraph,
        )
    return Problem(
        "unmatched_end",
        f'"{{% {tag.content} %}}" stands where "{{% {open_tag.content} %}}" is still open.',
        f'Write "{{% end{open_tag.word} %}}" before it.',
        place,
        tag.paragraph,
    )


def _prints_structure(tag: Tag, place: str) -> Problem:
    return Problem(
        "prints_structure",
        f'"{{{{{tag.scope} {tag.content} }}}}" puts a value in the place of Word\'s own paragraph, row or run.',
        f'Write "{{{{ {tag.content} }}}}"; for a text of several paragraphs "{{{{ {tag.content}|paragraphs }}}}".',
        place,
        tag.paragraph,
    )


def _in_field_code(place: str) -> Problem:
    return Problem(
        "tag_in_field_code",
        "A merge tag stands inside a Word field (press Alt+F9 to see it), where a value could become an instruction.",
        "Turn the field into plain text (Ctrl+Shift+F9) and write the tag there.",
        place,
    )
