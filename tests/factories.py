"""Makes what tests work on: an application on a database of its own, staff, people, homes, a category, cases."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from engine import absences, cases, fields, jobs, staff
from engine.definitions import deploying
from engine.instants import today, unmoved_now
from engine.permissions import PLATFORM, Actor, actor_of
from engine.runtime import cache, directory
from models.accounts import Charge, RentAccount
from models.category import CategoryVersion
from models.people import ContactDetail, Organisation, Person
from models.places import Asset
from models.staff import Membership, Team, User
from models.staff import Session as SignIn
from models.tenancies import Tenure, TenureMember
from tests.environment import applications, furnishing, shipping
from tests.pages import PageClient
from webapp import auth

ROOT = Path(__file__).parents[1]
TEAMS = ("Complaints officers", "Stage 1 investigators", "Stage 2 reviewers", "Service managers")
NOBODY_SIGNS_IN_WITH_IT = "!"


@pytest.fixture
def factories(database_url: str, tmp_path: Path) -> Iterator["Factories"]:
    """The factories, on an empty database; the test runs on SQLite and on PostgreSQL."""
    forget()
    made = Factories(database_url, tmp_path)
    yield made
    made.close()
    forget()


@pytest.fixture
def sqlite_factories(sqlite_url: str, tmp_path: Path) -> Iterator["Factories"]:
    """The factories on SQLite alone, for what is proved on both elsewhere, or has nothing to do with either."""
    forget()
    made = Factories(sqlite_url, tmp_path)
    yield made
    made.close()
    forget()


def forget() -> None:
    """Drop what the process keeps in memory of another database."""
    deploying.forget()
    fields.forget()
    directory.forget()
    absences.forget()
    cache.instances.clear()


class Factories:
    """Each method makes one thing, commits it, and returns it."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self._numbers = count(1)
        self._place = database_url, folder
        self._use(applications.shared(database_url, folder))

    def own_app(self) -> Flask:
        """Return an application of this test alone, which it may change; it is the one that is used from now on."""
        self.close()
        self._use(applications.own(*self._place))
        return self.app

    def furnished(self, name: str, make: Callable[["Factories"], Any]) -> Any:
        """Return what `make` makes in this empty database, without making it again when a test before has.

        What it returns must be data: rows and numbers, no clients. Nothing of its cases is in memory then.
        """
        url, folder = self._place
        (made, following), definitions = furnishing.furnished(
            name, self.engine, folder, lambda: (make(self), next(self._numbers))
        )
        self._numbers = count(following)
        forget()
        deploying._loaded.update(definitions)
        applications.shared(url, folder)  # has it read the keyring
        return made

    def _use(self, app: Flask) -> None:
        self.app = app
        self.app.test_client_class = PageClient
        self.engine: Any = applications.engine_of(app)

    @property
    def sessions(self) -> sessionmaker[Session]:
        """Opens sessions as the engine's jobs and timers do."""
        return sessionmaker(self.engine, expire_on_commit=False, autoflush=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a transaction; returning commits, raising rolls back."""
        with self.sessions() as session, session.begin():
            yield session

    def close(self) -> None:
        """Give the connections back, so that the database can be dropped."""
        self.engine.dispose()

    def team(self, name: str) -> Team:
        """Return the team with this name; made when it is missing."""
        with self.transaction() as session:
            found = session.scalar(select(Team).where(Team.name == name))
            return found or staff.add_team(session, name, by=PLATFORM)

    def user(
        self,
        *roles: str,
        name: str = "",
        teams: tuple[str, ...] = (),
        manages: tuple[str, ...] = (),
        password: str = "",
    ) -> User:
        """Make a member of staff; without roles an officer."""
        from webapp.passwords import hashed

        name = name or f"Officer {_letters(next(self._numbers))}"
        ids = {team: self.team(team).id for team in (*teams, *manages)}
        with self.transaction() as session:
            user = staff.add_user(
                session,
                email=f"{name.lower().replace(' ', '.')}@landlord.example",
                name=name,
                password_hash=hashed(password) if password else NOBODY_SIGNS_IN_WITH_IT,
                roles=roles or ("officer",),
                job_title="Housing officer",
                phone="01632 960001",
                by=PLATFORM,
            )
            for team, team_id in ids.items():
                session.add(Membership(user_id=user.id, team_id=team_id, is_manager=team in manages))
        return user

    def actor(self, user: User) -> Actor:
        """Return the user as the engine sees who acts."""
        with self.transaction() as session:
            found = actor_of(session, user.id)
        assert found is not None, "the account is closed"
        return found

    def officer(self) -> Actor:
        """Return an officer who is in every team of the complaint."""
        return self.actor(self.user("officer", teams=TEAMS))

    def browser(self) -> PageClient:
        """Return a browser in which nobody is signed in."""
        client = self.app.test_client()
        assert isinstance(client, PageClient)
        return client

    def client(self, *roles: str, user: User | None = None, teams: tuple[str, ...] = TEAMS) -> PageClient:
        """Return a browser in which `user`, or a new one with these roles, is signed in. Its `user` says who."""
        user = user or self.user(*roles, teams=teams)
        client, token, now = self.browser(), f"token of {user.id} {next(self._numbers)}", unmoved_now()
        with self.transaction() as session:
            session.add(SignIn(token_digest=auth.digest(token), user_id=user.id, created_at=now, seen_at=now))
        client.set_cookie("casewright", token)
        client.user = user  # type: ignore[attr-defined]
        return client

    def bearer(self, user: User) -> dict[str, str]:
        """Return the headers with which a program calls the REST interface as `user`."""
        with self.transaction() as session:
            return {"Authorization": f"Bearer {staff.make_token(session, user.id, 'test', by=PLATFORM)}"}

    def organisation(self) -> Organisation:
        """Make the landlord, whose name stands on letters."""
        return self._add(
            Organisation(
                reference=f"O-{secrets.token_hex(4)}",
                kind="landlord",
                name="Brightwater Homes",
                address_lines=["Tideway House", "1 Quay Walk", "Brightwater"],
                postcode="ZZ99 1AA",
                phone="01632 960000",
                email="hello@brightwater.example",
                website="brightwater.example",
                registered_number="L0000",
                complaints_email="complaints@brightwater.example",
            )
        )

    def person(
        self, first_name: str = "Ada", surname: str = "Okafor", *, title: str = "Mrs", email: str = ""
    ) -> Person:
        """Make a person with an e-mail address."""
        number = next(self._numbers)
        person = self._add(
            Person(
                reference=f"P{number:06d}",
                title=title,
                first_name=first_name,
                surname=surname,
                date_of_birth=date(1980, 5, 17),
            )
        )
        email = email or f"{first_name}.{surname}.{number}@resident.example".lower()
        self._add(ContactDetail(person_id=person.id, contact_type="email", value=email, is_preferred=True))
        return person

    def home(self, first_line: str = "", *, postcode: str = "ZZ99 3QT", patch: str = "North") -> Asset:
        """Make a home."""
        number = next(self._numbers)
        lines: list[object] = [first_line or f"{number} Heron Walk", "Brightwater"]
        return self._add(
            Asset(
                reference=f"H{number:06d}",
                asset_type="unit",
                uprn=f"9{number:011d}",
                address_lines=lines,
                postcode=postcode,
                one_line=", ".join([*(str(line) for line in lines), postcode]),
                patch=patch,
                bedrooms=2,
            )
        )

    def tenancy(self, *people: Person, home: Asset | None = None) -> Tenure:
        """Make a secure tenancy of a home (a new one unless given) with a rent account; the first one is the tenant."""
        home, people = home or self.home(), people or (self.person(),)
        number = next(self._numbers)
        tenure = self._add(
            Tenure(
                reference=f"T{number:06d}",
                tenure_type="SEC",
                tenure_type_name="Secure tenancy",
                asset_id=home.id,
                started_on=date(2019, 4, 1),
            )
        )
        for place, person in enumerate(people):
            role = "tenant" if place == 0 else "household member"
            self._add(TenureMember(tenure_id=tenure.id, person_id=person.id, is_responsible=place == 0, role=role))
        account = self._add(RentAccount(reference=f"A{number:06d}", tenure_id=tenure.id))
        self._add(Charge(account_id=account.id, kind="rent", amount=Decimal("112.40"), from_on=date(2019, 4, 1)))
        return tenure

    def category(self, key: str = "complaint") -> CategoryVersion:
        """Deploy a category of `processes/` as it ships."""
        return self.deploy(deploying.files_of(ROOT / "processes" / key))

    def deploy(self, files: dict[str, bytes]) -> CategoryVersion:
        """Deploy files as a category."""
        with self.transaction() as session:
            shipping.ship(session)
            return deploying.store(session, files, by=PLATFORM)

    def complaint(
        self, *, by: Actor, person: Person | None = None, answers: dict[str, Any] | None = None
    ) -> cases.Started:
        """Start a complaint of a person who is a tenant; deploys the category unless it is there."""
        if self._is_missing("complaint"):
            self.category("complaint")
            self.organisation()
        if person is None:
            person = self.person()
            self.tenancy(person)
        with self.transaction() as session:
            return cases.start(
                session,
                "complaint",
                subjects=[cases.Subject("person", person.id)],
                fields={**complaint_answers(), **(answers or {})},
                by=by,
            )

    def run_jobs(self) -> int:
        """Do the work that steps left behind; returns how many jobs were run. What LibreOffice does is left."""
        return jobs.run_waiting(self.sessions, but=jobs.LONG)

    def run_long_jobs(self) -> int:
        """Make the PDFs that wait."""
        return jobs.run_waiting(self.sessions, kinds=jobs.LONG)

    def _is_missing(self, key: str) -> bool:
        from models.category import Category

        with self.transaction() as session:
            return session.scalar(select(Category.id).where(Category.key == key)) is None

    def _add(self, row: Any) -> Any:
        with self.transaction() as session:
            session.add(row)
        return row


def complaint_answers() -> dict[str, Any]:
    """Return answers to the complaint's start form, received today."""
    return {
        "received_on": today().isoformat(),
        "received_channel": "email",
        "made_by": "resident",
        "complaint_summary": "The boiler has been broken for three weeks and nobody rings back.",
        "complaint_topics": ["repairs"],
        "became_aware_on": today().isoformat(),
    }


def _letters(number: int) -> str:
    """Return A, B, … Z, AA: names of people have no digits."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
