"""How long a text message is, for whoever writes its template: parts, what is left, and which signs make it dear."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from engine.documents.sms import MOST_PARTS, Length, costly, room, sms_length


@dataclass(frozen=True, slots=True)
class Measure:
    """The length of a text: `left` are the places before another part, `costly` the signs that halve a part."""

    length: Length
    left: int
    costly: tuple[str, ...]
    pieces: tuple[tuple[str, bool], ...]  # the text; those that are true hold costly signs

    @property
    def is_too_long(self) -> bool:
        """Say whether no gateway takes it."""
        return self.length.segments > MOST_PARTS


def measured(text: str) -> Measure:
    """Return how long a text message is, as it would be sent."""
    dear = costly(text)
    return Measure(sms_length(text), room(text), tuple(map(_named, dear)), tuple(_pieces(text, frozenset(dear))))


def _named(sign: str) -> str:
    """Return a sign with its name: some look like plain ones, and some like nothing."""
    name = unicodedata.name(sign, f"U+{ord(sign):04X}").lower()
    return f"{sign} ({name})" if sign.isprintable() and not sign.isspace() else name


def _pieces(text: str, dear: frozenset[str]) -> Iterator[tuple[str, bool]]:
    for is_dear, signs in groupby(text, key=dear.__contains__):
        yield "".join(signs), is_dear
