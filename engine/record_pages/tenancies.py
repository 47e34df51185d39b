"""A tenancy: who is and was on it, its notices and account, and what is filed under it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.case_subjects import alerts_of
from engine.permissions import Actor
from engine.record.changing import found_entity
from engine.record.households import Household, household
from engine.record.reading import parts
from engine.record_pages.accounts import Account, account_of
from engine.record_pages.filed import Filed, filed
from models.people import Alert
from models.places import Asset
from models.tenancies import Notice, Tenure


@dataclass(frozen=True, slots=True)
class TenancyPage:
    """A tenancy with everything that its page shows."""

    tenancy: Tenure
    home: Asset
    household: Household
    alerts: list[Alert]
    account: Account | None
    notices: list[Notice]
    filed: Filed


def tenancy_page(session: Session, tenancy_id: int, *, by: Actor) -> TenancyPage:
    """Return what the page of a tenancy shows. Raises NotFound."""
    tenancy = found_entity(session, "tenancy", tenancy_id, by=by)
    found = household(session, tenancy, by=by)
    return TenancyPage(
        tenancy,
        found.home,
        found,
        alerts_of(session, [one.person.id for one in found.present if one.is_seen], [found.home.id]),
        account_of(session, tenancy_id),
        sorted(parts(session, "notice", "tenancy", tenancy_id), key=lambda row: row.served_on, reverse=True),
        filed(session, "tenancy", tenancy_id, by=by),
    )
