"""Who owes rent: worked out from transactions each time it is asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from engine.permissions import Actor, visible_entities
from engine.record.accounts import PENNY
from models.accounts import RentAccount, Transaction
from models.people import Person
from models.places import Asset
from models.tenancies import Tenure, TenureMember

PAYMENTS = ("payment", "housing_benefit", "universal_credit")
PAGE = 500


@dataclass(frozen=True, slots=True)
class Debt:
    """An account on which something is owed."""

    account: str
    tenancy: str
    home: str
    responsible: str  # for the tenancy, by name
    owed: Decimal  # pounds
    last_paid_on: date | None


def debts(session: Session, *, by: Actor) -> Iterator[Debt]:
    """Return the accounts that `by` may see on which something is owed, those with the most first."""
    owed = func.sum(Transaction.amount)
    paid = func.max(case((Transaction.kind.in_(PAYMENTS), Transaction.posted_on)))
    sums = (
        select(Transaction.account_id, owed.label("owed"), paid.label("paid"))
        .group_by(Transaction.account_id)
        .having(owed >= PENNY / 2)  # SQLite adds up decimals as floating point
        .subquery()
    )
    rows = session.execute(
        select(
            RentAccount.reference,
            Tenure.id,
            Tenure.reference.label("tenancy"),
            Asset.one_line,
            sums.c.owed,
            sums.c.paid,
        )
        .join(sums, sums.c.account_id == RentAccount.id)
        .join(Tenure, Tenure.id == RentAccount.tenure_id)
        .join(Asset, Asset.id == Tenure.asset_id)
        .where(visible_entities(by, "account"))
        .order_by(sums.c.owed.desc(), RentAccount.id)
    ).all()
    for start in range(0, len(rows), PAGE):
        page = rows[start : start + PAGE]
        names = _responsible(session, [row.id for row in page])
        for row in page:
            sum_owed = Decimal(str(row.owed)).quantize(PENNY)
            yield Debt(row.reference, row.tenancy, row.one_line, names.get(row.id, ""), sum_owed, row.paid)


def _responsible(session: Session, tenure_ids: list[int]) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    members = (
        select(TenureMember.tenure_id, Person)
        .join(Person, Person.id == TenureMember.person_id)
        .where(TenureMember.tenure_id.in_(tenure_ids), TenureMember.is_responsible, TenureMember.until_on.is_(None))
        .order_by(TenureMember.id)
    )
    for tenure_id, person in session.execute(members):
        found.setdefault(tenure_id, []).append(person.full_name)
    return {tenure_id: ", ".join(names) for tenure_id, names in found.items()}
