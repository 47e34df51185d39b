"""Two versions of a letter compared paragraph by paragraph and word by word; runs in the limited child only."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from lxml import etree

from engine.documents import fields, packages
from engine.documents.refusals import LetterRefused, PackageRefused
from engine.documents.tags import W, paragraph_of

# Where a part stands, by the beginning of its name, in the order of the page.
PLACES = {
    "header": ("word/header",),
    "letter": ("word/document",),
    "footer": ("word/footer",),
    "notes": ("word/footnotes", "word/endnotes"),
}
# What else makes a letter look different, by the beginning of the names of its parts.
OTHERS = {"pictures": "word/media/", "styles": "word/styles", "numbering": "word/numbering", "fonts": "word/theme/"}
MOST_BLOCKS = 4_000  # of one place
MOST_PAIRS = 2_500  # of paragraphs whose likeness is asked where many changed at once
MOST_WORD_PAIRS = 4_000_000  # of one paragraph; above that it is told as a whole
ALIKE = 0.35  # paragraphs that share less are two paragraphs, not one that changed

# A merge tag is one word: what changes in it is the whole of it.
WORDS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\w+|\s+|[^\w\s]", re.DOTALL)
EMPHASIS = {f"{W}b": "bold", f"{W}i": "italic", f"{W}u": "underlined", f"{W}strike": "struck"}

Piece = tuple[str, str]  # "" same, "-" taken out, "+" put in; and the text
Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a row of a table with its cells; `look` is its style and emphasis."""

    cells: tuple[str, ...]
    is_row: bool
    look: str


def compare(before: bytes, after: bytes) -> dict[str, Any]:
    """Return {"places": [{place, steps}], "added": [field], "removed": [field], "others": [what else differs]}.

    Fields are not told where the tags of one of the two cannot be read: `fields_known` is false then.
    A step is {kind: same | changed | look | added | removed, is_row, cells: [[(sign, text)]]}. Raises LetterRefused.
    """
    old, new = _package(before), _package(after)
    places = [
        {"place": place, "steps": list(steps(_blocks(old, starts), _blocks(new, starts)))}
        for place, starts in PLACES.items()
    ]
    return {
        "places": [found for found in places if found["steps"]],
        **fields_changed(before, after),
        "others": [what for what, start in OTHERS.items() if _parts(old, start) != _parts(new, start)],
    }


def _package(content: bytes) -> packages.Package:
    try:
        package = packages.unpack(content)
        if packages.check_office(package) == packages.WORD:
            return package
    except PackageRefused as fault:
        raise unreadable(fault.reason, fault.remedy) from fault
    raise unreadable("it is not a Word document", "Save it as a Word document (.docx).")


def unreadable(reason: str, remedy: str) -> LetterRefused:
    """Return the refusal of a template that cannot be read."""
    return LetterRefused(f"One of the two cannot be compared because {reason}.", remedy=remedy, code="unreadable")


def fields_changed(before: bytes, after: bytes, *, kind: str = "letter") -> dict[str, Any]:
    """Return which fields a template gained and lost: {"fields_known", "added", "removed"}."""
    had, has = (_fields(content, kind) for content in (before, after))
    return {
        "fields_known": had is not None and has is not None,
        "added": sorted(has - had) if has and had is not None else [],
        "removed": sorted(had - has) if had and has is not None else [],
    }


def _fields(content: bytes, kind: str) -> set[str] | None:
    """Return the fields that a template uses; none where a fault in its tags leaves some unread."""
    report = fields.report(content, kind=kind)
    faults = [problem for problem in report["problems"] if problem["code"] != "unknown_block"]  # none is at hand here
    return None if faults else {use["path"].removesuffix("[]") for use in report["fields"]}


def _parts(package: packages.Package, start: str) -> set[bytes]:
    """Return the contents of the parts whose names begin so; Word names a picture anew as it likes."""
    return {content for name, content in package.members.items() if name.startswith(start)}


def _blocks(package: packages.Package, starts: tuple[str, ...]) -> list[Block]:
    found = [block for root in _roots(package, starts) for block in _of_part(root)]
    if len(found) > MOST_BLOCKS:
        raise unreadable(f"it has more than {MOST_BLOCKS:,} paragraphs", "Compare the two in Word.")
    return found


def _roots(package: packages.Package, starts: tuple[str, ...]) -> Iterator[etree._Element]:
    for name in sorted(package.members):
        if name.startswith(starts) and name.endswith(".xml"):
            yield packages.parsed(name, package.members[name])


def _of_part(root: etree._Element) -> Iterator[Block]:
    for node in root.iter(f"{W}p", f"{W}tr"):
        if next(node.iterancestors(f"{W}tr"), None) is not None:
            continue  # the row that it stands in tells of it
        cells = node.findall(f".//{W}tc") if node.tag == f"{W}tr" else [node]
        own = [cell for cell in cells if next(cell.iterancestors(f"{W}tc"), None) is None]
        block = Block(tuple(map(_text, own)), node.tag == f"{W}tr", "; ".join(map(_look, own)))
        if any(text.strip() for text in block.cells):
            yield block


def _text(node: etree._Element) -> str:
    """Return the text of a paragraph, or of the paragraphs of a cell, one a line."""
    if node.tag == f"{W}p":
        return _own_text(node)
    return "\n".join(filter(None, (_own_text(paragraph) for paragraph in node.iter(f"{W}p"))))


def _own_text(paragraph: etree._Element) -> str:
    signs = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
    nodes = (node for run in paragraph.iter(f"{W}r") if paragraph_of(run) is paragraph for node in run)
    return "".join(signs.get(node.tag, node.text or "") for node in nodes if node.tag in {f"{W}t", *signs})


def _look(node: etree._Element) -> str:
    """Return the styles and emphasis in a paragraph or cell: what may differ where the words do not."""
    styles = [style.get(f"{W}val", "") for style in node.iter(f"{W}pStyle", f"{W}jc")]
    runs: list[tuple[str, int]] = []
    for run in node.iter(f"{W}r"):
        length = sum(len(text.text or "") for text in run.findall(f"{W}t"))
        marks = " ".join(sorted(EMPHASIS[mark.tag] for mark in run.iter(*EMPHASIS) if mark.get(f"{W}val") != "0"))
        if length and runs and runs[-1][0] == marks:
            runs[-1] = marks, runs[-1][1] + length  # Word parts runs as it likes
        elif length:
            runs.append((marks, length))
    return f"{styles} {runs}"


# Alignment


def steps(old: Sequence[Block], new: Sequence[Block]) -> Iterator[Step]:
    """Yield what became of each paragraph or row, in order."""
    was, now = ([(block.cells, block.is_row) for block in blocks] for blocks in (old, new))
    for kind, i, k, j, m in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (_same(a, b) for a, b in zip(old[i:k], new[j:m], strict=True))
        else:
            yield from _replaced(old[i:k], new[j:m])


def _same(old: Block, new: Block) -> Step:
    return _step("same" if old.look == new.look else "look", new, [[("", text)] for text in new.cells])


def _replaced(old: Sequence[Block], new: Sequence[Block]) -> Iterator[Step]:
    """Yield what became of some paragraphs: each beside the one that it was, the others as taken out or put in."""
    i = j = 0
    for a, b in [*_pairs(old, new), (len(old), len(new))]:
        yield from (_whole("removed", "-", block) for block in old[i:a])
        yield from (_whole("added", "+", block) for block in new[j:b])
        if a < len(old):
            both = zip(old[a].cells, new[b].cells, strict=True)
            yield _step("changed", new[b], [words_changed(was, now) for was, now in both])
        i, j = a + 1, b + 1


def _pairs(old: Sequence[Block], new: Sequence[Block]) -> list[tuple[int, int]]:
    """Return which of the old paragraphs became which of the new ones: in order, so that most of the words are kept."""
    if len(old) * len(new) > MOST_PAIRS:
        return [(i, i) for i in range(min(len(old), len(new))) if _alike(old[i], new[i]) >= ALIKE]

    @cache
    def likeness(i: int, j: int) -> float:
        return _alike(old[i], new[j])

    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            paired = likeness(i, j) + best[i + 1][j + 1] if likeness(i, j) >= ALIKE else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    found, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if likeness(i, j) >= ALIKE and best[i][j] == likeness(i, j) + best[i + 1][j + 1]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _alike(old: Block, new: Block) -> float:
    """Return how much of the words two paragraphs share, from 0 to 1; rows of other columns are not compared."""
    if old.is_row != new.is_row or len(old.cells) != len(new.cells):
        return 0.0
    was, now = ("\n".join(block.cells).split() for block in (old, new))
    return difflib.SequenceMatcher(None, was, now, autojunk=False).quick_ratio()


def words_changed(was: str, now: str) -> list[Piece]:
    """Return a text with the words that were taken out and put in, those that belong together in one piece."""
    if was == now:
        return [("", now)]
    old, new = WORDS.findall(was), WORDS.findall(now)
    if len(old) * len(new) > MOST_WORD_PAIRS:
        return _pieces([("", was, now)])
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    found = [
        ("same" if kind == "equal" else "", "".join(old[i:k]), "".join(new[j:m]))
        for kind, i, k, j, m in matcher.get_opcodes()
    ]
    return _pieces(found)


def _pieces(found: Sequence[tuple[str, str, str]]) -> list[Piece]:
    """Put changes together that only a space keeps apart: “the old house” reads better than “the” and “old”."""
    joined: list[tuple[str, str, str]] = []
    for number, (kind, was, now) in enumerate(found):
        is_gap = kind == "same" and not was.strip() and 0 < number < len(found) - 1
        kind = "" if is_gap else kind
        if joined and joined[-1][0] == kind:
            joined[-1] = kind, joined[-1][1] + was, joined[-1][2] + now
        else:
            joined.append((kind, was, now))
    pieces = [piece for kind, was, now in joined for piece in ([("", now)] if kind else [("-", was), ("+", now)])]
    return [piece for piece in pieces if piece[1]]


def _whole(kind: str, sign: str, block: Block) -> Step:
    return _step(kind, block, [[(sign, text)] for text in block.cells])


def _step(kind: str, block: Block, cells: list[list[Piece]]) -> Step:
    return {"kind": kind, "is_row": block.is_row, "cells": cells}
