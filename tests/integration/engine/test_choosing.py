"""An officer says how a case goes on: at a gateway that asks, and where no condition holds."""

import pytest

from engine import incidents, tasks
from engine.choices import Offer, Way, offers
from engine.errors import Conflict, Invalid, NotAllowed, NotPossible
from models.case import CaseEvent
from models.database import from_json
from models.work import Choice
from tests.diagrams import asking_officer, category, extensions
from tests.factories import Factories
from tests.integration.engine.conftest import Drive, Driver

ONE = category("start > big? > repair > end ; big? > decline > end", inside={"big_choice": asking_officer()})
SOME = category(
    "start > some:inclusiveGateway > repair > all:inclusiveGateway > end ; some > decline > all ; some > wait > all",
    inside={"some": asking_officer()},
)
NOTHING_HOLDS = category("start > ask > big? -[a = 1]-> repair ; big? -[a = 2]-> decline")


@pytest.fixture
def here(sqlite_factories: Factories) -> Drive:
    """Start a case on SQLite alone."""
    return lambda files, **fields: Driver(sqlite_factories, files, fields)


def test_a_gateway_that_an_officer_decides_opens_a_task_with_its_flows_as_choices(drive: Drive) -> None:
    driver = drive(ONE)

    task = driver.task("big_choice")
    assert (task.name, task.form_id, task.assignee_id) == ("Big choice", None, driver.by.user_id)
    assert _offer(driver, "big_choice") == Offer(False, (Way("f1", "Repair"), Way("f3", "Decline")))

    driver.do("big_choice", choice="f3")

    assert driver.open() == ["decline"]
    assert _told(driver, "task_completed")["choice"] == [{"id": "f3", "name": "Decline"}]
    assert driver.case.status == "open" and driver.rows(Choice)


def test_of_an_inclusive_gateway_an_officer_may_choose_several(here: Drive) -> None:
    driver = here(SOME)

    driver.do("some", choice=["f1", "f6"])

    assert driver.open() == ["repair", "wait"]
    driver.do("repair")
    driver.do("wait")
    assert driver.case.status == "closed"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "Choose one of “Repair”, “Decline”"),
        ({"choice": "f9"}, "“f9” is none of the ways on from here: f1 (“Repair”), f3 (“Decline”)"),
        ({"choice": ["f1", "f3"]}, "Choose only one of “Repair”, “Decline”"),
        ({"choice": [["f1"]]}, "“['f1']” is none of the ways on from here: f1 (“Repair”), f3 (“Decline”)"),
        ({"choice": 7}, "“7” is none of the ways on from here: f1 (“Repair”), f3 (“Decline”)"),
    ],
)
def test_a_choice_that_does_not_lead_on_is_refused(here: Drive, answers: dict[str, object], said: str) -> None:
    driver = here(ONE)

    with pytest.raises(Invalid) as refused:
        driver.do("big_choice", **answers)

    assert refused.value.errors == {"choice": said}
    assert driver.open() == ["big_choice"]


def test_nothing_but_the_choice_may_be_answered(here: Drive) -> None:
    driver = here(ONE)

    with pytest.raises(Invalid) as refused:
        driver.do("big_choice", choice="f1", rent=5)

    assert refused.value.errors == {"rent": "This is not asked here"}


def test_a_choice_is_claimed_drafted_and_done_once_as_any_task(sqlite_factories: Factories, here: Drive) -> None:
    team = "Complaints officers"
    inside = {"big_choice": asking_officer(f'<zeebe:assignmentDefinition candidateGroups="{team}"/>')}
    sqlite_factories.team(team)
    driver = here(category("start > big? > repair > end ; big? > decline > end", inside=inside))
    task, outsider = driver.task("big_choice"), driver.factories.actor(driver.factories.user("officer"))
    assert (task.assignee_id, task.team_id) == (None, driver.factories.team(team).id)

    with pytest.raises(NotAllowed):
        driver.do("big_choice", by=outsider, choice="f1")
    with driver.factories.transaction() as session:
        tasks.claim(session, task.id, by=driver.by)
        tasks.save_draft(session, task.id, {"choice": "f3"}, by=driver.by)
    driver.do("big_choice", choice="f1")

    with pytest.raises(Conflict, match="completed this task at"), driver.factories.transaction() as session:
        tasks.complete(session, task.id, answers={"choice": "f3"}, by=driver.by)


def test_a_gateway_whose_flows_do_not_all_say_when_is_decided_by_an_officer(here: Drive) -> None:
    files = category("start > big? -[a = 1]-> repair > end ; big? > decline > end")
    files["sample.bpmn"] = files["sample.bpmn"].replace(b' default="f3"', b"")
    assert b"default" not in files["sample.bpmn"]

    assert here(files).open() == ["big_choice"]


def test_where_no_condition_holds_the_incident_says_so_and_an_officer_chooses(drive: Drive) -> None:
    driver = drive(NOTHING_HOLDS)
    driver.do("ask", a=5)

    (incident,) = driver.incidents()
    assert incident.element_id == "big_choice"
    assert incident.message == (
        "No condition on the ways out of “Big choice” holds, and none is the default: "
        "“Repair” (a = 1), “Decline” (a = 2)."
    )
    _choose(driver, incident.id, ["f3"])

    assert driver.open() == ["decline"] and driver.incidents() == []
    assert driver.case.open_incidents == 0
    assert _told(driver, "incident_retried")["choice"] == [{"id": "f3", "name": "Decline"}]


def test_the_choice_at_an_incident_is_checked_and_made_once(here: Drive) -> None:
    driver = here(NOTHING_HOLDS)
    driver.do("ask", a=5)
    (incident,) = driver.incidents()

    for ways in ([], ["f2", "f3"], ["nowhere"]):
        with pytest.raises(Invalid):
            _choose(driver, incident.id, ways)
    with pytest.raises(NotAllowed):
        _choose(driver, incident.id, ["f2"], by=driver.factories.actor(driver.factories.user("auditor")))
    _choose(driver, incident.id, ["f2"])

    with pytest.raises(Conflict, match="resolved already"):
        _choose(driver, incident.id, ["f3"])
    assert driver.open() == ["repair"]


def test_an_incident_that_is_no_choice_cannot_be_settled_by_one(here: Drive) -> None:
    driver = here(category("start > do:service > end", inside={"do": extensions('<zeebe:taskDefinition type="no"/>')}))
    (incident,) = driver.incidents()

    with pytest.raises(NotPossible, match="does not lack a choice"):
        _choose(driver, incident.id, ["f1"])


def test_conditional_flows_out_of_a_task_are_chosen_too_and_the_task_is_not_asked_again(here: Drive) -> None:
    driver = here(category("start > ask -[a = 1]-> repair ; ask -[a = 2]-> decline"))
    driver.do("ask", a=5)
    (incident,) = driver.incidents()
    assert incident.element_id == "ask"

    driver.restart()
    _choose(driver, incident.id, ["f1", "f2"])

    assert driver.open() == ["decline", "repair"]


def test_a_choice_whose_team_is_missing_is_settled_by_choosing(here: Drive) -> None:
    inside = {"big_choice": asking_officer('<zeebe:assignmentDefinition candidateGroups="Lawyers"/>')}
    driver = here(category("start > big? > repair > end ; big? > decline > end", inside=inside))
    (incident,) = driver.incidents()

    _choose(driver, incident.id, ["f1"])

    assert driver.open() == ["repair"] and driver.incidents() == []


def _choose(driver: Driver, incident_id: int, ways: list[str], by: object = None) -> None:
    with driver.factories.transaction() as session:
        incidents.choose(session, incident_id, ways=ways, by=by or driver.by)  # type: ignore[arg-type]


def _offer(driver: Driver, element_id: str) -> Offer:
    with driver.factories.transaction() as session:
        token_id = driver.task(element_id).token_id
        return offers(session, [token_id])[token_id or ""]


def _told(driver: Driver, type_: str) -> dict[str, object]:
    payloads = [event.payload for event in driver.rows(CaseEvent) if event.type == type_]
    return dict(from_json(payloads[-1]))
