"""A case that moves to another version at a random moment goes on as one that ran that version from the beginning."""

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, note, reject, settings
from hypothesis import strategies as st
from lxml import etree

from engine.definitions import category as reading
from engine.definitions.category import Definition
from tests.environment.pace import examples
from tests.integration.runtime.blocks import Block, blocks, eventful
from tests.integration.runtime.drawing import BPMN, decisions, files
from tests.integration.runtime.walking import Walker

MAX_ACTS = 12
MOST_TO_DO = 400
QUIET = list(HealthCheck)
DRAWN = {"derandomize": True, "deadline": None, "suppress_health_check": QUIET, "database": None}
SOAK = {"deadline": None, "suppress_health_check": QUIET, "database": None}


@pytest.mark.drawn
@settings(max_examples=examples(60), **DRAWN)
@given(eventful(), st.data())
def test_a_case_that_moves_to_the_same_diagram_does_not_notice(block: Block, data: st.DataObject) -> None:
    _move_to_the_same(block, data)


@pytest.mark.drawn
@settings(max_examples=examples(60), **DRAWN)
@given(blocks(), st.data())
def test_a_case_that_moves_to_a_changed_diagram_goes_on_as_if_it_had_begun_there(
    block: Block, data: st.DataObject
) -> None:
    _move_to_a_changed(block, data)


@pytest.mark.soak
@settings(max_examples=1_500, **SOAK)
@given(eventful(size=20), st.data())
def test_fifteen_hundred_cases_that_move_to_the_same_diagram_do_not_notice(block: Block, data: st.DataObject) -> None:
    _move_to_the_same(block, data)


@pytest.mark.soak
@settings(max_examples=1_500, **SOAK)
@given(blocks(size=20), st.data())
def test_fifteen_hundred_cases_that_move_to_a_changed_diagram_go_on(block: Block, data: st.DataObject) -> None:
    _move_to_a_changed(block, data)


def _move_to_the_same(block: Block, data: st.DataObject) -> None:
    drawn = files(block)
    note(drawn["sample.bpmn"].decode())
    plain, moving = Walker(drawn), Walker(drawn, restarts=True)
    again = reading.read(drawn, version_id=2, version_number=2)
    for _ in range(MAX_ACTS):
        if _runs_away(plain) or _runs_away(moving):
            return  # it is stopped by the time that it takes, at a place of its own each time
        assert (moving.seen.open, moving.seen.waiting) == (plain.seen.open, plain.seen.waiting)
        if plain.seen.completed:
            return
        if data.draw(st.booleans(), label="moves"):
            _migrate(moving, again, {})
        act = data.draw(st.sampled_from([*plain.seen.open, "send", "hear", "change"]), label="act")
        for walker in (plain, moving):
            match act:
                case "send":
                    walker.send("message")
                case "hear":
                    walker.hear("signal")
                case "change":
                    walker.change(level=len(act))
                case _:
                    walker.do(act)


def _move_to_a_changed(block: Block, data: st.DataObject) -> None:
    drawn = files(block)
    changed, special, mapping = _changed(drawn["sample.bpmn"], data)
    note(drawn["sample.bpmn"].decode())
    note(changed.decode())
    new = reading.read({**drawn, "sample.bpmn": changed}, version_id=2, version_number=2)
    fields = {name: data.draw(st.integers(0, 2), label=name) for name in decisions(changed)}
    moving, begun = Walker(drawn, **fields), Walker(new, **fields)
    moves_at, has_moved = data.draw(st.integers(0, MAX_ACTS // 2), label="moves at"), False
    for number in range(MOST_TO_DO):
        for walker in (moving, begun):
            _pass_by(walker, special)
        if _runs_away(moving) or _runs_away(begun):
            return
        if number >= moves_at and not has_moved and not moving.seen.completed:
            _migrate(moving, new, mapping)
            _pass_by(moving, special)
            has_moved = True
        names = {} if has_moved else mapping
        assert sorted(names.get(place, place) for place in moving.seen.open) == begun.seen.open
        assert moving.seen.completed == begun.seen.completed
        if begun.seen.completed or not begun.seen.open:
            return
        alone = [place for place in begun.seen.open if begun.seen.open.count(place) == 1]
        if not alone:
            return  # of several at one place, each case has its own first
        place = data.draw(st.sampled_from(alone), label="act") if number < MAX_ACTS else alone[0]
        former = {after: before for before, after in names.items()}
        again = {name: 2 for name in fields if name.startswith("again")} if number >= MAX_ACTS else {}
        moving.do(former.get(place, place), **again)
        begun.do(place, **again)


def _migrate(walker: Walker, new: Definition, mapping: Mapping[str, str]) -> None:
    """Move a case; only a branch of which it is not sure by what way it came may keep it."""
    before = walker.definition
    found = walker.migrate(new, mapping).obstacles
    if found and all(obstacle.reason.startswith("A branch waits") for obstacle in found):
        reject()
    assert found == [], (before, found)
    assert walker.failures == [] or _runs_away(walker), walker.failures


def _pass_by(walker: Walker, special: set[str]) -> None:
    """Do the tasks that only one of the versions has, as soon as they are there."""
    for _ in range(MOST_TO_DO):
        here = [place for place in walker.seen.open if place in special]
        if not here:
            return
        walker.do(here[0])


def _runs_away(walker: Walker) -> bool:
    return any("runs away" in failure for failure in walker.failures)


def _changed(diagram: bytes, data: st.DataObject) -> tuple[bytes, set[str], dict[str, str]]:
    """Return another version of a diagram: a task put in, one taken out, one renamed; which those are; the mapping."""
    root = etree.fromstring(diagram)
    special: set[str] = set()
    mapping: dict[str, str] = {}
    for number in range(data.draw(st.integers(1, 3), label="changes")):
        match data.draw(st.sampled_from(["insert", "remove", "rename"]), label="change"):
            case "insert":
                _insert(root, data, f"extra_{number}", special)
            case "remove":
                _remove(root, data, special, mapping)
            case "rename":
                _rename(root, data, special, mapping)
    return etree.tostring(root), special, mapping


def _insert(root: etree._Element, data: st.DataObject, name: str, special: set[str]) -> None:
    flows = list(root.iter(f"{{{BPMN}}}sequenceFlow"))
    flow = data.draw(st.sampled_from(flows), label="flow")
    scope, target = flow.getparent(), flow.get("targetRef")
    assert scope is not None and target is not None
    etree.SubElement(scope, f"{{{BPMN}}}userTask", id=name)
    etree.SubElement(scope, f"{{{BPMN}}}sequenceFlow", id=f"{name}_flow", sourceRef=name, targetRef=target)
    flow.set("targetRef", name)
    special.add(name)


def _plain_tasks(root: etree._Element, special: set[str]) -> list[etree._Element]:
    """Return the tasks with one way in and one out, no loop and nothing on their border."""
    flows = list(root.iter(f"{{{BPMN}}}sequenceFlow"))
    bound = {event.get("attachedToRef") for event in root.iter(f"{{{BPMN}}}boundaryEvent")}

    def ends(task: etree._Element, side: str) -> int:
        return sum(flow.get(side) == task.get("id") for flow in flows)

    return [
        task
        for task in root.iter(f"{{{BPMN}}}userTask")
        if len(task) == 0
        and task.get("id") not in bound | special
        and (ends(task, "sourceRef"), ends(task, "targetRef")) == (1, 1)
    ]


def _remove(root: etree._Element, data: st.DataObject, special: set[str], mapping: Mapping[str, str]) -> None:
    tasks = _plain_tasks(root, special | set(mapping.values()))
    if not tasks:
        return
    task = data.draw(st.sampled_from(tasks), label="task")
    name, scope = task.get("id"), task.getparent()
    assert name is not None and scope is not None
    flows = list(root.iter(f"{{{BPMN}}}sequenceFlow"))
    [into], [out] = ([f for f in flows if f.get(side) == name] for side in ("targetRef", "sourceRef"))
    into.set("targetRef", out.get("targetRef") or "")
    scope.remove(task)
    scope.remove(out)
    special.add(name)


def _rename(root: etree._Element, data: st.DataObject, special: set[str], mapping: dict[str, str]) -> None:
    tasks = [task for task in _plain_tasks(root, special) if task.get("id") not in mapping.values()]
    if not tasks:
        return
    old = data.draw(st.sampled_from(tasks), label="task").get("id")
    assert old is not None
    mapping[old] = f"{old}_new"
    for node in root.iter():
        for key, value in node.attrib.items():
            if value == old:
                node.set(key, mapping[old])
