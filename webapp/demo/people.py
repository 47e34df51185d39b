"""The landlord itself and its staff. Everybody has the same password, which is printed: it opens made-up data only."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import staff
from engine.permissions import PLATFORM, Actor, actor_of
from models.people import Organisation
from models.staff import User
from webapp.passwords import hashed

PASSWORD = "brightwater"  # noqa: S105
DOMAIN = "brightwater.example"

COMPLAINTS, STAGE_1, STAGE_2, SERVICES = (
    "Complaints officers",
    "Stage 1 investigators",
    "Stage 2 reviewers",
    "Service managers",
)
# The teams of a home purchase and of the cases that it starts.
HOME_OWNERSHIP, HOME_MANAGERS, LEGAL, FRAUD, VALUERS, INCOME, INCOME_MANAGERS, LEASEHOLD, ASSETS = (
    "Home ownership officers",
    "Home ownership managers",
    "Legal team",
    "Fraud investigators",
    "Valuers",
    "Income officers",
    "Income managers",
    "Leasehold officers",
    "Asset managers",
)
# Who looks after patches: somebody of one, and a team of two.
NEIGHBOURHOODS, TEAM_PATCHES = "Neighbourhood team", ("East", "South")
PATCH_OFFICER = "Patch officer"


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff; `shown` are those whose sign-in is printed, one for each part that one can see.

    `firm` is the other organisation that somebody works for, and `patches` are those that they look after themselves.
    """

    name: str
    role: str
    job_title: str
    teams: tuple[str, ...] = ()
    manages: tuple[str, ...] = ()
    shown: bool = False
    patches: tuple[str, ...] = ()
    firm: str = ""

    @property
    def email(self) -> str:
        """Return the e-mail address, which leads nowhere."""
        return f"{self.name.lower().replace(' ', '.')}@{DOMAIN}"


COLLEAGUES = (
    Colleague("Priya Shah", "officer", "Complaints officer", (COMPLAINTS,), shown=True),
    Colleague("Tom Ridley", "officer", "Complaints officer", (COMPLAINTS,)),
    Colleague("Grace Adeyemi", "officer", "Housing manager, stage 1 investigator", (STAGE_1,), shown=True),
    Colleague("Owen Price", "officer", "Repairs manager, stage 1 investigator", (STAGE_1,)),
    Colleague("Samuel Boateng", "officer", "Head of service, stage 2 reviewer", (STAGE_2,), shown=True),
    Colleague("Helen Marsh", "officer", "Director's office, stage 2 reviewer", (STAGE_2,)),
    Colleague(
        "Ruth Calder",
        "team_manager",
        "Complaints and service manager",
        (SERVICES,),
        (COMPLAINTS, STAGE_1, STAGE_2, SERVICES),
        shown=True,
    ),
    Colleague("Nadia Rahman", "officer", "Home ownership officer", (HOME_OWNERSHIP, LEASEHOLD), shown=True),
    Colleague("Colin Baxter", "officer", "Surveyor and asset manager", (VALUERS, ASSETS)),
    Colleague("Ewa Nowak", "officer", "Income officer", (INCOME, FRAUD)),
    Colleague("Sofia Lindqvist", "officer", "Solicitor", (LEGAL,)),
    Colleague(
        "Martin Okoro",
        "team_manager",
        "Home ownership and income manager",
        (HOME_MANAGERS, INCOME_MANAGERS),
        (HOME_OWNERSHIP, HOME_MANAGERS, LEASEHOLD, INCOME, INCOME_MANAGERS, LEGAL),
    ),
    Colleague("Leila Haddad", "patch_officer", "Patch officer, North", shown=True, patches=("North",)),
    Colleague("Joe Mensah", "patch_officer", "Neighbourhood officer, East and South", (NEIGHBOURHOODS,), shown=True),
    Colleague("Bob Harding", "partner", "Foreman at Turnstone Repairs", shown=True, firm="Turnstone Repairs"),
    Colleague("Daniel Cho", "analyst", "Business analyst", shown=True),
    Colleague("Miriam Feld", "auditor", "Internal auditor", shown=True),
    Colleague("Alex Moran", "administrator", "Systems administrator", shown=True),
)


def add_organisation(session: Session) -> None:
    """Add the landlord, whose name and address stand on letters."""
    session.add(
        Organisation(
            reference="O000001",
            kind="landlord",
            name="Brightwater Homes",
            address_lines=["Tideway House", "1 Quay Row", "Brightwater"],
            postcode="ZZ99 1AA",
            phone="01632 960000",
            email=f"hello@{DOMAIN}",
            website=f"www.{DOMAIN}",
            registered_number="L9999",
            complaints_email=f"complaints@{DOMAIN}",
        )
    )


def add_staff(session: Session) -> None:
    """Add the teams that are missing, and the staff with their places in them."""
    password_hash = hashed(PASSWORD)
    names = dict.fromkeys(name for colleague in COLLEAGUES for name in (*colleague.teams, *colleague.manages))
    teams = {name: staff.team_of_name(session, name, by=PLATFORM).id for name in names}
    for colleague in COLLEAGUES:
        user = staff.add_user(
            session,
            email=colleague.email,
            name=colleague.name,
            password_hash=password_hash,
            roles=[colleague.role],
            job_title=colleague.job_title,
            phone="01632 960010",
            by=PLATFORM,
        )
        staff.set_teams(
            session,
            user.id,
            member_of=[teams[name] for name in colleague.teams],
            manages=[teams[name] for name in colleague.manages],
            by=PLATFORM,
        )


def actors(session: Session) -> dict[str, Actor]:
    """Return the staff as the engine sees who acts, by name."""
    found = (actor_of(session, user_id) for user_id in session.scalars(select(User.id)))
    return {actor.name: actor for actor in found if actor is not None}
