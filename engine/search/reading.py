"""Reads what somebody typed into a search box: words with what else may stand for each, and the whole as a key."""

import re
from dataclasses import dataclass, replace
from itertools import islice, product

from models.search.keys import LONGEST, key_of
from models.search.letters import INNER, words

LONGEST_TEXT = 200
MOST_WORDS = 8
LONGEST_WORD = 40
MOST_PHRASES = 8

# Royal Mail's and GeoPlace's usual short forms, each found by those that stand with it.
SHORT_FORMS = """
st street saint, rd road, ave av avenue, ln la lane, cl close, ct crt court, cres cr crescent, dr drive,
gdns gdn gardens garden, gr grv grove, hse ho house, pl place, sq square, ter terr terrace, pk park, wk walk, wy way,
bldg bldgs building buildings, flt flat, apt apartment, rm room, est estate, hts heights, mt mount,
n north, s south, e east, w west, gt great, nr near
"""
SAME = {word: line.split() for line in SHORT_FORMS.split(",") for word in line.split()}
_POSTCODE = re.compile(r"([a-z]{1,2}\d[a-z\d]?)(\d[a-z]{2})")

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the question: one of these phrases must be there. `is_open`: its last word may go on."""

    phrases: tuple[Phrase, ...]
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked for."""

    text: str
    words: tuple[Word, ...]
    key: str

    @property
    def is_empty(self) -> bool:
        """Say whether it asks for nothing that could be found."""
        return not self.words

    @property
    def sayings(self) -> tuple[Phrase, ...]:
        """Return the ways in which the whole may be said, word after word; some, where there are very many."""
        combined = islice(product(*(word.phrases for word in self.words)), MOST_PHRASES)
        return tuple(tuple(part for phrase in phrases for part in phrase) for phrases in combined)

    @property
    def whole(self) -> "Question":
        """Return it without that its last word may go on."""
        return replace(self, words=(*self.words[:-1], *(replace(word, is_open=False) for word in self.words[-1:])))

    @property
    def is_open(self) -> bool:
        """Say whether the last word may go on."""
        return bool(self.words) and self.words[-1].is_open


def read(text: str) -> Question:
    """Return what a text asks for. Any text will do: what is no word is passed over, what is too long is cut."""
    text = " ".join(text.replace("\0", " ").split())[:LONGEST_TEXT]
    found = [word for piece in text.split() for word in _words(piece)][:MOST_WORDS]
    if found and not any(letter.isdigit() for letter in found[-1].phrases[0][-1]):
        found[-1] = Word(found[-1].phrases, is_open=True)
    return Question(text, tuple(found), key_of(text)[:LONGEST] if found else "")


def _words(piece: str) -> list[Word]:
    parts = [part[:LONGEST_WORD] for part in words(piece)]
    bare = "".join(letter for letter in piece if letter not in INNER)
    joined = [part[:LONGEST_WORD] for part in words(bare)]
    if len(parts) > 1 and len(joined) == 1:
        return [Word((tuple(parts), tuple(joined)))]
    return [Word(_phrases(part)) for part in parts]


def _phrases(word: str) -> tuple[Phrase, ...]:
    postcode = _POSTCODE.fullmatch(word)
    if postcode:
        return ((word,), postcode.groups())
    others = [other for other in SAME.get(word, ()) if other != word]
    return ((word,), *((other,) for other in others))
