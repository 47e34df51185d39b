"""What a person may choose from: at a to-do item that asks how the case goes on, and at an incident of a gateway."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.work import Choice


@dataclass(frozen=True, slots=True)
class Way:
    """One way on, as it is shown: the id of a flow, and its name or that of what it leads to."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Offer:
    """The ways on from a token; `many` says whether several may be chosen."""

    many: bool
    ways: tuple[Way, ...]


def offers(session: Session, token_ids: Iterable[str | None]) -> dict[str, Offer]:
    """Return what may be chosen at tokens, by token id; those at which nothing may be are left out."""
    wanted = [token_id for token_id in token_ids if token_id]
    if not wanted:
        return {}
    rows = session.scalars(select(Choice).where(Choice.token_id.in_(wanted)))
    return {row.token_id: Offer(row.many, tuple(Way(*way) for way in row.ways)) for row in rows}  # type: ignore[misc]
