"""Draws the diagrams that are measured: user tasks in a row, a decision after every fourth, one pair side by side.

The same XML runs on raw SpiffWorkflow (Python conditions) and here (FEEL); only the condition's text differs.
"""

import json
from collections.abc import Iterable

ANSWERS_A_TASK = 3
FIELDS_A_FORM = 200


def process(tasks: int, *, condition: str, with_forms: bool) -> bytes:
    """Return the BPMN of a process with so many user tasks."""
    nodes, flows, previous = ['<bpmn:startEvent id="start"/>'], [], "start"

    def connect(target: str) -> None:
        flows.append(f'<bpmn:sequenceFlow id="{previous}_to_{target}" sourceRef="{previous}" targetRef="{target}"/>')

    for number in range(1, tasks + 1):
        task = f"task_{number}"
        nodes.append(_user_task(task, number, with_forms))
        connect(task)
        previous = task
        if number % 4 == 0 and number < tasks:
            gate, join = f"gate_{number}", f"join_{number}"
            nodes.append(f'<bpmn:exclusiveGateway id="{gate}" default="{gate}_no"/>')
            nodes.append(f'<bpmn:exclusiveGateway id="{join}"/>')
            connect(gate)
            flows.append(
                f'<bpmn:sequenceFlow id="{gate}_yes" sourceRef="{gate}" targetRef="{join}">'
                f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression></bpmn:sequenceFlow>"
            )
            flows.append(f'<bpmn:sequenceFlow id="{gate}_no" sourceRef="{gate}" targetRef="{join}"/>')
            previous = join
    nodes.append('<bpmn:endEvent id="end"/>')
    connect("end")
    return _document(nodes, flows)


def form(number: int, fields: Iterable[str]) -> bytes:
    """Return a form-js form that asks for these number fields."""
    components = [{"type": "number", "id": f"f_{key}", "key": key, "label": key} for key in fields]
    return json.dumps(
        {"type": "default", "schemaVersion": 19, "id": f"form_{number}", "components": components}
    ).encode()


def category(tasks: int, fields: int) -> dict[str, bytes]:
    """Return a category whose cases have so many fields: three are answered in each task, all at the start."""
    key = f"bench_{tasks}_{fields}"
    files = {
        "category.toml": (
            f'[category]\nkey = "{key}"\nname = "Bench"\nreference_prefix = "B{tasks}F{fields}"\nprocess = "bench"\n'
        ).encode(),
        "bench.bpmn": process(tasks, condition="=a_1 &gt; 500", with_forms=True),
    }
    for number in range(1, tasks + 1):
        files[f"form_{number}.form"] = form(number, answers_of(number))
    rest = [f"x_{n}" for n in range(fields)]
    for start in range(0, fields, FIELDS_A_FORM):
        files[f"rest_{start}.form"] = form(10_000 + start, rest[start : start + FIELDS_A_FORM])
    return files


def answers_of(number: int) -> list[str]:
    """Return the keys that the task `number` asks for."""
    return [f"{letter}_{number}" for letter in "abc"[:ANSWERS_A_TASK]]


def initial(fields: int) -> dict[str, object]:
    """Return the values that a case starts with."""
    return {f"x_{n}": n if n % 2 else f"text number {n}" for n in range(fields)}


def _user_task(task: str, number: int, with_forms: bool) -> str:
    if not with_forms:
        return f'<bpmn:userTask id="{task}" name="Task {number}"/>'
    return (
        f'<bpmn:userTask id="{task}" name="Task {number}"><bpmn:extensionElements><zeebe:userTask/>'
        f'<zeebe:formDefinition formId="form_{number}"/></bpmn:extensionElements></bpmn:userTask>'
    )


def _document(nodes: list[str], flows: list[str]) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions '
        'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
        'id="d" targetNamespace="http://bpmn.io/schema/bpmn">'
        f'<bpmn:process id="bench" isExecutable="true">{"".join(nodes)}{"".join(flows)}</bpmn:process>'
        "</bpmn:definitions>"
    ).encode()
