"""Gives new rows the references that nobody gave them."""

from collections.abc import Collection
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.record.kinds import Kind
from models.base import table


def references(session: Session, kind: Kind, row_ids: Collection[int]) -> dict[int, str]:
    """Return a reference made of each row's number; where an imported row has that one, with another ending."""
    column = table(kind.model).c.reference
    names = {row_id: f"{kind.prefix}{row_id:06d}" for row_id in row_ids}
    taken = set(session.scalars(select(column).where(column.in_(list(names.values())))))
    return {row_id: _free(session, column, name) if name in taken else name for row_id, name in names.items()}


def _free(session: Session, column: Any, name: str) -> str:
    taken = set(session.scalars(select(column).where(column.startswith(f"{name}-", autoescape=True))))
    return next(free for number in count(2) if (free := f"{name}-{number}") not in taken)
