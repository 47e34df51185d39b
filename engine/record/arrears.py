"""Who owes rent, those who need somebody to act first: told of accounts, agreements and cases as they stand now."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, func, literal, or_, select, true
from sqlalchemy.orm import Session

from engine.instants import today
from engine.paging import Order, Page, read_page
from engine.permissions import Actor, visible_cases, visible_entities
from engine.record.accounts import PENNY, weekly_charges
from engine.record.statements import weeks_owed
from models.accounts import AccountStanding, Agreement, RentAccount
from models.base import table
from models.case import Case, CaseLink
from models.people import Person
from models.places import Asset
from models.rights import TeamPatch
from models.tenancies import Tenure, TenureMember

STANDING, AGREEMENT, ACCOUNT = table(AccountStanding), table(Agreement), table(RentAccount)
PAID = STANDING.alias("paid")  # when was paid last on the account of an agreement
SIZE, AT_ONCE = 50, 500
GRACE = 7  # days after an instalment was due
DAYS = {"weekly": 7, "fortnightly": 14, "four_weekly": 28, "monthly": 31, "quarterly": 92, "yearly": 366}
BROKEN, NO_PLAN, IN_HAND, AGREED = range(4)
"""What needs action first: an agreement that is not kept, nothing agreed, a case about it, an agreement kept."""

_FURTHEST = 10**12  # pence; no debt is larger


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which debts are asked for; "" or None leaves a question open. Amounts are in pounds."""

    patch: str = ""
    team_id: int | None = None  # that looks after the patch
    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Debt:
    """An account on which something is owed."""

    account_id: int
    account: str
    tenancy_id: int
    tenancy: str
    is_former: bool  # the tenancy has ended
    home_id: int
    home: str
    patch: str
    responsible: Sequence[Person]  # for the tenancy
    owed: Decimal  # pounds
    weeks: Decimal | None  # of charges; none where nothing is charged
    last_paid_on: date | None
    need: int  # BROKEN, NO_PLAN …
    agreement: str  # "broken", "not paid", "in force"; empty where there is none
    instalment: Decimal | None
    frequency: str
    case: Any  # reference and title of an open case about the account that the reader may see; or none


ANYTHING = Wanted()


def debts(session: Session, wanted: Wanted = ANYTHING, *, by: Actor, cursor: str = "", size: int = SIZE) -> Page:
    """Return a page of the debts that `by` may see, those that need action first and then the largest.

    Raises:
        Invalid: the cursor is none of this list.
    """
    page = read_page(session, *_asked(wanted, by), cursor=cursor, size=size)
    return Page(list(_debts(session, page.rows, by)), page.former, page.next)


def all_debts(session: Session, wanted: Wanted = ANYTHING, *, by: Actor) -> Iterator[Debt]:
    """Return all debts in the same order."""
    statement, order = _asked(wanted, by)
    rows = session.execute(statement.order_by(order.key, order.id)).all()
    for start in range(0, len(rows), AT_ONCE):
        yield from _debts(session, rows[start : start + AT_ONCE], by)


def _asked(wanted: Wanted, by: Actor) -> tuple[Select[Any], Order]:
    """Return the statement of what is owed and why it needs action; what is told beside is read of one page alone."""
    latest = _latest_agreements().subquery("latest")
    need = case(
        (STANDING.c.account_id.in_(_in_hand(by)), IN_HAND),
        (latest.c.state.in_(("broken", "not paid")), BROKEN),
        (latest.c.state == "in force", AGREED),
        else_=NO_PLAN,
    )
    statement = (
        select(STANDING, latest.c.state, latest.c.amount, latest.c.frequency, need.label("need"))
        .outerjoin(latest, latest.c.account_id == STANDING.c.account_id)
        .where(STANDING.c.balance > 0, *_conditions(wanted, by))
    )
    key = need * literal(_FURTHEST, BigInteger()) - STANDING.c.balance
    return statement, Order(key, STANDING.c.account_id, read=int)


def _latest_agreements() -> Select[Any]:
    """Return the latest agreement about each account, with how it stands; see `Debt.agreement`."""
    newest = select(func.max(AGREEMENT.c.id)).group_by(AGREEMENT.c.account_id)
    runs = and_(AGREEMENT.c.ended_on.is_(None), AGREEMENT.c.outcome == "")
    is_broken = AGREEMENT.c.outcome == "broken"
    state = case((is_broken, "broken"), (and_(runs, _is_unpaid()), "not paid"), (runs, "in force"), else_="")
    columns = (AGREEMENT.c.account_id, AGREEMENT.c.amount, AGREEMENT.c.frequency, state.label("state"))
    with_payments = select(*columns).join(PAID, PAID.c.account_id == AGREEMENT.c.account_id)
    return with_payments.where(AGREEMENT.c.id.in_(newest))


def _is_unpaid() -> ColumnElement[bool]:
    """Return the condition that nothing was paid for longer than an instalment's time and some days of grace."""
    late = []
    for frequency, days in DAYS.items():
        since = today() - timedelta(days=days + GRACE)
        is_unpaid = or_(PAID.c.last_paid_on.is_(None), PAID.c.last_paid_on < since)
        late.append(and_(AGREEMENT.c.frequency == frequency, AGREEMENT.c.started_on < since, is_unpaid))
    return or_(*late)


def _in_hand(by: Actor) -> Select[Any]:
    """Return the accounts about which there is an open case, as far as the reader may know."""
    return (
        select(CaseLink.entity_id)
        .join(Case, Case.id == CaseLink.case_id)
        .where(CaseLink.entity_type == "account", Case.status == "open", visible_cases(by))
    )


def _conditions(wanted: Wanted, by: Actor) -> Iterator[ColumnElement[bool]]:
    seen = visible_entities(by, "account")
    if seen is not true():  # which would be asked of every account
        yield STANDING.c.account_id.in_(select(RentAccount.id).where(seen))
    homes = select(ACCOUNT.c.id).join(Tenure, Tenure.id == ACCOUNT.c.tenure_id).join(Asset, Asset.id == Tenure.asset_id)
    if wanted.patch:
        yield STANDING.c.account_id.in_(homes.where(Asset.patch == wanted.patch))
    if wanted.team_id is not None:
        patches = select(TeamPatch.patch).where(TeamPatch.team_id == wanted.team_id)
        yield STANDING.c.account_id.in_(homes.where(Asset.patch.in_(patches)))
    if wanted.least is not None:
        yield STANDING.c.balance >= int(wanted.least * 100)
    if wanted.most is not None:
        yield STANDING.c.balance <= int(wanted.most * 100)


def _debts(session: Session, rows: Sequence[Any], by: Actor) -> Iterator[Debt]:
    ids = [row.account_id for row in rows]
    about = _about(session, ids)
    charged = weekly_charges(session, ids)
    people = _responsible(session, [one.tenancy_id for one in about.values()])
    cases = _cases(session, ids, by)
    for row in rows:
        one, owed = about[row.account_id], (Decimal(row.balance) / 100).quantize(PENNY)
        yield Debt(
            row.account_id, one.reference, one.tenancy_id, one.tenancy,
            one.ended_on is not None and one.ended_on < today(), one.home_id, one.one_line, one.patch,
            people.get(one.tenancy_id, []), owed, weeks_owed(owed, charged[row.account_id].total), row.last_paid_on,
            row.need, row.state or "", row.amount, row.frequency or "", cases.get(row.account_id),
        )  # fmt: skip


def _about(session: Session, account_ids: Collection[int]) -> dict[int, Any]:
    columns = (
        ACCOUNT.c.id, ACCOUNT.c.reference, Tenure.id.label("tenancy_id"), Tenure.reference.label("tenancy"),
        Tenure.ended_on, Asset.id.label("home_id"), Asset.one_line, Asset.patch,
    )  # fmt: skip
    statement = select(*columns).join(Tenure, Tenure.id == ACCOUNT.c.tenure_id)
    found = statement.join(Asset, Asset.id == Tenure.asset_id).where(ACCOUNT.c.id.in_(account_ids))
    return {row.id: row for row in session.execute(found)}


def _responsible(session: Session, tenure_ids: Collection[int]) -> dict[int, list[Person]]:
    found: dict[int, list[Person]] = {}
    members = (
        select(TenureMember.tenure_id, Person)
        .join(Person, Person.id == TenureMember.person_id)
        .where(TenureMember.tenure_id.in_(tenure_ids), TenureMember.is_responsible, TenureMember.until_on.is_(None))
        .order_by(TenureMember.id)
    )
    for tenure_id, person in session.execute(members):
        found.setdefault(tenure_id, []).append(person)
    return found


def _cases(session: Session, account_ids: Collection[int], by: Actor) -> dict[int, Any]:
    """Return the oldest open case about each account that the reader may see."""
    links = (
        select(CaseLink.entity_id, Case.reference, Case.title)
        .join(Case, Case.id == CaseLink.case_id)
        .where(CaseLink.entity_type == "account", CaseLink.entity_id.in_(account_ids), Case.status == "open")
        .where(visible_cases(by))
        .order_by(Case.id.desc())
    )
    return {row.entity_id: row for row in session.execute(links)}
