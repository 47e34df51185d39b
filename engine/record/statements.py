"""The statement of a rent account: each entry with the balance after it, and charges against payments week by week."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine.instants import today
from engine.record.accounts import PENNY
from models.accounts import PAYMENTS, Transaction

SIZE = 50
WEEKS = 13
CHARGED = frozenset({"rent", "charge"})
PAID = frozenset(PAYMENTS)
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Entry:
    """A transaction with the balance after it."""

    transaction: Transaction
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """A page of a statement, the latest entry first."""

    entries: list[Entry]
    total: int
    number: int  # of the page, from 1
    size: int
    brought_forward: Decimal  # the balance before the oldest entry of the page

    @property
    def first(self) -> int:
        """Return the place of the first entry of the page, from 1."""
        return (self.number - 1) * self.size + 1

    @property
    def has_older(self) -> bool:
        """Say whether there are older entries than the page shows."""
        return self.first - 1 + len(self.entries) < self.total


@dataclass(frozen=True, slots=True)
class Week:
    """What one week, Monday to Sunday, charged and brought in, in pounds; `balance` is that on its last day."""

    starts_on: date
    charged: Decimal
    paid: Decimal
    other: Decimal  # refunds, adjustments, write-offs: more owed when positive
    balance: Decimal


def statement(session: Session, account_id: int, *, number: int = 1, size: int = SIZE) -> Statement:
    """Return page `number` of an account's statement; a page past the end is the last one."""
    total = session.scalar(select(func.count()).where(Transaction.account_id == account_id)) or 0
    number = max(1, min(number, -(-total // size)))
    skipped = (number - 1) * size
    rows = list(session.scalars(_latest_first(select(Transaction), account_id).limit(size).offset(skipped)))
    newer = _latest_first(select(Transaction.amount), account_id).limit(skipped).subquery()
    balance = _sum(session, Transaction.amount, Transaction.account_id == account_id)
    balance -= _sum(session, newer.c.amount) if skipped else NOTHING
    entries = []
    for row in rows:
        entries.append(Entry(row, balance))
        balance -= row.amount
    return Statement(entries, total, number, size, balance)


def weeks(session: Session, account_id: int, *, count: int = WEEKS, on: date | None = None) -> list[Week]:
    """Return the last `count` weeks of an account, the one that a day (today) is in last."""
    day = on or today()
    first = day - timedelta(days=day.weekday(), weeks=count - 1)
    balance = _sum(session, Transaction.amount, Transaction.account_id == account_id, Transaction.posted_on < first)
    rows = session.execute(
        select(Transaction.posted_on, Transaction.kind, Transaction.amount).where(
            Transaction.account_id == account_id, Transaction.posted_on >= first
        )
    ).all()
    found = []
    for number in range(count):
        starts_on = first + timedelta(weeks=number)
        week = _week(starts_on, [row for row in rows if 0 <= (row.posted_on - starts_on).days < 7], balance)
        balance = week.balance
        found.append(week)
    return found


def weeks_owed(balance: Decimal, weekly: Decimal) -> Decimal | None:
    """Return how many weeks of charges are owed, to a tenth; none where nothing is owed or nothing is charged."""
    return (balance / weekly).quantize(Decimal("0.1")) if balance > 0 and weekly > 0 else None


def _week(starts_on: date, rows: Iterable[Any], before: Decimal) -> Week:
    charged = paid = other = NOTHING
    for row in rows:
        if row.kind in CHARGED:
            charged += row.amount
        elif row.kind in PAID:
            paid -= row.amount
        else:
            other += row.amount
    return Week(starts_on, charged, paid, other, before + charged - paid + other)


def _latest_first(statement: Select[Any], account_id: int) -> Select[Any]:
    of_account = statement.where(Transaction.account_id == account_id)
    return of_account.order_by(Transaction.posted_on.desc(), Transaction.id.desc())


def _sum(session: Session, column: Any, *conditions: Any) -> Decimal:
    # SQLite adds up decimals as floating point; to the penny, that is exact after rounding.
    return Decimal(str(session.scalar(select(func.sum(column)).where(*conditions)) or 0)).quantize(PENNY)
