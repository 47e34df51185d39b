"""Finds the entities that a file names: by our reference, a UPRN, or what another system calls them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, literal, select
from sqlalchemy.orm import Session

from engine.importing.mapping import Sought
from engine.record.kinds import KINDS
from models.among import among_texts
from models.base import table
from models.record import ExternalReference

EXTERNAL = table(ExternalReference)
AT_ONCE = 5_000  # texts in one statement
MOST_KEPT = 500_000
IMPORT_FIRST = "Correct it, or import what it names first."
_ANY = Sought()


class NotOne(Exception):
    """A text that names nothing, or several; the sentence says which."""


@dataclass(slots=True)
class Finder:
    """Remembers what was found, so that a file of a million lines asks for each account once."""

    _found: dict[tuple[str, Sought, str], set[int]] = field(default_factory=dict)

    def look_up(self, session: Session, kind: str, texts: Iterable[str], sought: Sought = _ANY) -> None:
        """Look for all the texts of a chunk in a few statements."""
        if len(self._found) > MOST_KEPT:
            self._found.clear()
        missing = {text for text in texts if (kind, sought, text) not in self._found}
        for few in _several(sorted(missing)):
            hits = defaultdict(set)
            for statement in _statements(kind, sought, few):
                for text, number in session.execute(statement):
                    hits[text].add(number)
            self._found |= {(kind, sought, text): hits[text] for text in few if text in hits}

    def number(self, kind: str, text: str, sought: Sought = _ANY) -> int:
        """Return the number of the one entity that a text names. Raises NotOne."""
        found: set[int] = self._found.get((kind, sought, text), set())
        if len(found) == 1:
            return next(iter(found))
        word = KINDS[kind].word
        if not found:
            raise NotOne(f"There is no {word} with {_called(kind, sought)} {text}.")
        raise NotOne(f"{len(found)} of this kind ({word}) are called {text}.")


def by_key(session: Session, kind: str, column: str, keys: Iterable[str], allocated_by: str) -> dict[str, int]:
    """Return the numbers of the entities that a chunk's lines are about, by their key.

    The key is what `allocated_by` calls them, or with none the value of a column of ours.
    """
    found: dict[str, int] = {}
    for few in _several(sorted(set(keys))):
        statement = _external(kind, few, allocated_by) if allocated_by else _own(kind, column, few)
        found |= {text: number for text, number in session.execute(statement)}  # noqa: C416 (rows are no pairs to mypy)
    return found


def _statements(kind: str, sought: Sought, texts: list[str]) -> list[Select[Any]]:
    several = []
    if sought.by in ("", "reference"):
        several.append(_own(kind, "reference", texts))
    if sought.by in ("", "uprn") and kind == "home":
        several.append(_own(kind, "uprn", texts))
    if sought.by in ("", "external"):
        several.append(_external(kind, texts, sought.allocated_by))
    return several


def _own(kind: str, column: str, texts: list[str]) -> Select[Any]:
    columns = table(KINDS[kind].model).c
    return select(columns[column], columns.id).where(among_texts(columns[column], texts))


def _external(kind: str, texts: list[str], allocated_by: str) -> Select[Any]:
    c = EXTERNAL.c
    found = select(c.value, c.entity_id).where(
        c.entity_type == literal(kind), among_texts(c.value, texts), c.ended_on.is_(None)
    )
    return found.where(c.allocated_by == allocated_by) if allocated_by else found


def _called(kind: str, sought: Sought) -> str:
    names: Mapping[str, str] = {
        "reference": "the reference",
        "uprn": "the UPRN",
        "external": f"{sought.allocated_by or 'another system'}'s reference",
        "": "the reference or UPRN" if kind == "home" else "the reference",
    }
    return names[sought.by]


def _several(texts: list[str]) -> Iterable[list[str]]:
    return (texts[start : start + AT_ONCE] for start in range(0, len(texts), AT_ONCE))
