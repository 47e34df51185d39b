"""The fields of an owner as they are now: read when they have changed, and kept in memory by their mark."""

import threading
from collections import OrderedDict

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.fields.catalogue import Catalogue
from engine.fields.definition import COLUMNS, from_row
from models.base import table
from models.case import Case
from models.category import Category
from models.fields import FieldCatalogue, FieldDefinition

CATALOGUE, DEFINITION, CASE, CATEGORY = table(FieldCatalogue), table(FieldDefinition), table(Case), table(Category)
MOST_KEPT = 64

# Columns for a statement that is made anyway, such as the one that locks a case: they cost none of their own.
MARK = (
    select(CATALOGUE.c.mark).where(CATALOGUE.c.category_id == CASE.c.category_id).scalar_subquery().label("catalogue")
)
MARK_OF_CATEGORY = (
    select(CATALOGUE.c.mark).where(CATALOGUE.c.category_id == CATEGORY.c.id).scalar_subquery().label("catalogue")
)
_OF_OWNER = select(CATALOGUE.c.mark).where(CATALOGUE.c.owner == bindparam("owner"))
_DEFINITIONS = select(*(DEFINITION.c[name] for name in COLUMNS)).where(DEFINITION.c.owner == bindparam("owner"))

_kept: OrderedDict[str, Catalogue] = OrderedDict()
_keeping = threading.Lock()


def of_owner(session: Session, owner: str) -> Catalogue:
    """Return the fields of an owner; without any, an empty catalogue."""
    mark = session.connection().scalar(_OF_OWNER, {"owner": owner})
    return _known(mark) or _read(session, owner, mark) if mark else Catalogue(owner, "", ())


def by_mark(session: Session, owner: str, mark: str | None) -> Catalogue | None:
    """Return the fields that another statement read the mark of; none where the owner has no fields.

    A mark that has passed meanwhile gives what there is now.
    """
    if not mark:
        return None
    return _known(mark) or of_owner(session, owner)


def _known(mark: str) -> Catalogue | None:
    with _keeping:
        found = _kept.get(mark)
        if found is not None:
            _kept.move_to_end(mark)
        return found


def _read(session: Session, owner: str, mark: str) -> Catalogue:
    rows = session.connection().execute(_DEFINITIONS, {"owner": owner}).all()
    return _keep(Catalogue(owner, mark, map(from_row, rows)))


def _keep(catalogue: Catalogue) -> Catalogue:
    with _keeping:
        _kept[catalogue.mark] = catalogue
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return catalogue


def forget() -> None:
    """Drop what is kept; tests that exchange the database need it."""
    _kept.clear()
