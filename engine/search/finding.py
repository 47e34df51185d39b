"""Finds answers: what a reference names, then what begins as was asked, what holds all words, what is spelt alike."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import simplejson
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.permissions import Actor
from engine.search import keys, matching, spelling, statements
from engine.search.reading import Question, read
from engine.search.scope import ANYTHING, MODELS, Wanted, seeing
from models.prepared import Prepared
from models.search import indexes
from models.search.indexes import WordIndex

# How well an answer fits, the best first.
NAMED, NEARLY_NAMED, BEGINS, WORDS, TEXT, TEXT_GOES_ON, SPELT_ALIKE = RANKS = range(7)
# How many rows PostgreSQL looks at for each answer that is wanted. First the newest: a text takes as long as ten
# names. Then, of a question that very many rows fit, so many of the others: the rest is only found with another word.
NEWEST_NAMES, NEWEST_TEXTS, CANDIDATES = 40, 8, 50
LONGEST_CURSOR = 200
LAST = 2**63 - 1  # stands below no row
_UP = 1_000_000  # what is named has no row of an index: it counts down from here


class Hit(NamedTuple):
    """One answer: what it is, how well it fits, and where it stands among those that fit as well."""

    kind: str
    id: int
    rank: int
    row: int
    opens: bool = False
    why: str = ""  # what it was named by: UPRN 100023336956


@dataclass(frozen=True, slots=True)
class Group:
    """Answers of one kind."""

    kind: str
    hits: list[Hit]
    next: str = ""  # the cursor of what follows; empty at the end


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, and by which question: where words were misspelt, they are mended in it."""

    question: Question
    groups: list[Group] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was found."""
        return not any(group.hits for group in self.groups)

    @property
    def opens(self) -> Hit | None:
        """Return the one answer that the text names in full by its reference; none when there are others like it."""
        opening = [hit for group in self.groups for hit in group.hits if hit.opens]
        return opening[0] if len(opening) == 1 else None


def find(session: Session, text: str, *, by: Actor, wanted: Wanted = ANYTHING, size: int = 10) -> Found:
    """Return what fits, by kind, at most `size` of each."""
    search = _Search(session, read(text), by, wanted)
    groups = [search.group(kind, size) for kind in search.kinds]
    if not any(group.hits for group in groups):
        groups = [search.group(kind, size, ranks=(SPELT_ALIKE,)) for kind in search.kinds]
    return Found(search.question, [group for group in groups if group.hits])


def page(
    session: Session, text: str, *, by: Actor, wanted: Wanted, cursor: str = "", size: int = 50
) -> tuple[list[Hit], str]:
    """Return answers of all kinds that are wanted, those that fit best first, and the cursor of the next ones.

    Raises:
        Invalid: the cursor is none of this list.
    """
    search = _Search(session, read(text), by, wanted)
    start = _read_cursor(cursor) if cursor else (NAMED, "", None)
    hits: list[Hit] = []
    for rank in RANKS[start[0] :]:
        if rank == SPELT_ALIKE and (hits or (cursor and start[0] != SPELT_ALIKE)):
            break
        hits += search.ranked(rank, start if rank == start[0] else (rank, "", None), size + 1 - len(hits))
        if len(hits) > size:
            return hits[:size], _cursor(hits[size - 1])
    return hits, ""


class _Search:
    """One question of one person."""

    def __init__(self, session: Session, question: Question, by: Actor, wanted: Wanted) -> None:
        self.session, self.question, self._wanted = session, question, wanted
        self._seeing, self._values = seeing(by), wanted.values(by)
        self._on_sqlite = matching.is_sqlite(session)
        self.kinds = [] if question.is_empty else wanted.kinds(by)
        if self.kinds:
            matching.prepare(session)

    def group(self, kind: str, size: int, *, ranks: Sequence[int] = RANKS[:SPELT_ALIKE]) -> Group:
        """Return the best answers of a kind."""
        hits: list[Hit] = []
        for rank in ranks:
            hits += self.hits(kind, rank, None, size + 1 - len(hits))
            if len(hits) > size:
                return Group(kind, hits[:size], _cursor(hits[size - 1]))
        return Group(kind, hits)

    def ranked(self, rank: int, start: "_Start", most: int) -> list[Hit]:
        """Return answers of all kinds that fit so well, from a place on."""
        hits: list[Hit] = []
        passed = start[1] != ""
        for kind in self.kinds:
            if passed and kind != start[1]:
                continue
            hits += self.hits(kind, rank, start[2] if passed else None, most - len(hits))
            passed = False
            if len(hits) >= most:
                break
        return hits

    def hits(self, kind: str, rank: int, after: int | None, most: int) -> list[Hit]:
        """Return answers of a kind that fit so well, below the row `after`."""
        if rank in (NAMED, NEARLY_NAMED):
            return [hit for hit in self._named[kind] if hit.rank == rank and (after is None or hit.row < after)][:most]
        window = NEWEST_TEXTS if rank in _OF_TEXTS else NEWEST_NAMES
        place = {"after": LAST if after is None else after, "most": most}
        rows = self._rows(kind, rank, place | {"window": most * window, "candidates": most * CANDIDATES})
        return [Hit(kind, row.id, rank, row.row) for row in rows]

    @cached_property
    def _named(self) -> dict[str, list[Hit]]:
        """What the question names as a key, of each kind, as far as it may be seen and is wanted."""
        named: dict[str, list[Hit]] = {kind: [] for kind in self.kinds}
        found = keys.named(self.session, self.question)
        for kind, hits in named.items():
            ids = [one.id for one in found if one.kind == kind]
            allowed = (
                {row.id for row in self._read(statements.those_allowed(self._shape(kind)), {"ids": ids})} if ids else ()
            )
            for number, one in enumerate(found):
                if one.kind == kind and one.id in allowed:
                    rank = NAMED if one.is_whole else NEARLY_NAMED
                    hits.append(Hit(kind, one.id, rank, _UP - number, one.is_whole and one.opens, one.why))
        return named

    def _rows(self, kind: str, rank: int, place: dict[str, Any]) -> list[Any]:
        if kind in ("tenancy", "account"):
            return self._held(kind, place) if rank == WORDS and self._wanted.kind == kind else []
        if rank in _OF_TEXTS:
            return self._texts(kind, rank, place)
        index, question, part = statements.INDEXES[kind], self.question, _PARTS.get(rank, statements.ALL)
        if index.is_prose:
            return []
        if rank == SPELT_ALIKE:
            mended = spelling.mended(self.session, index, question) if index.knows_words else None
            if mended is None:
                return []
            question = mended
        values: dict[str, Any] = {"known": [hit.id for hit in self._named[kind]], **self._words(index, question, part)}
        return self._read(statements.by_words(self._shape(kind), part), place | values)

    def _texts(self, kind: str, rank: int, place: dict[str, Any]) -> list[Any]:
        """Return notes and documents by what stands in them: whole words first, where that is sooner."""
        index = indexes.TEXT if kind == "document" else statements.INDEXES[kind]
        asked = matching.in_prose(index, self.question, goes_on=rank == TEXT_GOES_ON, on_sqlite=self._on_sqlite)
        if not index.is_prose or not asked:
            return []
        if kind == "document":
            texts = {"titled": self._asked(indexes.DOCUMENT), "asked": asked}
            return self._read(statements.by_text(self._shape(kind)), place | texts)
        values = {"asked": asked, "known": []}
        return self._read(statements.by_words(self._shape(kind), statements.ALL), place | values)

    def _held(self, kind: str, place: dict[str, Any]) -> list[Any]:
        known = [hit.id for hit in self._named[kind]]
        values = {"people": self._asked(indexes.PERSON), "homes": self._asked(indexes.HOME), "known": known}
        return self._read(statements.by_holder(self._shape(kind)), place | values)

    def _words(self, index: WordIndex, question: Question, part: str) -> dict[str, Any]:
        """Return how a question and a part of its answers are said to the database."""
        asked = matching.asked(index, question.words, on_sqlite=self._on_sqlite)
        if part == statements.ALL:
            return {"asked": asked}
        if not self._on_sqlite:
            return {"asked": asked, "begins": matching.begins(index, question)}
        join = "AND" if part == statements.BEGINS else "NOT"
        return {"asked": f"({asked}) {join} ({matching.sayings(index, question)})"}

    def _asked(self, index: WordIndex) -> str:
        return matching.asked(index, self.question.words, on_sqlite=self._on_sqlite)

    def _shape(self, kind: str) -> statements.Shape:
        return statements.Shape(kind, self._wanted.shape, self._seeing, self._on_sqlite)

    def _read(self, statement: Prepared, values: dict[str, Any]) -> list[Any]:
        return statement.rows(self.session.connection(), values | self._values)


_OF_TEXTS = (TEXT, TEXT_GOES_ON)
_PARTS = {BEGINS: statements.BEGINS, WORDS: statements.OTHERS}
_Start = tuple[int, str, int | None]


def _cursor(hit: Hit) -> str:
    return base64.urlsafe_b64encode(simplejson.dumps([hit.rank, hit.kind, hit.row]).encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> _Start:
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise ValueError("longer than any that a list gives out")
        rank, kind, row = simplejson.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
        if rank not in RANKS or kind not in MODELS or not isinstance(row, int) or abs(row) >= 2**63:
            raise ValueError("names no place")
        return rank, kind, row
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise Invalid("This address names no page of the list.", remedy="Start again from its first page.") from error
