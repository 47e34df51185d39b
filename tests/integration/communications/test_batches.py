"""Writing to many: composed by jobs, what fails and what is unsafe listed apart, and nothing leaves before dispatch."""

from typing import Any

import pytest
from sqlalchemy import update

from engine import cases, restricting
from engine.communications import batches, settling
from engine.communications.batch_wishes import Wish
from engine.errors import Conflict, NotAllowed
from engine.starting import Subject
from models.case import Case
from models.communication import CommunicationBatch
from models.document import Document
from models.work import OutboxMessage
from tests.integration.communications.conftest import Correspondence
from tests.pages import Page, PageClient


@pytest.fixture
def many(letters: Correspondence) -> Correspondence:
    """Three cases: about Ada, about Bea, who has no e-mail address, and about Ada again."""
    letters.reach(letters.ada, "email", "ada@resident.example")
    letters.start("send_email", flows="start > ask > write:service > end", subject="Hello", text="Hello.")
    with letters.factories.transaction() as session:
        for person in (letters.bea, letters.ada):
            cases.start(session, "sample", subjects=[Subject("person", person.id)], fields={}, by=letters.by)
    return letters


@pytest.fixture
def manager(letters: Correspondence) -> PageClient:
    return letters.factories.client("team_manager", "officer", user=None, teams=("Letters",))


def ids(letters: Correspondence) -> tuple[int, ...]:
    return tuple(one.id for one in letters.rows(Case))


def begun(letters: Correspondence, **wish: Any) -> int:
    """Begin a batch and have its jobs run."""
    values = {"title": "The lift", "channel": "email", "once": "form-of-the-batch", "cases": ids(letters),
              "subject": "The lift", "text": "It is repaired on Monday."}  # fmt: skip
    with letters.factories.transaction() as session:
        number = batches.begin(session, Wish(**{**values, **wish}), by=letters.by)
    letters.run_jobs()
    return number


def batch(letters: Correspondence) -> CommunicationBatch:
    return letters.rows(CommunicationBatch)[-1]


def test_it_is_written_and_kept_back_until_it_is_dispatched(many: Correspondence) -> None:
    number = begun(many)

    assert (batch(many).status, batch(many).done, batch(many).total) == ("ready", 3, 3)
    assert [one.status for one in many.messages] == ["waiting", "stopped", "waiting"]  # Bea has no address
    many.dispatch()
    assert many.post.sent == []
    with many.factories.transaction() as session:
        assert batches.dispatch(session, number, by=many.by) == 2
    many.dispatch()

    assert [one.to for one in many.post.sent] == ["ada@resident.example"] * 2
    assert many.messages[1].status == "stopped"
    with pytest.raises(Conflict, match="dispatched already"), many.factories.transaction() as session:
        batches.withdraw(session, number, by=many.by)


def test_what_is_withdrawn_never_leaves_and_each_case_says_so(many: Correspondence) -> None:
    number = begun(many, channel="letter", template="letter:hello", subject="", text="")
    assert len(many.documents) == 3
    with many.factories.transaction() as session:
        batches.withdraw(session, number, by=many.by)
    many.run_jobs()
    many.dispatch()

    assert {one.status for one in many.messages} == {"cancelled"} and many.post.sent == []
    assert {one.status for one in many.rows(OutboxMessage)} == {"discarded"}
    assert many.events() == ["written", "cancelled"]
    assert all(one.ended_at for one in many.rows(Document))


def test_a_job_that_was_writing_while_the_batch_was_withdrawn_writes_nothing(many: Correspondence) -> None:
    with many.factories.transaction() as session:
        wish = Wish("The lift", "email", "form-of-the-batch", ids(many), subject="x", text="y")
        number = batches.begin(session, wish, by=many.by)
        batches.withdraw(session, number, by=many.by)
    many.run_jobs()

    assert many.messages == [] and batch(many).status == "withdrawn"


def test_a_single_one_is_taken_out_and_a_stopped_one_stays_back_when_let_go(many: Correspondence) -> None:
    many.reach(many.bea, "email", "bea@resident.example", is_safe=False)
    number = begun(many)
    first, unsafe, _ = many.messages

    many.act(settling.cancel, first.id, reason="She knows already")
    many.act(settling.let_go, unsafe.id, reason="She asked for it")
    many.dispatch()
    assert many.post.sent == []  # it is let go, and goes with the others
    with many.factories.transaction() as session:
        batches.dispatch(session, number, by=many.by)
    many.dispatch()

    assert sorted(one.to for one in many.post.sent) == ["ada@resident.example", "bea@resident.example"]


def test_what_cannot_be_written_is_listed_with_its_reason_and_keeps_no_other_back(many: Correspondence) -> None:
    wish = Wish("The lift", "email", "form-of-the-batch", ids(many), (), "everybody", "letter:none")
    lost = max(ids(many))
    with many.factories.transaction() as session:
        number = batches.begin(session, wish, by=many.by)
        session.execute(update(Case).where(Case.id == lost).values(restricted=True, owner_id=None))
    many.run_jobs()

    found = batch(many)
    assert found.status == "ready" and found.id == number and len(found.errors) == 3
    reasons = [str(why) for _, _, why, _ in found.errors]
    assert sum("There is no letter “none”" in why for why in reasons) == 2
    assert sum("none that you may see" in why for why in reasons) == 1


def test_cases_out_of_reach_are_not_in_it_and_the_same_form_makes_one_batch(many: Correspondence) -> None:
    many.act(restricting.restrict, many.started.id, members=[], reason="Domestic abuse")
    other = many.factories.actor(many.factories.user("team_manager", "officer"))
    wish = Wish("The lift", "email", "form-of-the-batch", ids(many), subject="x", text="y")
    with many.factories.transaction() as session:
        first, second = batches.begin(session, wish, by=other), batches.begin(session, wish, by=other)

    assert first == second and batch(many).total == 2
    with pytest.raises(NotAllowed), many.factories.transaction() as session:
        batches.begin(session, wish, by=many.factories.actor(many.factories.user("officer")))


def test_fifty_people_are_written_to_from_their_list(letters: Correspondence, manager: PageClient) -> None:
    people = [letters.factories.person(first_name=f"P{n}", surname="Many") for n in range(50)]
    for one in people:
        letters.reach(one, "email", f"p{one.id}@resident.example")
    form = {"person": [str(one.id) for one in people], "of": "people"}
    page = Page(manager.submit("/communications/batches/new", form, status=200))
    answers = {**page.form("communications/batches"), **form, "title": "The fair", "channel": "email",
               "subject": "Our summer fair", "text": "Come to our fair."}  # fmt: skip
    there = manager.submit("/communications/batches", answers)
    running = manager.follow(there)
    assert "0 of 50 written" in running.main
    letters.run_jobs()

    page = manager.follow(there)
    assert "50 people: 50 messages" in page.main and len(letters.messages) == 50
    manager.submit(f"{there.headers['Location']}/dispatch", page.form("dispatch"))
    letters.dispatch()

    assert len(letters.post.sent) == 50
    assert {one.status for one in letters.messages} == {"sent"}
    again = manager.submit(f"{there.headers['Location']}/dispatch", page.form("dispatch"), status=409)
    assert "was dispatched already" in Page(again).main


def test_all_that_a_filter_of_cases_finds_is_written_to(many: Correspondence, manager: PageClient) -> None:
    page = manager.page("/cases?status=open")
    assert page.tree.xpath("//form[contains(@action, 'batches/new')]//input[@name='case']")

    shown = Page(manager.submit("/communications/batches/new", {"all": "1", "asked.status": "open"}, status=200))
    assert "3 cases." in shown.main
    answers = {**shown.form("communications/batches"), "title": "x", "channel": "email", "subject": "s", "text": "t"}
    manager.submit("/communications/batches", answers)

    assert batch(many).audience == {"cases": list(ids(many)), "people": []}
    officer = many.factories.client("officer")
    assert not officer.page("/cases").tree.xpath("//form[contains(@action, 'batches')]")
    assert officer.get("/communications/batches").status_code == 403
    assert officer.get(f"/communications/batches/{batch(many).id}").status_code == 403
    assert many.factories.client("team_manager").get(f"/communications/batches/{batch(many).id}").status_code == 404
