"""The statements of a search, each worked out once for all questions, filters and people of one shape."""

from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    any_,
    bindparam,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
)

from engine.search.matching import begins_in_vector, fts5, holds, holds_in_vector, matches
from engine.search.scope import MODELS, Seeing, Wanted, conditions, joined
from models.accounts import RentAccount
from models.among import among
from models.document import Document, DocumentVersion
from models.people import Person
from models.places import Asset
from models.prepared import Prepared
from models.search.indexes import (
    CASE,
    DOCUMENT,
    HOME,
    NOTE,
    ORGANISATION,
    PERSON,
    RECORD_NOTE,
    TEXT,
    WordIndex,
)
from models.tenancies import Tenure, TenureMember

KEPT = 512

BEGINS, OTHERS, ALL = "begins", "others", "all"  # of what fits: what begins as is asked, what does not, both
INDEXES = {
    "person": PERSON, "home": HOME, "organisation": ORGANISATION, "case": CASE, "document": DOCUMENT, "note": NOTE,
    "record_note": RECORD_NOTE,
}  # fmt: skip


class Shape(NamedTuple):
    """What a statement depends on, beside the values that are bound to it."""

    kind: str
    wanted: Wanted
    seeing: Seeing
    on_sqlite: bool


@lru_cache(maxsize=KEPT)
def by_words(shape: Shape, part: str) -> Prepared:
    """Return the statement for the rows whose names fit `asked`, below the row `after`, but `known` ones."""
    index, row = INDEXES[shape.kind], _row(shape.kind)
    rows = joined(shape.kind, select(row.label("row"), row.label("id")).select_from(MODELS[shape.kind]))
    rows = rows.where(not_(among(row, bindparam("known"))), *conditions(shape.kind, shape.wanted, shape.seeing))
    return Prepared(_narrowed(rows, index, row, part, on_sqlite=shape.on_sqlite))


@lru_cache(maxsize=KEPT)
def by_text(shape: Shape) -> Prepared:
    """Return the statement for documents whose newest text fits, but for those whose title does, as `titled` asks."""
    row: Any = DocumentVersion.id
    rows = select(row.label("row"), Document.id.label("id")).select_from(DocumentVersion)
    newest = and_(DocumentVersion.document_id == Document.id, DocumentVersion.number == Document.version)
    by_title = holds(DOCUMENT, Document.id, bindparam("titled"), on_sqlite=shape.on_sqlite)
    rows = joined("document", rows.join(Document, newest)).where(not_(by_title))
    rows = rows.where(*conditions("document", shape.wanted, shape.seeing))
    return Prepared(_narrowed(rows, TEXT, row, ALL, on_sqlite=shape.on_sqlite))


@lru_cache(maxsize=KEPT)
def by_holder(shape: Shape) -> Prepared:
    """Return the statement for tenancies or accounts of `people` whom a question names, or of `homes`."""
    people = holds(PERSON, Person.id, bindparam("people"), on_sqlite=shape.on_sqlite)
    homes = holds(HOME, Asset.id, bindparam("homes"), on_sqlite=shape.on_sqlite)
    members = select(TenureMember.tenure_id).where(TenureMember.person_id.in_(select(Person.id).where(people)))
    row: Any = Tenure.id if shape.kind == "tenancy" else RentAccount.id
    rows = joined(shape.kind, select(row.label("row"), row.label("id")))
    there = or_(Tenure.id.in_(members), Tenure.asset_id.in_(select(Asset.id).where(homes).correlate(None)))
    rows = rows.where(there, not_(among(row, bindparam("known"))), row < bindparam("after"))
    rows = rows.where(*conditions(shape.kind, shape.wanted, shape.seeing))
    return Prepared(rows.order_by(row.desc()).limit(bindparam("most")))


@lru_cache(maxsize=KEPT)
def those_allowed(shape: Shape) -> Prepared:
    """Return the statement for those of `ids` that may be seen and are wanted."""
    row = _row(shape.kind)
    rows = joined(shape.kind, select(row.label("id")).select_from(MODELS[shape.kind]))
    return Prepared(rows.where(among(row, bindparam("ids")), *conditions(shape.kind, shape.wanted, shape.seeing)))


def _narrowed(rows: Select[Any], index: WordIndex, row: Any, part: str, *, on_sqlite: bool) -> Select[Any]:
    """Return the statement for the newest rows that fit. On SQLite `asked` says also how they begin."""
    question: Any = bindparam("asked")
    if on_sqlite:
        found = fts5(index)
        # The sum keeps SQLite from asking FTS5 anew for each row of the table.
        rows = rows.select_from(found).where(row == found.c.rowid + literal_column("0"))
        rows = rows.where(matches(index, found, question), found.c.rowid < bindparam("after"))
        return rows.order_by(found.c.rowid.desc()).limit(bindparam("most"))
    begun = begins_in_vector(index) if part != ALL else true()
    fitting = not_(begun) if part == OTHERS else begun
    return _newest(rows.where(holds_in_vector(index, question)), row, fitting)


def _newest(rows: Select[Any], row: Any, fitting: ColumnElement[bool]) -> Select[Any]:
    """Return PostgreSQL's statement for the newest rows that are `fitting` too.

    What very many rows hold stands among the newest, so that those are looked at first, one by one. Only where these
    are too few does PostgreSQL gather from the index what is older: it does nothing of a union that is not asked for.
    """
    most: Any = bindparam("most")
    newest = select(row).where(row < bindparam("after")).order_by(row.desc()).limit(bindparam("window"))
    first = rows.where(row == any_(func.array(newest.scalar_subquery())), fitting).order_by(row.desc()).limit(most)
    ids = newest.subquery()
    last = select(func.min(ids.c.id)).scalar_subquery()
    # The sum keeps it from walking through the table by number. How a name begins is asked of these alone.
    some = rows.where(row + literal_column("0") < last).add_columns(fitting.label("fits"))
    older = some.limit(bindparam("candidates")).subquery()
    then = select(older.c.row, older.c.id).where(older.c.fits).order_by(older.c.row.desc()).limit(most)
    both = union_all(first.subquery().select(), then.subquery().select()).subquery()
    return select(both.c.row, both.c.id).limit(most)


def _row(kind: str) -> Any:
    model: Any = MODELS[kind]
    return model.id
