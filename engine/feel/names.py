"""Finds names of several words, and the name that was probably meant."""

import difflib
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from engine.feel.faults import FeelError
from engine.feel.lexer import Token, tokens

MAX_WORDS = 40  # tokens of one name
MAX_CANDIDATES = 2_000  # names that one name is compared with


class KnownNames:
    """Names that are more than one token long, found at a place among tokens; the longest wins (section 10.3.1.5).

    They are kept as a tree of words, so that finding one takes no longer when there are many.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._first = _Word()
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Make `name` known; names of one token need not be, and what is no name at all cannot be."""
        try:
            words = [token.text for token in tokens(name)[:-1]]
        except FeelError:
            return
        if 1 < len(words) <= MAX_WORDS:
            here = self._first
            for word in words:
                here = here.following.setdefault(word, _Word())
            here.name = name

    def match(self, found: list[Token], position: int) -> tuple[str, int] | None:
        """Return the longest known name that begins at `position`, and how many tokens it takes."""
        if found[position].text not in self._first.following:
            return None
        longest = None
        here: _Word | None = self._first
        for number, token in enumerate(found[position : position + MAX_WORDS], start=1):
            here = here.following.get(token.text) if here is not None else None
            if here is None:
                break
            if here.name is not None:
                longest = here.name, number
        return longest


class _Word:
    """A word of known names: the words that may follow it, and the name that ends with it."""

    __slots__ = ("following", "name")

    def __init__(self) -> None:
        self.following: dict[str, _Word] = {}
        self.name: str | None = None


@lru_cache(maxsize=512)
def known(names: frozenset[str]) -> KnownNames:
    """Return the KnownNames of `names`, made once for each set."""
    return KnownNames(names)


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """Return " Did you mean …?" with the nearest of `candidates`, or nothing."""
    near = difflib.get_close_matches(name[:80], sorted(set(islice(candidates, MAX_CANDIDATES))), n=1, cutoff=0.65)
    return f" Did you mean `{near[0]}`?" if near else ""


def multi_word(names: Iterable[str]) -> frozenset[str]:
    """Return those of `names` that are not one word."""
    return frozenset(name for name in names if not name.isidentifier())
