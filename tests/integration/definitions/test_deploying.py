"""Deploying: only what the check passes; and the names that it knows are those around a real case."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine import reading
from engine.definitions import deploying
from engine.definitions.checks.names import CLOCK, SURROUNDINGS
from engine.errors import Invalid, NotAllowed
from engine.permissions import PLATFORM
from models.category import Category, CategoryVersion
from tests.factories import Factories
from tests.unit.definitions.files import category, sound

ROOT = Path(__file__).parents[3]


def test_a_category_with_errors_is_not_deployed(factories: Factories) -> None:
    files = category(sound().replace(b'targetRef="end"', b'targetRef="nowhere"'))

    with pytest.raises(Invalid) as refused, factories.transaction() as session:
        deploying.deploy(session, files, by=PLATFORM)

    assert "sample.bpmn: f1" in refused.value.errors
    with factories.transaction() as session:
        assert session.scalar(select(func.count(Category.id))) == 0


def test_a_sound_category_is_deployed_and_again_only_when_it_changed(factories: Factories) -> None:
    with factories.transaction() as session:
        first = deploying.deploy(session, category(), by=PLATFORM, note="First")
        again = deploying.deploy(session, category(), by=PLATFORM)
        changed = deploying.deploy(session, category(sound().replace(b"Ask", b"Ask again")), by=PLATFORM)

    assert (first.number, again.id, changed.number) == (1, first.id, 2)
    with factories.transaction() as session:
        assert session.scalars(select(CategoryVersion.number).order_by(CategoryVersion.id)).all() == [1, 2]


def test_an_officer_may_not_deploy(factories: Factories) -> None:
    with pytest.raises(NotAllowed), factories.transaction() as session:
        deploying.deploy(session, category(), by=factories.officer())


def test_the_names_that_the_check_knows_surround_a_real_case(factories: Factories) -> None:
    officer = factories.officer()
    started = factories.complaint(by=officer)

    with factories.transaction() as session:
        scope = reading.open_case(session, started.id, by=officer).scope()
        names = {name.partition(".")[0] for name in SURROUNDINGS if "." in name}
        around = {name: scope[name] for name in names}
        clocks = scope["clocks"]

    assert set(paths(around)) == {name for name in SURROUNDINGS if "." in name}
    assert {key for clock in clocks.values() for key in clock} == set(CLOCK)


def paths(value: object, before: str = "") -> list[str]:
    """Return the dotted path of every entry that holds no further entries."""
    if not isinstance(value, dict):
        return [before]
    return [path for key, inner in value.items() for path in paths(inner, f"{before}.{key}".lstrip("."))]


def test_what_runs_is_what_is_stored_native_and_drawn(factories: Factories) -> None:
    foreign = sound().replace(b"<bpmn:userTask", b'<bpmn:userTask camunda:assignee="ann"')

    with factories.transaction() as session:
        version = deploying.deploy(session, category(foreign.replace(b' id="f1"', b"")), by=PLATFORM)
        stored = deploying.load(session, version.id)

    diagram = stored.files["sample.bpmn"]
    assert b"zeebe:assignmentDefinition" in diagram and b"camunda:assignee" not in diagram
    assert b"bpmndi:BPMNShape" in diagram
    assert stored.elements["ask"].assignment.assignee
    assert [flow.target for flow in stored.elements["ask"].outgoing] == ["end"]


def test_a_category_that_needs_no_change_is_stored_byte_for_byte(factories: Factories) -> None:
    files = deploying.files_of(ROOT / "processes" / "complaint")

    with factories.transaction() as session:
        version = deploying.deploy(session, files, by=PLATFORM)
        stored = deploying.load(session, version.id)

    assert dict(stored.files) == files
