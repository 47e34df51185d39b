"""A rent account: what is owed on it, how that came about, and what is charged and agreed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.instants import today
from engine.permissions import Actor
from engine.record.accounts import Weekly, balance, weekly_charges
from engine.record.changing import found_entity
from engine.record.households import Household, household
from engine.record.reading import parts
from engine.record.statements import Statement, Week, statement, weeks, weeks_owed
from engine.record_pages.filed import Filed, filed
from models.accounts import Agreement, Charge, RentAccount, Transaction


@dataclass(frozen=True, slots=True)
class Account:
    """A rent account and what is owed on it: positive is owed by the tenant."""

    account: RentAccount
    weekly: Weekly
    balance: Decimal
    latest: list[Transaction]

    @property
    def weeks_owed(self) -> Decimal | None:
        """Return how many weeks of charges are owed; none where nothing is."""
        return weeks_owed(self.balance, self.weekly.total)


@dataclass(frozen=True, slots=True)
class AccountPage:
    """A rent account with everything that its page shows."""

    account: RentAccount
    standing: Account
    household: Household
    statement: Statement
    weeks: list[Week]
    charges: list[Charge]
    agreements: list[Agreement]
    filed: Filed

    @property
    def charges_in_force(self) -> list[Charge]:
        """Return what is charged now."""
        return [row for row in self.charges if row.from_on <= today() and not _is_over(row.until_on)]

    @property
    def other_charges(self) -> list[Charge]:
        """Return what was charged before, or will be."""
        now = {row.id for row in self.charges_in_force}
        return [row for row in self.charges if row.id not in now]


def account_page(session: Session, account_id: int, *, by: Actor, number: int = 1) -> AccountPage:
    """Return what the page of an account shows, with page `number` of its statement. Raises NotFound."""
    account = found_entity(session, "account", account_id, by=by)
    return AccountPage(
        account,
        balanced(session, account, latest=0),
        household(session, found_entity(session, "tenancy", account.tenure_id, by=by), by=by),
        statement(session, account_id, number=number),
        weeks(session, account_id),
        sorted(parts(session, "charge", "account", account_id), key=lambda row: row.from_on, reverse=True),
        sorted(parts(session, "agreement", "account", account_id), key=lambda row: row.started_on, reverse=True),
        filed(session, "account", account_id, by=by),
    )


def account_of(session: Session, tenure_id: int, *, latest: int = 10) -> Account | None:
    """Return the rent account of a tenancy with its balance and latest transactions; none when it has none."""
    account = session.scalar(select(RentAccount).where(RentAccount.tenure_id == tenure_id).order_by(RentAccount.id))
    return balanced(session, account, latest=latest) if account is not None else None


def balanced(session: Session, account: RentAccount, *, latest: int) -> Account:
    """Return a rent account with its balance and latest transactions."""
    of_account = Transaction.account_id == account.id
    newest = select(Transaction).where(of_account).order_by(Transaction.posted_on.desc(), Transaction.id.desc())
    return Account(
        account,
        weekly_charges(session, [account.id])[account.id],
        balance(session, account.id),
        list(session.scalars(newest.limit(latest))) if latest else [],
    )


def _is_over(until_on: date | None) -> bool:
    return until_on is not None and until_on < today()
