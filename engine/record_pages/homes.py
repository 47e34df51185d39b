"""A home or another place: who lives there, how it is kept, what lies in it, and what is filed under it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.case_subjects import alerts_of
from engine.permissions import Actor, visible_entities
from engine.record.certificates import Standing, standings
from engine.record.changing import found_entity
from engine.record.households import Household, households_of_home, living_in
from engine.record.reading import parts
from engine.record_pages.filed import Filed, filed
from models.people import Alert, Organisation
from models.places import Asset, Hazard, Repair

MOST_INSIDE = 60


@dataclass(frozen=True, slots=True)
class HomePage:
    """A home with everything that its page shows."""

    home: Asset
    block: Asset | None
    owner: Organisation | None
    agent: Organisation | None
    inside: list[Asset]
    inside_count: int
    alerts: list[Alert]
    households: list[Household]
    certificates: list[Standing]
    repairs: list[Repair]  # those still to be done first
    hazards: list[Hazard]
    contractors: dict[int, str]
    filed: Filed

    @property
    def now_here(self) -> list[Household]:
        """Return the tenancies that run."""
        return [one for one in self.households if one.runs]

    @property
    def formerly_here(self) -> list[Household]:
        """Return the tenancies that are over."""
        return [one for one in self.households if not one.runs]


def home_page(session: Session, home_id: int, *, by: Actor) -> HomePage:
    """Return what the page of a home shows. Raises NotFound."""
    home = found_entity(session, "home", home_id, by=by)
    households = households_of_home(session, home_id, by=by)
    repairs = _open_first(parts(session, "repair", "home", home_id))
    contractors = {row.contractor_id for row in repairs if row.contractor_id}
    lies_here = (Asset.parent_id == home_id, visible_entities(by, "home"))
    return HomePage(
        home,
        session.scalar(select(Asset).where(Asset.id == home.parent_id, visible_entities(by, "home"))),
        _maybe(session, Organisation, home.owner_id),
        _maybe(session, Organisation, home.agent_id),
        list(session.scalars(select(Asset).where(*lies_here).order_by(Asset.id).limit(MOST_INSIDE))),
        session.scalar(select(func.count()).select_from(Asset).where(*lies_here)) or 0,
        alerts_of(session, [person.id for person in living_in(households)], [home_id]),
        households,
        standings(parts(session, "certificate", "home", home_id)),
        repairs,
        _open_first(parts(session, "hazard", "home", home_id)),
        _names(session, contractors),
        filed(session, "home", home_id, by=by),
    )


def _open_first(rows: list[Any]) -> list[Any]:
    """Return repairs or hazards: what is still to be done first, then the latest."""
    latest = sorted(rows, key=lambda row: (row.reported_on, row.id), reverse=True)
    return sorted(latest, key=lambda row: row.completed_on is not None or row.ended_on is not None)


def _names(session: Session, ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))) if ids else ()
    return {row.id: row.name for row in rows}


def _maybe(session: Session, model: Any, row_id: int | None) -> Any:
    return session.get(model, row_id) if row_id is not None else None
