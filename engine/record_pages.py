"""What the pages of a person, a home and a tenancy show: the shared record, and the cases about it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case_documents import File, documents_of
from engine.case_subjects import alerts_of, contacts_of
from engine.errors import NotFound
from engine.permissions import Actor, visible_cases
from engine.record.accounts import Weekly, balance, weekly_charges
from models.accounts import RentAccount, Transaction
from models.case import Case, CaseLink
from models.category import Category
from models.people import Alert, ContactDetail, Person
from models.places import Asset
from models.tenancies import Tenure, TenureMember


@dataclass(frozen=True, slots=True)
class Account:
    """A rent account and what is owed on it: positive is owed by the tenant."""

    account: RentAccount
    weekly: Weekly
    balance: Decimal
    latest: list[Transaction]


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A person with everything that their page shows."""

    person: Person
    contacts: list[ContactDetail]
    alerts: list[Alert]
    tenancies: list[Any]  # (TenureMember, Tenure, Asset), those that run first
    accounts: dict[int, Account]
    cases: list[Any]
    documents: list[File]


@dataclass(frozen=True, slots=True)
class HomePage:
    """A home with everything that its page shows."""

    home: Asset
    block: Asset | None
    alerts: list[Alert]
    tenancies: list[Tenure]
    members: dict[int, list[Any]]
    cases: list[Any]
    documents: list[File]


@dataclass(frozen=True, slots=True)
class TenancyPage:
    """A tenancy with everything that its page shows."""

    tenancy: Tenure
    home: Asset
    members: list[Any]
    alerts: list[Alert]
    account: Account | None
    cases: list[Any]
    documents: list[File]


def person_page(session: Session, person_id: int, *, by: Actor) -> PersonPage:
    """Return what the page of a person shows. Raises NotFound."""
    person = _found(session, Person, person_id, "person")
    tenancies = list(
        session.execute(
            select(TenureMember, Tenure, Asset)
            .join(Tenure, Tenure.id == TenureMember.tenure_id)
            .join(Asset, Asset.id == Tenure.asset_id)
            .where(TenureMember.person_id == person_id)
            .order_by(Tenure.ended_on.is_not(None), Tenure.started_on.desc())
        )
    )
    running = [tenure for member, tenure, _ in tenancies if tenure.ended_on is None and member.is_responsible]
    homes = [home.id for member, tenure, home in tenancies if tenure.ended_on is None and member.until_on is None]
    return PersonPage(
        person,
        contacts_of(session, [person_id]).get(person_id, []),
        alerts_of(session, [person_id], homes),
        tenancies,
        {tenure.id: account for tenure in running if (account := account_of(session, tenure.id))},
        cases_about(session, "person", person_id, by=by),
        documents_of(session, "person", person_id, by=by),
    )


def home_page(session: Session, home_id: int, *, by: Actor) -> HomePage:
    """Return what the page of a home shows. Raises NotFound."""
    home = _found(session, Asset, home_id, "home")
    tenancies = list(
        session.scalars(
            select(Tenure)
            .where(Tenure.asset_id == home_id)
            .order_by(Tenure.ended_on.is_not(None), Tenure.started_on.desc())
        )
    )
    members = _members_by_tenancy(session, [tenure.id for tenure in tenancies])
    living = [
        person.id for t in tenancies if t.ended_on is None for m, person in members.get(t.id, []) if m.until_on is None
    ]
    return HomePage(
        home,
        session.get(Asset, home.parent_id) if home.parent_id else None,
        alerts_of(session, living, [home_id]),
        tenancies,
        members,
        cases_about(session, "home", home_id, by=by),
        documents_of(session, "home", home_id, by=by),
    )


def tenancy_page(session: Session, tenancy_id: int, *, by: Actor) -> TenancyPage:
    """Return what the page of a tenancy shows. Raises NotFound."""
    tenancy = _found(session, Tenure, tenancy_id, "tenancy")
    home = _found(session, Asset, tenancy.asset_id, "home")
    members = _members_by_tenancy(session, [tenancy_id]).get(tenancy_id, [])
    return TenancyPage(
        tenancy,
        home,
        members,
        alerts_of(session, [person.id for member, person in members if member.until_on is None], [home.id]),
        account_of(session, tenancy_id),
        cases_about(session, "tenancy", tenancy_id, by=by),
        documents_of(session, "tenancy", tenancy_id, by=by),
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
        list(session.scalars(newest.limit(latest))),
    )


def cases_about(session: Session, entity_type: str, entity_id: int, *, by: Actor, most: int = 50) -> list[Any]:
    """Return the cases linked to a person, home or tenancy that the actor may see: open ones first, then the latest."""
    columns = (Case.reference, Case.title, Case.status, Case.stage, Case.outcome, Case.opened_at, Case.closed_at)
    statement = (
        select(*columns, Category.name.label("category"))
        .join(CaseLink, CaseLink.case_id == Case.id)
        .join(Category, Category.id == Case.category_id)
        .where(CaseLink.entity_type == entity_type, CaseLink.entity_id == entity_id, visible_cases(by))
        .distinct()
        .order_by(Case.status.desc(), Case.opened_at.desc())
        .limit(most)
    )
    return list(session.execute(statement))


def _members_by_tenancy(session: Session, tenure_ids: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    if not tenure_ids:
        return found
    rows = session.execute(
        select(TenureMember, Person)
        .join(Person, Person.id == TenureMember.person_id)
        .where(TenureMember.tenure_id.in_(tenure_ids))
        .order_by(TenureMember.is_responsible.desc(), TenureMember.id)
    )
    for member, person in rows:
        found.setdefault(member.tenure_id, []).append((member, person))
    return found


def _found(session: Session, model: Any, row_id: int, word: str) -> Any:
    row = session.get(model, row_id)
    if row is None:
        raise NotFound(f"There is no {word} with this address.", remedy="Search for it by name, address or reference.")
    return row
