"""Second names of tables that many threads use at once."""

from typing import TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import aliased

from models.base import Base, table

Entity = TypeVar("Entity", bound=Base)


def alias_of(entity: type[Entity]) -> type[Entity]:
    """Return `aliased(entity)` for a module to keep, ready to be used by several threads from its first use on.

    SQLAlchemy fills an alias's index of columns at its first use. A second thread that comes meanwhile finds it half
    full, and the alias stands for the wrong table until the process ends (`ColumnCollection._init_proxy_index`, 2.1).
    """
    made = aliased(entity)
    inspect(made).selectable.corresponding_column(next(iter(table(entity).c)))
    return made
