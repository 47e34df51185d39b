"""Finds names of several words, and the name that was probably meant."""

import difflib
from collections.abc import Iterable
from functools import lru_cache

from engine.feel.faults import FeelError
from engine.feel.lexer import Token, tokens


class KnownNames:
    """Names that are more than one token long, found at a place among tokens; the longest wins (section 10.3.1.5)."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Make `name` known; names of one token need not be, and what is no name at all cannot be."""
        try:
            words = tuple(token.text for token in tokens(name)[:-1])
        except FeelError:
            return
        if len(words) > 1:
            entries = self._by_first.setdefault(words[0], [])
            entries.append((words, name))
            entries.sort(key=lambda entry: -len(entry[0]))

    def match(self, found: list[Token], position: int) -> tuple[str, int] | None:
        """Return the longest known name that begins at `position`, and how many tokens it takes."""
        for words, name in self._by_first.get(found[position].text, ()):
            if words == tuple(token.text for token in found[position : position + len(words)]):
                return name, len(words)
        return None


@lru_cache(maxsize=512)
def known(names: frozenset[str]) -> KnownNames:
    """Return the KnownNames of `names`, made once for each set."""
    return KnownNames(names)


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """Return " Did you mean …?" with the nearest of `candidates`, or nothing."""
    near = difflib.get_close_matches(name, sorted(set(candidates)), n=1, cutoff=0.7)
    return f" Did you mean `{near[0]}`?" if near else ""


def multi_word(names: Iterable[str]) -> frozenset[str]:
    """Return those of `names` that are not one word."""
    return frozenset(name for name in names if not name.isidentifier())
