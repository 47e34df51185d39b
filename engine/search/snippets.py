"""Marks in a text what was asked for, and cuts out the place where it stands."""

import re
from itertools import pairwise

from engine.search.reading import Question
from models.search.letters import fold

WIDTH = 180  # characters of a snippet
BEFORE = 60  # of them before the first word that was asked for
_ENDINGS = (
    "ations",
    "ation",
    "ingly",
    "ings",
    "ing",
    "edly",
    "ies",
    "ied",
    "ers",
    "er",
    "ed",
    "es",
    "ly",
    "s",
    "e",
    "y",
)
_PLAIN: dict[int, str] = {
    code: plain for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)) if len(plain := fold(chr(code))) == 1
}

_ON, _END = r"\w*", r"(?!\w)"

Parts = list[tuple[str, bool]]  # a text in pieces; whether a piece is one that was asked for


def marked(text: str, question: Question, *, by_stem: bool = False) -> Parts:
    """Return the text with the words that were asked for marked."""
    pattern = _pattern(question, by_stem=by_stem)
    spots = [found.span() for found in pattern.finditer(_plain(text))] if pattern else []
    edges = [0, *(edge for spot in spots for edge in spot), len(text)]
    parts = [(text[start:end], number % 2 == 1) for number, (start, end) in enumerate(pairwise(edges))]
    return [part for part in parts if part[0]]


def snippet(text: str, question: Question) -> Parts:
    """Return the piece of a long text where the first of the words stands, or its beginning."""
    pattern = _pattern(question, by_stem=True)
    found = pattern.search(_plain(text)) if pattern else None
    start = max(0, found.start() - BEFORE) if found else 0
    if start:
        start = text.find(" ", start, start + BEFORE) + 1 or start
    end = start + WIDTH
    if end < len(text):
        end = max(text.rfind(" ", start + BEFORE, end), start + BEFORE)
    piece = " ".join(text[start:end].split())
    parts = marked(piece, question, by_stem=True)
    return [*([("… ", False)] if start else []), *parts, *([(" …", False)] if end < len(text) else [])]


def _plain(text: str) -> str:
    """Return the text in small plain letters, each where it stands."""
    small = text.lower()
    return (small if len(small) == len(text) else text).translate(_PLAIN)


def _pattern(question: Question, *, by_stem: bool) -> "re.Pattern[str] | None":
    words = {
        (part, word.is_open and part == phrase[-1])
        for word in question.words
        for phrase in word.phrases
        for part in phrase
    }
    if by_stem:
        words = {(_stem(word), True) for word, _ in words}
    alternatives = "|".join(
        re.escape(word) + (_ON if is_open else _END) for word, is_open in sorted(words, reverse=True)
    )
    return re.compile(rf"(?<!\w)(?:{alternatives})") if alternatives else None


def _stem(word: str) -> str:
    """Return what the forms of a word have in common, roughly: the databases know better, this only marks."""
    ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= 3), "")
    return word[: len(word) - len(ending)]
