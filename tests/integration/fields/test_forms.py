"""Drawn forms name fields of the catalogue; what is asked then is what the catalogue says now."""

import json
from datetime import timedelta

import pytest

from engine import cases, reading, tasks
from engine.definitions import catalogued
from engine.definitions.checking import check_files
from engine.errors import Invalid
from engine.field_catalogue import changing, csv_files
from engine.fields import of_owner
from engine.instants import today
from engine.permissions import PLATFORM
from models.work import UserTask
from tests.diagrams import category, extensions

FORM = {
    "id": "ask",
    "components": [
        {"type": "textfield", "key": "severity", "label": "Drawn", "properties": {"catalogue": "severity"}},
        {"type": "textfield", "key": "illness", "label": "Drawn", "properties": {"catalogue": "illness"}},
        {"type": "textfield", "key": "own", "label": "Own", "validate": {"required": True}},
    ],
}
FIELDS = b"""key,type,label,options,required_when,sensitivity,entity,from_on,until_on
severity,choice,How bad is it?,low=Low|high=High,yes,,,,
illness,text,Illness,,yes,special_category,,,
neighbour,lookup,Neighbour,,,,person,,
"""


def files(assignee=""):
    asked = f'<zeebe:assignmentDefinition assignee="={assignee}"/>' if assignee else ""
    inside = {"ask": extensions(f'<zeebe:formDefinition formId="ask"/>{asked}')}
    return category("start > ask > end", inside=inside) | {"ask.form": json.dumps(FORM).encode()}


@pytest.fixture
def house(sqlite_factories):
    sqlite_factories.deploy(files())
    with sqlite_factories.transaction() as session:
        csv_files.carry_out(session, "category:sample", FIELDS, by=PLATFORM)
    return sqlite_factories


def start(house, by):
    with house.transaction() as session:
        case = cases.start(session, "sample", by=by)
    with house.transaction() as session:
        return case, session.query(UserTask.id).filter_by(case_id=case.id).scalar()


def complete(house, task_id, answers, by):
    with house.transaction() as session:
        tasks.complete(session, task_id, answers=answers, by=by)


def test_label_options_and_checks_come_from_the_catalogue_also_when_it_changes(house):
    officer = house.client("team_manager")
    by = house.actor(officer.user)
    case, task_id = start(house, by)

    assert "How bad is it?" in officer.page(f"/tasks/{task_id}").text
    for answers, name in (
        ({"own": "x", "illness": "y"}, "severity"),
        ({"own": "x", "severity": "worst", "illness": "y"}, "severity"),
    ):
        with pytest.raises(Invalid) as refused:
            complete(house, task_id, answers, by)
        assert name in refused.value.errors
    with house.transaction() as session:
        one = of_owner(session, "category:sample").by_path["severity"]
        changing.change(session, one.id, {"options": "low=Low|worst=Worst"}, by=PLATFORM)
    complete(house, task_id, {"own": "x", "severity": "worst", "illness": "y"}, by)

    with house.transaction() as session:
        assert reading.open_case(session, case.id, by=by).stored() == {"own": "x", "severity": "worst", "illness": "y"}


def test_who_may_not_see_a_field_is_not_asked_for_it_and_cannot_answer_it(house):
    officer = house.client("officer")
    by = house.actor(officer.user)
    _, task_id = start(house, by)

    assert "Illness" not in officer.page(f"/tasks/{task_id}").text
    with pytest.raises(Invalid):
        complete(house, task_id, {"own": "x", "severity": "low", "illness": "y"}, by)
    complete(house, task_id, {"own": "x", "severity": "low"}, by)


def test_a_field_is_asked_while_it_is_in_force_and_can_be_read_afterwards(house):
    by = house.actor(house.user("team_manager"))
    case, task_id = start(house, by)
    with house.transaction() as session:
        catalogue = of_owner(session, "category:sample")
        ended = {"until_on": (today() - timedelta(days=1)).isoformat()}
        changing.change(session, catalogue.by_path["severity"].id, ended, by=PLATFORM)
        later = {"from_on": (today() + timedelta(days=1)).isoformat()}
        changing.change(session, catalogue.by_path["illness"].id, later, by=PLATFORM)

    complete(house, task_id, {"own": "x"}, by)

    with house.transaction() as session:
        assert reading.open_case(session, case.id, by=by).stored() == {"own": "x"}


def test_what_a_lookup_names_must_be_in_the_record(house):
    officer = house.client("officer")
    case, _ = start(house, house.actor(officer.user))
    person = house.person()
    here = f"/cases/{case.reference}/fields/general/answers"

    wrong = officer.submit(here, {"neighbour": "P999999", "severity": "low"}, status=422)
    officer.submit(here, {"neighbour": person.reference.lower(), "severity": "low"})

    assert "There is no person with this reference" in wrong.text
    with house.transaction() as session:
        assert reading.open_case(session, case.id).stored()["neighbour"] == person.reference


def test_the_check_knows_the_names_of_the_catalogue_with_their_types(house):
    with house.transaction() as session:
        csv_files.carry_out(session, "person", b"key,type,label\npets,yes_no,Pets\n", by=PLATFORM)
        known = catalogued.names(session, "sample")

    lacking = [fault.code for _, fault in check_files(files()).faults]
    wrong = check_files(files(assignee="if person.fields.petz then neighbour else own"), fields=known).faults
    right = check_files(files(assignee="if person.fields.pets then neighbour else own"), fields=known).faults

    assert lacking.count("field-not-in-catalogue") == 2
    assert [fault.code for _, fault in wrong if fault.severity == "error"] == ["unknown-name"]
    assert "Did you mean `pets`?" in wrong[0][1].message
    assert not [fault for _, fault in right if fault.severity == "error"]
    assert known["person.fields.pets"] == "boolean" and known["neighbour"] == "Any"
