"""Cases: start one, list them, look at one, correct its fields."""

from typing import Any

from sqlalchemy import select

from engine import case_list, case_page, cases, reading
from engine.case_page import Header
from engine.errors import Invalid, NotFound
from engine.permissions import may_see_entity, visible_cases
from engine.starting import Subject
from models.case import Case, CaseLink
from webapp import reads
from webapp.access import requires
from webapp.api import corrections
from webapp.api.idempotency import idempotent, work_key
from webapp.api.paging import page
from webapp.api.preconditions import check_case, must_match
from webapp.api.resource import QUERY, Resource
from webapp.api.schemas.cases import CaseFilter, CasePage, Corrections, NewCase, WholeCaseSchema
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit

resource = Resource("cases", __name__, "Cases: start, find, look at, correct.")

LONGEST_ID = 18  # digits


def header_of(ref: str) -> Header:
    """Return the head of a case by its reference or id.

    Raises:
        NotFound: no such case, or none that the caller may know of.
    """
    if ref.isascii() and ref.isdecimal() and len(ref) <= LONGEST_ID:
        ref = session().scalar(select(Case.reference).where(Case.id == int(ref), visible_cases(actor()))) or ref
    found = case_page.header(session(), ref, by=actor())
    reads.case(found)
    return found


def whole(case: Header) -> dict[str, Any]:
    """Return a case as `WholeCaseSchema` writes it."""
    links = select(CaseLink).where(CaseLink.case_id == case.id, CaseLink.until_on.is_(None)).order_by(CaseLink.id)
    reader = reading.open_case(session(), case.id, by=actor())
    parts = {"fields": reader.stored(), "subjects": list(session().scalars(links))}
    return {name: getattr(case, name) for name in Header.__slots__} | parts


@resource.get("/cases")
@requires("see cases")
@resource.arguments(CaseFilter, location=QUERY)
@resource.response(200, CasePage)
def find(given: dict[str, Any]) -> Any:
    """List the cases that you may see"""
    wanted = case_list.Wanted(
        text=given["q"],
        category=given["category"],
        status=given["status"],
        stage=given["stage"],
        owner_id=actor().user_id if given["owner"] == "me" else None,
        team_id=given["team"],
        is_overdue=given["overdue"],
        has_incident=given["incident"],
        sort=given["sort"],
        is_descending=given["order"] == "descending",
    )
    return page(case_list.cases(session(), wanted, by=actor(), cursor=given["cursor"], size=given["limit"]))


@resource.post("/cases")
@requires("start case")
@idempotent
@resource.arguments(NewCase)
@resource.response(201, WholeCaseSchema)
def start(given: dict[str, Any]) -> Any:
    """Start a case of a category, on its current version."""
    subjects = _subjects(given["subjects"])
    try:
        started = cases.start(
            session(), given["category"], subjects=subjects, fields=given["fields_"], by=actor(), start_key=work_key()
        )
    except NotFound as error:
        raise Invalid(error.message, errors={"category": error.message}) from error
    except Invalid as error:  # the engine asks for one `subject`; here they are a list
        errors = {"subjects" if path == "subject" else path: sentence for path, sentence in error.errors.items()}
        raise Invalid(error.message, errors=errors, remedy=error.remedy) from error
    after_commit(started.job_keys)
    return whole(case_page.header(session(), started.reference, by=actor()))


@resource.get("/cases/<ref>")
@requires("see cases")
@resource.response(200, WholeCaseSchema)
def one(ref: str) -> Any:
    """Show a case, by its reference or id, with its field values and what it is about."""
    return whole(header_of(ref))


@resource.patch("/cases/<ref>/fields")
@requires("change case")
@must_match
@resource.arguments(Corrections)
@resource.response(200, WholeCaseSchema)
def correct(given: dict[str, Any], ref: str) -> Any:
    """Correct fields of a case: those that are named, each by the rules of the form that asks for it.

    The next gateway, letter and form see the new values. A field is emptied by null.
    """
    case = header_of(ref)
    check_case(case.id)
    reader = reading.open_case(session(), case.id, by=actor())
    after_commit(cases.change_fields(session(), case.id, corrections.checked(reader, given), by=actor()))
    return whole(case_page.header(session(), case.reference, by=actor()))


def _subjects(given: list[dict[str, Any]]) -> list[Subject]:
    """Return what the case is to be about; each must exist, and be seen by who starts it."""
    missing = {
        f"subjects[{number}].id": f"There is no {subject['type']} {subject['id']}."
        for number, subject in enumerate(given)
        if not may_see_entity(session(), actor(), subject["type"], subject["id"])
    }
    if missing:
        raise Invalid("The case cannot be about what does not exist.", errors=missing)
    return [Subject(subject["type"], subject["id"], subject["role"]) for subject in given]
