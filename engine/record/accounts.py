"""What an account charges and what is owed on it: both worked out from rows, never stored."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine.instants import today
from models.accounts import Charge, Transaction

PENNY = Decimal("0.01")
WEEKS_A_YEAR = 52
_TIMES_A_YEAR = {"weekly": 52, "fortnightly": 26, "four_weekly": 13, "monthly": 12, "quarterly": 4, "yearly": 1}


@dataclass(frozen=True, slots=True)
class Weekly:
    """What an account charges in a week, in pounds: a year's sum over 52."""

    rent: Decimal = Decimal("0.00")
    other: Decimal = Decimal("0.00")  # service charge, heating and so on

    @property
    def total(self) -> Decimal:
        """Return all of it."""
        return self.rent + self.other


def weekly_charges(session: Session, account_ids: Collection[int], *, on: date | None = None) -> dict[int, Weekly]:
    """Return what each account charges in a week by the charges in force on a day (today)."""
    day, sums = on or today(), {account_id: [Decimal(0), Decimal(0)] for account_id in account_ids}
    rows = session.execute(
        select(Charge.account_id, Charge.kind, Charge.amount, Charge.frequency).where(
            Charge.account_id.in_(list(account_ids)),
            Charge.from_on <= day,
            or_(Charge.until_on.is_(None), Charge.until_on >= day),
        )
    )
    for account_id, kind, amount, frequency in rows:
        sums[account_id][kind != "rent"] += amount * _TIMES_A_YEAR[frequency] / WEEKS_A_YEAR
    return {key: Weekly(rent.quantize(PENNY), other.quantize(PENNY)) for key, (rent, other) in sums.items()}


def balance(session: Session, account_id: int) -> Decimal:
    """Return what is owed on an account, in pounds; negative is in credit."""
    return balances(session, [account_id])[account_id]


def balances(session: Session, account_ids: Collection[int]) -> dict[int, Decimal]:
    """Return the same of several accounts."""
    total = func.sum(Transaction.amount)
    rows = session.execute(
        select(Transaction.account_id, total)
        .where(Transaction.account_id.in_(list(account_ids)))
        .group_by(Transaction.account_id)
    )
    # SQLite adds up decimals as floating point; to the penny, that is exact after rounding.
    found = {account_id: Decimal(str(owed)).quantize(PENNY) for account_id, owed in rows}
    return {account_id: found.get(account_id, Decimal("0.00")) for account_id in account_ids}
