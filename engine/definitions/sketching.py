"""The files with which a new category begins: a diagram that runs, two forms, its settings. All of it checks clean."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

import tomlkit

from engine.definitions.category import SUBJECTS
from engine.definitions.checks.settings import KEY, PREFIX
from engine.definitions.toml_text import write
from engine.errors import Invalid

MOST_TEAMS = 8
LANE, LEFT, TOP = 180, 160, 80  # pixels: height of a lane, where the pool begins


@dataclass(frozen=True, slots=True)
class Sketch:
    """What the analyst says about a new category."""

    name: str
    key: str
    prefix: str
    description: str = ""
    subjects: Sequence[str] = ("person", "home", "tenancy")
    required_subject: str = ""
    teams: Sequence[str] = ()
    process: str = ""  # the id of the process that cases run; the key unless said


def draw(sketch: Sketch) -> dict[str, bytes]:
    """Return the files of a new category.

    Raises:
        Invalid: with a sentence for each thing that was said wrongly.
    """
    _require_sound(sketch)
    received = {"type": "datetime", "subtype": "date", "key": "received_on", "dateLabel": "Date received"}
    asked = {"type": "textarea", "key": "request", "label": "What is asked for?"}
    done = {"type": "textarea", "key": "what_was_done", "label": "What was done?"}
    return {
        "category.toml": _settings(sketch, summary=("request", "received_on")).encode(),
        f"{sketch.key}.bpmn": _diagram(sketch).encode(),
        "record_request.form": _form("record_request", "Record the request", [received, asked]),
        "deal_with_request.form": _form("deal_with_request", "Deal with the request", [done]),
    }


def settings(sketch: Sketch) -> bytes:
    """Return the settings of a new category, whose diagram comes from elsewhere.

    Raises:
        Invalid: with a sentence for each thing that was said wrongly.
    """
    _require_sound(sketch)
    return _settings(sketch, summary=()).encode()


def key_of(name: str) -> str:
    """Return a key made of a name: “Garden & fence repair” gives garden_fence_repair."""
    return "_".join(re.findall(r"[a-z0-9]+", name.lower().replace("'", "")))[:60].strip("_")


def prefix_of(name: str) -> str:
    """Return a reference prefix made of a name: the first letters of its words, or of the word."""
    words = re.findall(r"[A-Z0-9]+", name.upper().replace("'", ""))
    letters = "".join(word[0] for word in words) if len(words) > 2 else "".join(words)[:3]
    return letters[:8]


def empty_form(form_id: str, title: str) -> bytes:
    """Return a form with one field, to begin with."""
    return _form(form_id, title, [{"type": "textarea", "key": f"{form_id}_note", "label": "Note"}])


def _require_sound(sketch: Sketch) -> None:
    errors = {}
    if not sketch.name.strip() or len(sketch.name) > 100:
        errors["name"] = "Enter a name of at most 100 characters."
    if not KEY.fullmatch(sketch.key):
        errors["key"] = "Enter lower-case words joined by _, such as garden_repair."
    if not PREFIX.fullmatch(sketch.prefix):
        errors["prefix"] = "Enter one to eight capital letters, such as GAR."
    if set(sketch.subjects) - set(SUBJECTS) or not sketch.subjects:
        errors["subjects"] = "Choose what a case may be about."
    if sketch.required_subject and sketch.required_subject not in sketch.subjects:
        errors["required_subject"] = "Choose one of the subjects above, or none."
    if len(sketch.teams) > MOST_TEAMS or any(len(team) > 80 for team in sketch.teams):
        errors["teams"] = f"Enter at most {MOST_TEAMS} teams, one a line, each of at most 80 characters."
    if errors:
        raise Invalid("The category cannot begin like this.", errors=errors, remedy="Correct what is marked.")


def _settings(sketch: Sketch, summary: Sequence[str]) -> str:
    head: dict[str, Any] = {
        "key": sketch.key,
        "name": sketch.name.strip(),
        "description": sketch.description.strip(),
        "reference_prefix": sketch.prefix,
        "subject_types": list(sketch.subjects),
        "closure_reasons": ["Dealt with"],
        "cancellation_reasons": ["Opened by mistake", "Withdrawn"],
        "summary_fields": list(summary),
    }
    if sketch.process and sketch.process != sketch.key:
        head["process"] = sketch.process
    if sketch.required_subject:
        head["required_subject"] = sketch.required_subject
    teams = [{"key": key_of(team) or "team", "name": team} for team in sketch.teams]
    return write({"category": head, "team": teams} if teams else {"category": head})


def _form(form_id: str, title: str, fields: list[dict[str, Any]]) -> bytes:
    components = [{**field, "id": f"{form_id}_{field['key']}", "validate": {"required": True}} for field in fields]
    form = {
        "type": "default",
        "id": form_id,
        "schemaVersion": 19,
        "executionPlatform": "Camunda Cloud",
        "executionPlatformVersion": "8.8.0",
        "properties": {"title": title},
        "components": components,
    }
    return (json.dumps(form, indent=2, ensure_ascii=False) + "\n").encode()


def _diagram(sketch: Sketch) -> str:
    name = quoteattr(sketch.name.strip())
    participant = f'<bpmn:participant id="{sketch.key}_participant" name={name} processRef="{sketch.key}"/>'
    pool = f'<bpmn:collaboration id="{sketch.key}_pool">{participant}</bpmn:collaboration>'
    lanes = _lanes(sketch.teams) if sketch.teams else ""
    plane = f"{sketch.key}_pool" if sketch.teams else sketch.key
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions id="{sketch.key}_definitions" targetNamespace="http://casewright.example/processes/{sketch.key}"
    xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
    xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"
    xmlns:modeler="http://camunda.org/schema/modeler/1.0" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
    exporter="Casewright" modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">
  {pool if sketch.teams else ""}
  <bpmn:process id="{sketch.key}" name={name} isExecutable="true">
    {lanes}
    <bpmn:startEvent id="request_received" name="Request received">
      <bpmn:extensionElements><zeebe:formDefinition formId="record_request"/></bpmn:extensionElements>
      <bpmn:outgoing>begin</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:userTask id="deal_with_request" name="Deal with request">
      <bpmn:extensionElements>
        <zeebe:userTask/>
        <zeebe:formDefinition formId="deal_with_request"/>
      </bpmn:extensionElements>
      <bpmn:incoming>begin</bpmn:incoming>
      <bpmn:outgoing>finish</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:endEvent id="dealt_with" name="Dealt with">
      <bpmn:extensionElements>
        <zeebe:properties>
          <zeebe:property name="closureReason" value="Dealt with"/>
        </zeebe:properties>
      </bpmn:extensionElements>
      <bpmn:incoming>finish</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="begin" sourceRef="request_received" targetRef="deal_with_request"/>
    <bpmn:sequenceFlow id="finish" sourceRef="deal_with_request" targetRef="dealt_with"/>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="{sketch.key}_diagram">
    <bpmndi:BPMNPlane id="{sketch.key}_plane" bpmnElement="{plane}">
{_layout(sketch)}
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


def _lanes(teams: Sequence[str]) -> str:
    """Return a lane for each team; the steps begin in the first."""
    inside = ("request_received", "deal_with_request", "dealt_with")
    steps = "".join(f"<bpmn:flowNodeRef>{step}</bpmn:flowNodeRef>" for step in inside)
    drawn = [
        f'<bpmn:lane id="{lane_id(n)}" name={quoteattr(team)}>{steps if n == 0 else ""}</bpmn:lane>'
        for n, team in enumerate(teams)
    ]
    return f'<bpmn:laneSet id="teams">{"".join(drawn)}</bpmn:laneSet>'


def lane_id(number: int) -> str:
    """Return the id of the lane of the team with this number."""
    return f"team_lane_{number + 1}"


def _layout(sketch: Sketch) -> str:
    middle = TOP + LANE // 2
    shapes = [
        _shape("request_received", 292, middle - 18, 36, 36, label=(265, middle + 25, 90)),
        _shape("deal_with_request", 400, middle - 40, 100, 80),
        _shape("dealt_with", 572, middle - 18, 36, 36, label=(564, middle + 25, 52)),
        _edge("begin", (328, middle), (400, middle)),
        _edge("finish", (500, middle), (572, middle)),
    ]
    if sketch.teams:
        height = LANE * len(sketch.teams)
        lanes = [_shape(lane_id(n), LEFT + 30, TOP + LANE * n, 770, LANE, flat=True) for n in range(len(sketch.teams))]
        pool = _shape(f"{sketch.key}_participant", LEFT, TOP, 800, height, flat=True)
        shapes = [pool, *lanes, *shapes]
    return "\n".join(shapes)


def _shape(
    element: str,
    x: int,
    y: int,
    width: int,
    height: int,
    *,
    label: tuple[int, int, int] | None = None,
    flat: bool = False,
) -> str:
    words = ""
    if label is not None:
        bounds = f'<dc:Bounds x="{label[0]}" y="{label[1]}" width="{label[2]}" height="14"/>'
        words = f"<bpmndi:BPMNLabel>{bounds}</bpmndi:BPMNLabel>"
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
    horizontal = ' isHorizontal="true"' if flat else ""
    about = f'id="{element}_shape" bpmnElement="{element}"{horizontal}'
    return f"<bpmndi:BPMNShape {about}>{bounds}{words}</bpmndi:BPMNShape>"


def _edge(flow: str, start: tuple[int, int], end: tuple[int, int]) -> str:
    points = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in (start, end))
    return f'<bpmndi:BPMNEdge id="{flow}_edge" bpmnElement="{flow}">{points}</bpmndi:BPMNEdge>'


def with_process(settings_file: bytes, process_id: str) -> bytes:
    """Return the settings of a category, letting cases run another process of its diagrams; comments stay."""
    document = tomlkit.parse(settings_file.decode())
    document["category"]["process"] = process_id
    return tomlkit.dumps(document).encode()
