"""Histories as XES and OCEL, for process mining."""

import json
from dataclasses import replace

from lxml import etree

from engine import cases
from engine.history.ocel import ocel
from engine.history.xes import xes
from tests.integration.audit.conftest import Histories

XES = "{http://www.xes-standard.org/}"


def exported(histories: Histories) -> etree._Element:
    with histories.factories.transaction() as session:
        return etree.fromstring(b"".join(xes(session, "sample")))


def told(event: etree._Element) -> dict[str, str]:
    return {part.get("key", ""): part.get("value", "") for part in event}


def test_each_case_is_a_trace_and_each_stay_at_a_step_begins_and_ends(histories: Histories) -> None:
    histories.case()
    histories.case()

    log = exported(histories)

    traces = log.findall(f"{XES}trace")
    assert [told(trace)["concept:name"] for trace in traces] == ["SAMPLE-000001", "SAMPLE-000002"]
    events = [told(event) for event in traces[0].findall(f"{XES}event")]
    assert [(event["concept:name"], event["lifecycle:transition"]) for event in events] == [
        ("Start", "start"),
        ("Start", "complete"),
        ("Ask", "start"),
    ]
    assert {event["org:resource"] for event in events} == {histories.by.name}
    assert all(event["time:timestamp"].endswith("+00:00") for event in events)


def test_no_word_of_a_note_and_no_restricted_case_is_in_it(histories: Histories) -> None:
    from sqlalchemy import update

    from models.case import Case

    histories.case()
    hidden = histories.case()
    with histories.factories.transaction() as session:
        session.execute(update(Case).where(Case.id == hidden).values(restricted=True))

    text = etree.tostring(exported(histories)).decode()

    assert "everybody" not in text
    assert "SAMPLE-000002" not in text


def test_names_that_xml_has_trouble_with_come_through(histories: Histories) -> None:
    by = replace(histories.by, name='O"Neil <& Sons> \x07')
    with histories.factories.transaction() as session:
        cases.start(session, "sample", by=by)

    resources = {told(event)["org:resource"] for event in exported(histories).iter(f"{XES}event")}

    assert resources == {'O"Neil <& Sons> '}


def test_a_category_without_cases_gives_an_empty_log(histories: Histories) -> None:
    assert len(exported(histories).findall(f"{XES}trace")) == 0


def test_an_object_centric_log_ties_each_event_to_its_case_and_to_whom_it_is_about(histories: Histories) -> None:
    person = histories.factories.person()
    with histories.factories.transaction() as session:
        cases.start(session, "sample", subjects=[cases.Subject("person", person.id)], by=histories.by)

    with histories.factories.transaction() as session:
        text = b"".join(ocel(session, "sample")).decode()

    log = json.loads(text)
    related = [
        {"objectId": "SAMPLE-000001", "qualifier": "case"},
        {"objectId": f"person:{person.id}", "qualifier": "subject"},
    ]
    assert [event["relationships"] for event in log["events"]] == [related] * 3
    assert {event["type"] for event in log["events"]} == {kind["name"] for kind in log["eventTypes"]}
    assert {thing["id"]: thing["type"] for thing in log["objects"]} == {
        "SAMPLE-000001": "case",
        f"person:{person.id}": "person",
    }
    assert {thing["type"] for thing in log["objects"]} == {kind["name"] for kind in log["objectTypes"]}
    assert "Okafor" not in text


def test_an_object_centric_log_of_nothing_is_whole(histories: Histories) -> None:
    with histories.factories.transaction() as session:
        log = json.loads(b"".join(ocel(session, "sample")))

    assert log == {"events": [], "eventTypes": [], "objectTypes": [], "objects": []}
