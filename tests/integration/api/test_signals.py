"""Signals and messages from other programs: heard by cases that wait, and beginning those that start with them."""

from tests.diagrams import category
from tests.factories import Factories
from tests.integration.api.conftest import Program

ROOTS = '<bpmn:signal id="s" name="storm"/><bpmn:message id="m" name="moved in"/>'
STORM = '<bpmn:signalEventDefinition signalRef="s"/>'
MOVED = '<bpmn:messageEventDefinition messageRef="m"/>'


def test_a_signal_is_heard_by_cases_that_wait_and_begins_others_once(factories: Factories, program: Program) -> None:
    waits = category("start > wait:intermediateCatchEvent > end", inside={"wait": STORM}, roots=ROOTS)
    factories.deploy(waits)
    factories.deploy(category("start > visit > end", inside={"start": STORM}, roots=ROOTS, key="visits"))
    reference = program.post("/cases", {"category": "sample"}, status=201)["reference"]

    sent = program.post("/signals", {"name": "storm", "variables": {"wind": 9}}, status=202, key="one")
    again = program.post("/signals", {"name": "storm", "variables": {"wind": 9}}, status=202, key="one")
    refused = program.post("/signals", {"name": "storm", "variables": {"case": 1}}, status=422)

    assert (sent["case_count"], len(sent["begun"]), again) == (1, 1, sent)
    assert program.get(f"/cases/{reference}")["status"] == "closed"
    assert program.get(f"/cases/{reference}")["fields"] == {"wind": 9}
    assert program.get(f"/cases/{sent['begun'][0]}")["fields"] == {"wind": 9}
    assert set(refused["errors"]) == {"case"}


def test_a_message_begins_a_case_and_the_same_request_again_no_other(factories: Factories, program: Program) -> None:
    factories.deploy(category("start > visit > end", inside={"start": MOVED}, roots=ROOTS))
    person = factories.person()
    body = {"name": "moved in", "correlation_key": "T-1", "variables": {"person": person.reference, "rooms": 3}}

    begun = program.post("/messages", body, status=202, key="one")
    again = program.post("/messages", body, status=202, key="one")
    nobody = program.post("/messages", {**body, "correlation_key": "T-2", "variables": {"person": "P-404"}}, status=422)

    case = program.get(f"/cases/{begun['begun']}")
    assert (begun["is_delivered"], again["begun"], case["fields"]) == (True, begun["begun"], {"rooms": 3})
    assert set(nobody["errors"]) == {"person"}
    assert len(program.every("/cases")) == 1
