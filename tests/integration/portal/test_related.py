"""Cases beside a case: linked, detached, started, merged and reopened by hand; restricted ones stay invisible."""

from typing import Any

import pytest
from sqlalchemy import select, update

from engine import cases, filing, jobs, relating
from engine.errors import NotFound, NotPossible
from models.case import Case, CaseEvent, CaseLink, CaseRelation, Note
from models.database import from_json
from tests.diagrams import category
from tests.factories import Factories
from tests.integration.api.conftest import Program
from tests.integration.engine.test_children import call
from tests.integration.portal.conftest import Desk


@pytest.fixture
def factories(sqlite_factories: Factories) -> Factories:
    """Rows of this kind are proved on both databases by the interface's tests."""
    return sqlite_factories


@pytest.fixture
def other(desk: Desk) -> cases.Started:
    """A second complaint, of somebody else."""
    person = desk.factories.person("Ben", "Achebe", title="Mr")
    desk.factories.tenancy(person)
    return desk.factories.complaint(by=desk.by, person=person)


def post(desk: Desk, part: str, *, status: int = 303, **sent: Any) -> Any:
    """Open the page of a part and send its form."""
    desk.client.page(f"{desk.here}/{part}")
    return desk.client.submit(f"{desk.here}/{part}", sent, status=status)


def events(desk: Desk, case_id: int) -> list[str]:
    with desk.factories.transaction() as session:
        return list(session.scalars(select(CaseEvent.type).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)))


def hide(desk: Desk, case_id: int) -> None:
    """Restrict a case to a colleague."""
    owner = desk.factories.user("officer")
    with desk.factories.transaction() as session:
        session.execute(update(Case).where(Case.id == case_id).values(restricted=True, owner_id=owner.id))


def test_two_cases_are_linked_shown_on_both_and_detached(desk: Desk, other: cases.Started) -> None:
    post(desk, "related", reference=other.reference.lower(), role="follows", reason="The same leak")

    here, there = desk.client.page(desk.here), desk.client.page(f"/cases/{other.reference}")
    assert "follows from" in here.text and other.reference in here.text and "Check whether to accept" in here.text
    assert "is followed by" in there.text and desk.case.reference in there.text
    assert "The same leak" in desk.client.page(f"/cases/{other.reference}/timeline").text
    post(desk, "related", reference=other.reference, role="follows", status=422)

    with desk.factories.transaction() as session:
        link_id = session.scalars(select(CaseRelation.id)).one()
    desk.client.submit(f"{desk.here}/related/{link_id}/end", {}, status=303)
    assert other.reference not in desk.client.page(desk.here).text.split("What happened")[0]
    assert events(desk, other.id)[-2:] == ["case_linked", "case_detached"]


@pytest.mark.parametrize("number", ["", "CMP-999999", "itself", "hidden"])
def test_a_link_to_nothing_to_itself_or_to_a_hidden_case_is_refused_alike(
    desk: Desk, other: cases.Started, number: str
) -> None:
    hide(desk, other.id)
    named = {"itself": desk.case.reference, "hidden": other.reference}.get(number, number)

    page = post(desk, "related", reference=named, status=422)

    assert "There is a problem" in page.text or "Error" in page.text
    with desk.factories.transaction() as session:
        assert session.scalars(select(CaseRelation)).all() == []


def test_a_linked_case_that_becomes_restricted_is_not_named_on_the_page(desk: Desk, other: cases.Started) -> None:
    post(desk, "related", reference=other.reference)
    assert other.reference in desk.client.page(desk.here).text
    hide(desk, other.id)

    for part in ("", "/related", "/timeline"):
        page = desk.client.page(f"{desk.here}{part}").text
        assert other.reference not in page and "Ben Achebe" not in page, part
    program = Program(desk.factories, desk.client.user)
    assert other.reference not in str(program.get(f"/cases/{desk.case.reference}/events")["items"])
    assert program.get(f"/cases/{desk.case.reference}/links")["items"] == []


def test_a_restricted_case_is_not_named_in_the_history_of_one_that_all_may_see(
    desk: Desk, other: cases.Started
) -> None:
    with desk.factories.transaction() as session:
        session.execute(update(Case).where(Case.id == other.id).values(restricted=True))  # its owner links it

    post(desk, "related", reference=other.reference)

    with desk.factories.transaction() as session:
        rows = session.scalars(
            select(CaseEvent.payload).where(CaseEvent.case_id == desk.case.id, CaseEvent.type == "case_linked")
        )
        assert [from_json(payload)["reference"] for payload in rows] == [""]


def test_a_case_started_from_another_belongs_to_it_and_tells_it_of_its_end(desk: Desk) -> None:
    page = desk.client.page(f"{desk.here}/related")
    (address,) = page.tree.xpath("//a[contains(@href, '/cases/new')]/@href")
    assert f"case%3A{desk.case.id}" in address or f"case:{desk.case.id}" in address
    start = f"/cases/new/complaint?{address.split('?')[1]}"
    from tests.factories import complaint_answers
    from tests.processes.walking import as_posted

    form = desk.client.page(start)
    sent = {**form.form("/cases/new/complaint"), **as_posted(complaint_answers(), form)}
    desk.client.follow(desk.client.submit(start, sent))

    with desk.factories.transaction() as session:
        child = session.scalars(select(Case).where(Case.parent_id == desk.case.id)).one()
    assert child.reference in desk.client.page(desk.here).text
    assert "Belongs to" in desk.client.page("/cases").text
    desk.client.submit(f"/cases/{child.reference}/cancellation", {"reason": "Logged twice"}, status=303)
    assert events(desk, desk.case.id)[-2:] == ["child_started", "child_ended"]


def test_merging_loses_nothing_and_leaves_a_pointer(desk: Desk, other: cases.Started) -> None:
    by, sessions = desk.by, desk.factories.transaction
    with sessions() as session:
        document_id = filing.add_document(
            session, desk.case.id, "leak.txt", b"The leak.", title="Leak under the sink", by=by
        )
        cases.add_note(session, desk.case.id, "She rang again.", by=by)
        third = relating.start_under(session, desk.case.id, "complaint", **_about(desk), by=by)

    post(desk, "merger", reference=other.reference, reason="Both about the same leak")

    here = desk.client.page(desk.here)
    assert f"Merged into {other.reference}" in here.text and "goes on in" in here.text
    kept = f"/cases/{other.reference}"
    assert "Leak under the sink" in desk.client.page(f"{kept}/documents").text
    assert desk.client.get(f"/documents/{document_id}").status_code == 200
    assert "She rang again." in desk.client.page(f"{kept}/notes").text
    with sessions() as session:
        people = session.scalars(select(CaseLink.entity_id).where(CaseLink.case_id == other.id)).all()
        assert desk.person.id in people
        assert session.get(Case, third.id).parent_id == other.id and session.get(Case, third.id).status == "open"
        assert len(session.scalars(select(Note).where(Note.case_id == desk.case.id)).all()) == 1
        merged = session.get(Case, desk.case.id)
        assert (merged.status, merged.merged_into_id) == ("closed", other.id)
    assert events(desk, other.id)[-1] == "case_merged"
    refused = post(desk, "reopening", reason="By mistake", status=409)
    assert "was merged into another one" in refused.text


def _about(desk: Desk) -> dict[str, Any]:
    from tests.factories import complaint_answers

    return {"subjects": [cases.Subject("person", desk.person.id)], "fields": complaint_answers()}


def test_a_case_that_another_waits_for_is_not_merged_away(desk: Desk) -> None:
    factories = desk.factories
    factories.deploy(category("start > value > end", key="valuation"))
    factories.deploy(category("start > call:call > end", key="parent", inside={"call": call()}))
    with factories.transaction() as session:
        cases.start(session, "parent", by=desk.by)
        free = cases.start(session, "valuation", by=desk.by)
    jobs.run_waiting(factories.sessions)

    with factories.transaction() as session:
        child_id = session.scalars(select(Case.id).where(Case.parent_token_id.is_not(None))).one()
        from engine import merging_cases

        with pytest.raises(NotPossible, match="waits for the outcome"):
            merging_cases.merge(session, child_id, free.id, reason="The same", by=desk.by)
        with pytest.raises(NotPossible, match="different kinds"):
            merging_cases.merge(session, free.id, desk.case.id, reason="The same", by=desk.by)


def test_a_cancelled_case_is_reopened_where_it_stood(desk: Desk) -> None:
    post(desk, "cancellation", reason="Logged twice")
    assert "Reopen the case" in desk.client.page(desk.here).text
    post(desk, "reopening", status=422)

    post(desk, "reopening", reason="It was another complaint")

    assert desk.task("check_exclusion").case_id == desk.case.id
    assert "The case was reopened" in desk.client.page(desk.here).text


def test_an_auditor_sees_related_cases_and_may_not_link_them(desk: Desk, other: cases.Started) -> None:
    post(desk, "related", reference=other.reference)
    auditor = desk.factories.client("auditor")

    page = auditor.page(f"{desk.here}/related")

    assert other.reference in page.text and "Link another case" not in page.text and "Detach" not in page.text
    assert auditor.get(f"{desk.here}/merger").status_code == 403


def test_a_colleague_may_not_detach_what_they_may_not_see(desk: Desk, other: cases.Started) -> None:
    with desk.factories.transaction() as session:
        link_id = relating.link(session, desk.case.id, other.id, by=desk.by)
    hide(desk, other.id)

    with desk.factories.transaction() as session, pytest.raises(NotFound):
        relating.detach(session, desk.case.id, link_id, by=desk.by)


def test_the_interface_lists_links_starts_children_and_merges(desk: Desk, other: cases.Started) -> None:
    program = Program(desk.factories, desk.client.user)
    here = f"/cases/{desk.case.reference}"
    made = program.post(f"{here}/links", {"reference": other.reference, "role": "duplicate"}, status=201)
    assert made["case"]["reference"] == other.reference and made["waits_for"].startswith("Check whether to accept")
    assert [one["relation"] for one in program.get(f"{here}/links")["items"]] == ["link"]
    program.post(f"{here}/links", {"reference": "CMP-999999"}, status=422)
    program.call("DELETE", f"{here}/links/{made['id']}", status=204)
    program.call("DELETE", f"{here}/links/{made['id']}", status=404)

    about = _about(desk)
    body = {
        "category": "complaint",
        "subjects": [{"type": "person", "id": desk.person.id}],
        "fields": about["fields"],
    }
    child = program.post(f"{here}/children", body, status=201, key="once")
    assert program.post(f"{here}/children", body, status=201, key="once")["reference"] == child["reference"]
    (listed,) = program.get(f"{here}/children")["items"]
    assert listed["case"]["reference"] == child["reference"] and listed["due_at"]
    merged = program.post(f"{here}/merger", {"into": other.reference, "reason": "The same"})
    assert merged["reference"] == other.reference
    assert program.get(here)["outcome"] == f"Merged into {other.reference}"
    program.post(f"/cases/{child['reference']}/cancellation", {"reason": "Logged twice"})
    again = program.post(f"/cases/{child['reference']}/reopening", {"reason": "No", "at": ["check_exclusion"]})
    assert again["status"] == "open"
