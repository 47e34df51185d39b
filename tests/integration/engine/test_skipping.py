"""Whoever has the right skips a step that failed, for a reason; never past what only a person can answer."""

import pytest

from engine import incidents
from engine.errors import Conflict, Invalid, NotAllowed, NotPossible
from models.case import CaseEvent
from models.database import from_json
from models.document import Document
from tests.diagrams import category, extensions, service, timer
from tests.factories import Factories
from tests.integration.engine.conftest import Drive, Driver

REASON = "The letter was written by hand."
BROKEN = {"write": service("merge_document", template="=nothing")}
LATER = "<bpmn:timerEventDefinition><bpmn:timeDuration>=nothing</bpmn:timeDuration></bpmn:timerEventDefinition>"


@pytest.fixture
def here(sqlite_factories: Factories) -> Drive:
    """Start a case on SQLite alone."""
    return lambda files, **fields: Driver(sqlite_factories, files, fields)


def skip(driver: Driver, reason: str = REASON, at: str = "") -> None:
    [incident] = [found for found in driver.incidents() if at in ("", found.element_id)]
    with driver.factories.transaction() as session:
        incidents.skip(session, incident.id, reason=reason, by=driver.by)


def test_a_service_that_failed_is_skipped_and_the_reason_stands_in_the_history(drive: Drive) -> None:
    driver = drive(category("start > write:service > ask > end", inside=BROKEN))
    assert (driver.open(), [found.element_id for found in driver.incidents()]) == ([], ["write"])
    driver.restart()

    skip(driver)

    assert (driver.open(), driver.incidents(), driver.case.open_incidents) == (["ask"], [], 0)
    assert driver.rows(Document) == []
    [told] = [from_json(event.payload) for event in driver.rows(CaseEvent) if event.type == "incident_skipped"]
    assert (told["element_id"], told["reason"]) == ("write", REASON)
    driver.do("ask")
    assert driver.case.status == "closed"


def test_without_a_reason_or_the_right_nothing_is_skipped(here: Drive) -> None:
    driver = here(category("start > write:service > ask > end", inside=BROKEN))
    [incident] = driver.incidents()
    officer = driver.factories.actor(driver.factories.user("officer"))

    with driver.factories.transaction() as session, pytest.raises(Invalid):
        incidents.skip(session, incident.id, reason="  ", by=driver.by)
    with driver.factories.transaction() as session, pytest.raises(NotAllowed):
        incidents.skip(session, incident.id, reason=REASON, by=officer)

    assert len(driver.incidents()) == 1
    skip(driver)
    with driver.factories.transaction() as session, pytest.raises(Conflict):
        incidents.skip(session, incident.id, reason=REASON, by=driver.by)


def test_what_a_person_must_answer_or_choose_is_never_skipped(here: Drive) -> None:
    asks = extensions('<zeebe:formDefinition formId="none"/>')
    for flows, said in (
        ("start > ask > end", "for a person"),
        ("start > a? -[x = 1]-> one ; a? -[x = 2]-> two", "ways"),
    ):
        driver = here(category(flows, inside={"ask": asks}))

        with pytest.raises(NotPossible, match=said):
            skip(driver)

        assert len(driver.incidents()) == 1
        assert "incident_skipped" not in driver.events()


SKIPPED = {
    "a timer in the flow": category("start > later:intermediateCatchEvent > ask > end", inside={"later": LATER}),
    "an error that nobody catches": category(
        "start > failed:intermediateThrowEvent > ask > end",
        inside={"failed": '<bpmn:errorEventDefinition errorRef="e"/>'},
        roots='<bpmn:error id="e" name="Late" errorCode="late"/>',
    ),
    "a loop over what is no list": category(
        "start > each:script > ask > end",
        inside={
            "each": extensions('<zeebe:script expression="=1"/>')
            + "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
            '<zeebe:loopCharacteristics inputCollection="=7"/></bpmn:extensionElements>'
            "</bpmn:multiInstanceLoopCharacteristics>"
        },
    ),
    "one item of a loop": category(
        "start > each:service > ask > end",
        inside={
            "each": BROKEN["write"]
            + "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>=1</bpmn:loopCardinality>"
            "</bpmn:multiInstanceLoopCharacteristics>"
        },
    ),
    "branches that can never meet": category(
        "start > which? -[a = 1]-> join+ ; which? > one:script > join+ ; join+ > ask > end",
        inside={"one": extensions('<zeebe:script expression="=1"/>')},
    ),
    "a timer on the border": category(
        "start > ask > end ; chase > end_chased", boundary=timer("late", on="ask", to="chase", duration="=nothing")
    ),
}


@pytest.mark.parametrize("files", SKIPPED.values(), ids=SKIPPED.keys())
def test_the_case_goes_on_as_if_it_had_been_done(here: Drive, files: dict[str, bytes]) -> None:
    driver = here(files)
    assert len(driver.incidents()) == 1

    skip(driver)

    assert (driver.open(), driver.incidents()) == (["ask"], [])
    driver.do("ask")
    assert (driver.case.status, driver.incidents()) == ("closed", [])
