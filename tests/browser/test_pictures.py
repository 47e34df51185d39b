"""Takes the README's pictures: each role's pages of the sample landlord at a fixed time, so that they come out alike.

Only `make pictures` runs it; it writes `webapp/pictures/`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.communications import dispatching
from engine.communications.providers.printing import Printing
from engine.definitions import drafting
from engine.instants import LONDON, frozen_at
from engine.permissions import SHIPPED, Actor
from models import schema
from models.case import Case, CaseLink
from models.category import Category
from models.communication import Communication
from models.document import Document
from models.staff import User
from models.work import UserTask
from tests.browser.conftest import PHONE
from tests.environment.serving import served
from tests.factories import Factories, forget
from tests.integration.studio.test_importing import DRAWING
from webapp.demo import loading, people
from webapp.ticker import Ticker

pytestmark = [pytest.mark.pictures, pytest.mark.slow]

PICTURES = Path(__file__).parents[2] / "webapp" / "pictures"
MOMENT = datetime(2026, 12, 3, 10, 20, tzinfo=LONDON)
WIDE = {"width": 1280, "height": 860}
LARGEST = 150_000  # bytes; the README loads a dozen of them
HOMES = 200

Prepare = Callable[[Page], None]


@dataclass(frozen=True)
class Landlord:
    """The sample landlord, served."""

    address: str
    factories: Factories

    def sign_in(self, page: Page, name: str) -> None:
        email = next(colleague.email for colleague in people.COLLEAGUES if colleague.name == name)
        page.goto(f"{self.address}/sign-in")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(people.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()

    def find(self, look: Callable[[Session], str]) -> str:
        with self.factories.transaction() as session:
            return look(session)


@pytest.fixture(scope="module")
def landlord(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landlord]:
    """Brightwater Homes as it stands on a Thursday morning."""
    folder = tmp_path_factory.mktemp("landlord")
    forget()
    factories = Factories(f"sqlite:///{folder / 'brightwater.db'}", folder)
    with frozen_at(MOMENT):
        with factories.engine.begin() as connection:
            schema.create(connection)
        loading.load(factories.sessions, count=HOMES)
        Ticker(factories.sessions).tidy()
        dispatching.dispatch(factories.sessions, {"letter": Printing()})
        factories.run_long_jobs()  # the PDFs of letters
        _misspell_a_field(factories)
        with served(factories.app) as address:
            yield Landlord(address, factories)
    factories.close()
    forget()


def _misspell_a_field(factories: Factories) -> None:
    """Leave a fault in the analyst's draft, so that the check has something to mark."""
    with factories.transaction() as session:
        analyst = session.scalars(select(User).where(User.name == "Daniel Cho")).one()
        by = Actor(user_id=analyst.id, name=analyst.name, grants=SHIPPED.of({"analyst"}))
        opened = drafting.open_file(session, "complaint", "complaint.bpmn")
        spoilt = opened.content.replace(b"exclusion_decision =", b"exclusion_decison =")
        assert spoilt != opened.content
        drafting.save(session, "complaint", "complaint.bpmn", spoilt, revision=opened.revision, by=by)


# Where each picture is taken


def task(element: str) -> Callable[[Session], str]:
    """The open task of this element that came first."""

    def look(session: Session) -> str:
        query = select(UserTask.id).where(UserTask.element_id == element, UserTask.status == "open")
        return f"/tasks/{session.scalars(query.order_by(UserTask.id)).first()}"

    return look


def case(element: str, part: str = "", *, under: str = "/cases") -> Callable[[Session], str]:
    """A part of the case whose task of this element came first, however far it is by now."""

    def look(session: Session) -> str:
        query = select(Case.reference).join(UserTask, UserTask.case_id == Case.id)
        reference = session.scalars(query.where(UserTask.element_id == element).order_by(UserTask.id)).first()
        return f"{under}/{reference}{part}"

    return look


def case_at(element: str, part: str = "") -> Callable[[Session], str]:
    """A part of the case that stands at this element longest."""

    def look(session: Session) -> str:
        query = select(Case.reference).join(UserTask, UserTask.case_id == Case.id)
        query = query.where(UserTask.element_id == element, UserTask.status == "open")
        return f"/cases/{session.scalars(query.order_by(UserTask.id)).first()}{part}"

    return look


def document(session: Session) -> str:
    """The letter that answers a complaint at stage 1."""
    return f"/documents/{session.scalars(select(Document.id).where(Document.title.like('%stage 1%'))).first()}"


def letter_to_be_posted(session: Session) -> str:
    """A letter that waits to be printed."""
    printing = select(Communication.id).where(Communication.status == "printing").order_by(Communication.id)
    return f"/communications/{session.scalars(printing).first()}"


def complainant(session: Session) -> str:
    """The person who made the complaint that went to stage 2."""
    query = select(CaseLink.entity_id).join(UserTask, UserTask.case_id == CaseLink.case_id)
    query = query.where(UserTask.element_id == "review_stage2", CaseLink.entity_type == "person")
    return f"/people/{session.scalars(query.order_by(UserTask.id)).first()}"


def a_purchase(session: Session) -> str:
    """The cases that belong to the purchase of a home that was begun last."""
    query = select(Case.reference).join(Category, Category.id == Case.category_id)
    query = query.where(Category.key == "home_purchase", Case.status == "open").order_by(Case.id.desc())
    return f"/cases/{session.scalars(query).first()}/related"


def page_of(address: str) -> Callable[[Session], str]:
    """A page that has the same address always."""
    return lambda session: address


# What is done on a page before its picture is taken


def nothing(page: Page) -> None:
    """Leave the page as it is."""


def ask_why(page: Page) -> None:
    """Open the first “Why this date?”."""
    page.get_by_text("Why this date?").first.click()


def open_first_fault(page: Page) -> None:
    """Select what the first fault is about."""
    page.locator(".cw-problems__item").first.click()


def import_a_drawing(page: Page) -> None:
    """Bring in a drawing from a workshop."""
    drawing = {"name": "garage letting.bpmn", "mimeType": "application/xml", "buffer": DRAWING}
    page.get_by_label("A diagram, or several").set_input_files([drawing])
    page.get_by_role("button", name="See what it needs").click()
    expect(page.locator(".cw-diagram.is-ready")).to_have_count(2)


def write_a_text(page: Page) -> None:
    """Type a text message with a fault and a sign that costs more."""
    page.get_by_label("Text", exact=True).fill(
        "{{ organisation.name }}: Zoë, we have opened case {{ case.referense }} for you. "
        "{{ officer.name }} will ring you by Friday. Please answer, or ring {{ organisation.phone }}."
    )
    expect(page.get_by_text("Did you mean")).to_be_visible()


def try_a_condition(page: Page) -> None:
    """See what a condition comes to."""
    page.get_by_label("Expression").fill('if arrears > 500 then "write" else "wait"')
    page.get_by_label("Values").fill('{"arrears": 705.10}')
    page.get_by_role("button", name="Try it").first.click()
    page.wait_for_load_state()


def verify(page: Page) -> None:
    """Have all history verified."""
    page.get_by_role("button", name="Verify now").click()
    expect(page.get_by_role("heading", name="History is whole")).to_be_visible()


@dataclass(frozen=True)
class Picture:
    """One picture: whose page, where it is, what is done there first."""

    who: str
    address: Callable[[Session], str]
    prepare: Prepare = nothing
    on_phone: bool = False


PRIYA, GRACE, SAMUEL, RUTH = "Priya Shah", "Grace Adeyemi", "Samuel Boateng", "Ruth Calder"
DANIEL, MIRIAM, ALEX, NADIA = "Daniel Cho", "Miriam Feld", "Alex Moran", "Nadia Rahman"
PICTURES_TAKEN = {
    "officer-home": Picture(PRIYA, page_of("/")),
    "officer-task": Picture(GRACE, task("investigate_stage1")),
    "officer-case": Picture(SAMUEL, case("review_stage2")),
    "officer-map": Picture(GRACE, case_at("investigate_stage1", "/map")),
    "officer-deadlines": Picture(SAMUEL, case("review_stage2", "/deadlines"), ask_why),
    "officer-timeline": Picture(SAMUEL, case("review_stage2", "/timeline")),
    "officer-letter": Picture(PRIYA, document),
    "officer-message": Picture(PRIYA, letter_to_be_posted),
    "officer-person": Picture(PRIYA, complainant),
    "officer-cases": Picture(PRIYA, page_of("/cases")),
    "officer-related": Picture(NADIA, a_purchase),
    "manager-home": Picture(RUTH, page_of("/")),
    "manager-arrears": Picture(RUTH, page_of("/arrears")),
    "analyst-studio": Picture(DANIEL, page_of("/studio")),
    "analyst-category": Picture(DANIEL, page_of("/studio/complaint")),
    "analyst-modeller": Picture(DANIEL, page_of("/studio/complaint/files/complaint.bpmn"), open_first_fault),
    "analyst-form": Picture(DANIEL, page_of("/studio/complaint/files/acknowledge_complaint.form")),
    "analyst-import": Picture(DANIEL, page_of("/studio/imports/diagram"), import_a_drawing),
    "analyst-try": Picture(DANIEL, page_of("/studio/try"), try_a_condition),
    "analyst-message": Picture(DANIEL, page_of("/studio/templates/sms/message_received/editor"), write_a_text),
    "analyst-rules": Picture(DANIEL, page_of("/studio/complaint/rules")),
    "auditor-cases": Picture(MIRIAM, page_of("/audit")),
    "auditor-replay": Picture(MIRIAM, case("review_stage2", "?at=20", under="/audit/cases")),
    "auditor-verification": Picture(MIRIAM, page_of("/audit/verification"), verify),
    "administrator-staff": Picture(ALEX, page_of("/admin/staff")),
    "administrator-channels": Picture(ALEX, page_of("/admin/channels")),
    "administrator-incidents": Picture(ALEX, page_of("/admin/incidents")),
    "phone-home": Picture(PRIYA, page_of("/"), on_phone=True),
    "phone-task": Picture(PRIYA, task("acknowledge_complaint"), on_phone=True),
    "phone-case": Picture(SAMUEL, case("review_stage2"), on_phone=True),
}


@pytest.mark.parametrize("name", PICTURES_TAKEN)
def test_picture(name: str, landlord: Landlord, open_page: Callable[..., Page]) -> None:
    picture = PICTURES_TAKEN[name]
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
    page = open_page(**phone) if picture.on_phone else open_page(viewport=WIDE)
    landlord.sign_in(page, picture.who)

    page.goto(landlord.address + landlord.find(picture.address))
    picture.prepare(page)
    page.wait_for_load_state("networkidle")
    taken = _small(page.screenshot(animations="disabled", caret="hide"))

    assert len(taken) <= LARGEST
    (PICTURES / f"{name}.png").write_bytes(taken)


def _small(png: bytes) -> bytes:
    """Return the picture with at most 128 colours, which pages have hardly more of."""
    small = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()
