"""What is in force now: read in one statement when it has changed, and kept in memory by its mark."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from time import monotonic
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calendars import Calendar, Closure, Nation, calendar
from engine.rules import RuleBook, load
from models.base import table
from models.law import LawChange, RuleEdition

LAW, EDITION = table(LawChange), table(RuleEdition)
COMMON = "common"
DEFAULT_NATION: Nation = "England and Wales"
MOST_KEPT = 8
MOST_BOOKS = 200
SECONDS_OLD = 5

_LATEST = select(LAW.c.mark).order_by(LAW.c.revision.desc()).limit(1)
# A column for a statement that is made anyway, such as the one that locks a case: it costs none of its own.
MARK = _LATEST.scalar_subquery().label("law")

_kept: OrderedDict[str, "Law"] = OrderedDict()
_books: OrderedDict[str, RuleBook] = OrderedDict()
_keeping = threading.Lock()
_seen: tuple[float, "Law"] = (float("-inf"), None)  # type: ignore[assignment]  # when, what


@dataclass(frozen=True, slots=True)
class Edition:
    """A published text of a source of rules; `id` is that of its row, `digest` tells its content."""

    id: int
    source: str
    number: int
    digest: str

    @property
    def label(self) -> str:
        """Return "complaint, edition 3"."""
        return f"{self.source}, edition {self.number}"


@dataclass(frozen=True)
class Law:
    """The rules and the calendar in force since the change `revision`."""

    mark: str = ""
    nation: Nation = DEFAULT_NATION
    closures: tuple[Closure, ...] = ()
    proclaimed: Mapping[str, Mapping[date, str]] = field(default_factory=dict)  # by nation: day to name
    editions: Mapping[str, Edition] = field(default_factory=dict)  # by source

    @property
    def revision(self) -> int:
        """Return the number of the change; 0 before the first."""
        return int(self.mark.partition(":")[0] or 0)

    @cached_property
    def calendar(self) -> Calendar:
        """Return the calendar of the organisation's nation, with its own closures."""
        here = self.proclaimed.get(self.nation, {})
        elsewhere = {day: name for days in self.proclaimed.values() for day, name in days.items()}
        return calendar(self.nation, self.closures, proclaimed=here, elsewhere=elsewhere)

    def to_json(self) -> dict[str, Any]:
        """Return all of it but the mark, as a change keeps it."""
        return {
            "nation": self.nation,
            "closures": [[c.name, c.first_on.isoformat(), c.last_on.isoformat()] for c in self.closures],
            "proclaimed": {
                nation: {day.isoformat(): name for day, name in days.items()}
                for nation, days in self.proclaimed.items()
            },
            "editions": {e.source: [e.id, e.number, e.digest] for e in self.editions.values()},
        }


def from_json(state: Mapping[str, Any], *, mark: str) -> Law:
    """Return what a change keeps."""
    return Law(
        mark,
        cast(Nation, state["nation"]),
        tuple(
            Closure(name, date.fromisoformat(first), date.fromisoformat(last))
            for name, first, last in state["closures"]
        ),
        {
            nation: {date.fromisoformat(day): name for day, name in days.items()}
            for nation, days in state["proclaimed"].items()
        },
        {source: Edition(id_, source, number, digest) for source, (id_, number, digest) in state["editions"].items()},
    )


def _closure(name: str, first: str, last: str) -> Closure:
    return Closure(name, date.fromisoformat(first), date.fromisoformat(last))


def current(session: Session, mark: str | None = None) -> Law:
    """Return what is in force; with the `mark` that another statement read, a known one is not asked for again."""
    if mark is None:
        mark = session.connection().scalar(_LATEST) or ""
    found = _kept.get(mark) if mark else Law()
    if found is None:
        found = _keep(read(session, mark))
    return found


def of_late(session: Session) -> Law:
    """Return what was in force a few seconds ago: enough to say how far off a date is, mostly without a statement."""
    global _seen
    if monotonic() - _seen[0] > SECONDS_OLD:
        _seen = (monotonic(), current(session))
    return _seen[1]


def read(session: Session, mark: str) -> Law:
    """Return what was in force by the change with this mark, from its row."""
    state = session.connection().scalar(select(LAW.c.state).where(LAW.c.mark == mark))
    return from_json(state, mark=mark) if state is not None else Law()


def book(session: Session, edition: Edition) -> RuleBook:
    """Return the rules of an edition; parsed once per process."""
    found = _books.get(_key(edition))
    return found if found is not None else remember(edition, load(text(session, edition), source=edition.label))


def common_ids(session: Session) -> frozenset[str]:
    """Return the ids of the common rules in force, by which any category may count."""
    edition = current(session).editions.get(COMMON)
    return frozenset(book(session, edition).ids) if edition is not None else frozenset()


def remember(edition: Edition, rules: RuleBook) -> RuleBook:
    """Keep the rules of an edition, also of one that is only thought of, and return them."""
    with _keeping:
        _books[_key(edition)] = rules
        while len(_books) > MOST_BOOKS:
            _books.popitem(last=False)
    return rules


def _key(edition: Edition) -> str:
    return f"{edition.label} {edition.digest}"


def text(session: Session, edition: Edition) -> str:
    """Return the text of an edition, byte for byte as it was published."""
    return str(session.connection().scalar(select(EDITION.c.content).where(EDITION.c.id == edition.id)))


def _keep(law: Law) -> Law:
    with _keeping:
        _kept[law.mark] = law
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return law
