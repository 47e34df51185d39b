"""States that an earlier release wrote are read, and what they wait for still comes."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.definitions.specs import place_of
from engine.runtime import snapshot
from engine.runtime.instance import Kept
from tests.diagrams import category, timer
from tests.integration.runtime import old_flows
from tests.integration.runtime.pieces import after, boundary, event_subprocess, message, signal
from tests.integration.runtime.walking import Walker

# Written by the release before events were read as ours (open tasks, what was waited for, the snapshot).
STATES = json.loads((Path(__file__).parent / "states" / "events.json").read_text())
CATCH = "intermediateCatchEvent"
ROOTS = '<bpmn:message id="m" name="paid"/><bpmn:signal id="s" name="go"/>'
THREE = {"a": after(2), "b": message("m"), "c": signal("s")}
BEHIND = [f"which > a:{CATCH} > by_time > end", f"which > b:{CATCH} > by_message > end_b"]
DIAGRAMS = {
    "gateway": category(
        f"start > which:eventBasedGateway ; {' ; '.join(BEHIND)} ; which > c:{CATCH} > by_signal > end_c",
        inside=THREE,
        roots=ROOTS,
    ),
    "border": category(
        "start > work > end ; note > end_note",
        boundary=timer("tick", "work", "note", cycle="R3/PT1H", interrupts=False)
        + boundary("paid", "work", "note", message("m"), interrupts=False)
        + boundary("stop", "work", "note", signal("s")),
        roots=ROOTS,
    ),
    "beside": category(
        "start > work > end",
        boundary=event_subprocess("late", after(2), interrupts=False) + event_subprocess("paid", message("m")),
        roots=ROOTS,
    ),
    "waits": category(
        f"start > fork+ ; fork+ > a:{CATCH} > got_a > end ; fork+ > b:{CATCH} > got_b > end_b ; "
        f"fork+ > c:{CATCH} > got_c > end_c",
        inside=THREE,
        roots=ROOTS,
    ),
    "begun": category("start > work > end", inside={"start": message("m")}, roots=ROOTS),
}


def awakened(name: str) -> Walker:
    """Return a case that goes on from the state which the earlier release wrote."""
    walker = Walker(DIAGRAMS[name])
    workflow, kept = snapshot.load(base64.b64decode(STATES[name][2]), walker.definition.specs)
    walker.instance = walker.instance_class(walker.definition, workflow, walker.instance.document, Kept(**kept))
    return walker


@pytest.mark.parametrize(
    ("name", "act", "opened"),
    [
        ("gateway", lambda walker: walker.wait(3), ["by_time"]),
        ("gateway", lambda walker: walker.send("paid"), ["by_message"]),
        ("gateway", lambda walker: walker.hear("go"), ["by_signal"]),
        ("border", lambda walker: [walker.send("paid"), walker.send("paid")], ["note", "note", "work"]),
        ("border", lambda walker: [walker.wait(1.5), walker.wait(1)], ["note", "note", "work"]),
        ("border", lambda walker: walker.hear("go"), ["note"]),
        ("beside", lambda walker: walker.wait(3), ["late_ask", "work"]),
        ("beside", lambda walker: walker.send("paid"), ["paid_ask"]),
        ("waits", lambda walker: [walker.wait(3), walker.send("paid"), walker.hear("go")], ["got_a", "got_b", "got_c"]),
        ("begun", lambda walker: walker.send("paid"), ["work"]),
    ],
)
def test_what_an_earlier_release_waited_for_still_comes(
    name: str, act: Callable[[Walker], object], opened: list[str]
) -> None:
    walker = awakened(name)

    act(walker)

    assert walker.seen.open == opened
    for element in list(walker.seen.open):
        walker.do(element)
    assert walker.seen.completed


FLOWS = json.loads((Path(__file__).parent / "states" / "flows.json").read_text())


@pytest.mark.parametrize(
    ("name", "acts"),
    [
        ("gateways", [("one", {"b": 2}), ("ask", {"a": 2, "c": 1}), ("two", {"b": 1}), ("last", {})]),
        ("join", [("two", {}), ("last", {})]),
        ("loop", [("each", {"more": True}), ("each", {"more": False}), ("last", {})]),
        ("items", [("deep", {}), ("last", {})]),
        ("call", [("deep", {}), ("last", {})]),
        ("starts", [("one", {}), ("last", {})]),
    ],
)
def test_what_stood_at_gateways_in_loops_and_calls_goes_on_to_its_end(
    name: str, acts: list[tuple[str, dict[str, Any]]]
) -> None:
    walker = Walker(old_flows.DIAGRAMS[name][0])
    workflow, kept = snapshot.load(base64.b64decode(FLOWS[name][1]), walker.definition.specs)
    walker.instance = walker.instance_class(walker.definition, workflow, walker.instance.document, Kept(**kept))
    assert sorted(place_of(token.task_spec) for token in walker.open_tokens()) == FLOWS[name][0]

    for element, answers in acts:
        walker.do(element, **answers)
        assert walker.failures == []

    assert walker.seen.completed
