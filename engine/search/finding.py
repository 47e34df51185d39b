"""Finds answers: what a reference names, then what begins as was asked, what holds all words, what is spelt alike."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import simplejson
from sqlalchemy import Select, and_, not_, or_, select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.permissions import Actor
from engine.search import keys, spelling
from engine.search.matching import Lookup, Place, fits, prepare
from engine.search.reading import Question, read
from engine.search.scope import ANYTHING, MODELS, Wanted, conditions, joined
from models.accounts import RentAccount
from models.document import Document, DocumentVersion
from models.people import Person
from models.places import Asset
from models.search import indexes
from models.tenancies import Tenure, TenureMember

# How well an answer fits, the best first.
NAMED, NEARLY_NAMED, BEGINS, WORDS, TEXT, SPELT_ALIKE = RANKS = range(6)
LONGEST_CURSOR = 200
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
        self.session, self.question, self._by, self._wanted = session, question, by, wanted
        self.kinds = [] if question.is_empty else wanted.kinds(by)
        if self.kinds:
            prepare(session)

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
        places = self._places(kind, rank, after, most)
        return [Hit(kind, place.id, rank, place.row) for place in places]

    @cached_property
    def _named(self) -> dict[str, list[Hit]]:
        """What the question names as a key, of each kind, as far as it may be seen and is wanted."""
        named: dict[str, list[Hit]] = {kind: [] for kind in self.kinds}
        found = keys.named(self.session, self.question)
        for kind, hits in named.items():
            ids = [one.id for one in found if one.kind == kind]
            allowed = self._allowed(kind, ids) if ids else set()
            for number, one in enumerate(found):
                if one.kind == kind and one.id in allowed:
                    rank = NAMED if one.is_whole else NEARLY_NAMED
                    hits.append(Hit(kind, one.id, rank, _UP - number, one.is_whole and one.opens, one.why))
        return named

    def _allowed(self, kind: str, ids: list[int]) -> set[int]:
        row: Any = MODELS[kind]
        rows = joined(kind, select(row.id)).where(row.id.in_(ids), *conditions(kind, self._wanted, self._by))
        return set(self.session.scalars(rows))

    def _places(self, kind: str, rank: int, after: int | None, most: int) -> list[Place]:
        if kind in ("tenancy", "account"):
            return self._held(kind, after, most) if rank == WORDS and self._wanted.kind == kind else []
        lookup = self._lookup(kind, rank)
        if lookup is None:
            return []
        if rank != SPELT_ALIKE:
            return lookup.places(self.session, self.question, begins=rank == BEGINS, after=after, most=most)
        if not lookup.index.knows_words:
            return []
        mended = spelling.mended(self.session, lookup.index, self.question)
        return lookup.places(self.session, mended, begins=None, after=after, most=most) if mended else []

    def _lookup(self, kind: str, rank: int) -> Lookup | None:
        """Return where answers of a kind that fit so well are looked up; none where there are none."""
        if (kind == "note" and rank != TEXT) or (rank == TEXT and kind not in ("note", "document")):
            return None
        if kind == "document" and rank == TEXT:
            return Lookup(indexes.TEXT, DocumentVersion.id, self._texts())
        index = _INDEXES[kind]
        row: Any = MODELS[kind]
        rows = joined(kind, select(row.id, row.id.label("of")).select_from(row))
        known = [hit.id for hit in self._named[kind]]
        rows = rows.where(*conditions(kind, self._wanted, self._by))
        return Lookup(index, row.id, rows.where(row.id.not_in(known)) if known else rows)

    def _texts(self) -> Select[Any]:
        """Select the newest versions of documents, but those whose title fits: they were found by it."""
        version: Any = DocumentVersion.id
        rows = select(version, Document.id.label("of")).select_from(DocumentVersion)
        newest = and_(DocumentVersion.document_id == Document.id, DocumentVersion.number == Document.version)
        rows = joined("document", rows.join(Document, newest))
        by_title = fits(self.session, indexes.DOCUMENT, Document.id, self.question.words)
        return rows.where(not_(by_title), *conditions("document", self._wanted, self._by))

    def _held(self, kind: str, after: int | None, most: int) -> list[Place]:
        """Return tenancies or accounts of the people whom the question names, or of the homes."""
        people = fits(self.session, indexes.PERSON, Person.id, self.question.words)
        homes = fits(self.session, indexes.HOME, Asset.id, self.question.words)
        members = select(TenureMember.tenure_id).where(TenureMember.person_id.in_(select(Person.id).where(people)))
        row: Any = Tenure.id if kind == "tenancy" else RentAccount.id
        rows = joined(kind, select(row, row.label("of")))
        there = or_(Tenure.id.in_(members), Tenure.asset_id.in_(select(Asset.id).where(homes)))
        rows = rows.where(there, *conditions(kind, self._wanted, self._by))
        known = [hit.id for hit in self._named[kind]]
        rows = rows.where(row.not_in(known), *(() if after is None else (row < after,)))
        return [Place(*found) for found in self.session.execute(rows.order_by(row.desc()).limit(most))]


_INDEXES = {
    "person": indexes.PERSON,
    "home": indexes.HOME,
    "case": indexes.CASE,
    "document": indexes.DOCUMENT,
    "note": indexes.NOTE,
}
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
