"""The limited child process that plays strangers' diagrams, with the limits of `engine.documents.child`."""

import logging
import warnings
from collections.abc import Mapping
from typing import Any

from engine.documents import child
from engine.documents.child import Job

# Each of these is played before the rights are given up, so that nothing needs to be imported afterwards.
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><process id="p" isExecutable="true"><startEvent id="s"/>'
)
TAIL = "</process></definitions>"
SPECIMENS = {
    "timer": '<sequenceFlow id="f1" sourceRef="s" targetRef="t"/><intermediateCatchEvent id="t"><timerEventDefinition>'
    "<timeDuration>P1D</timeDuration></timerEventDefinition></intermediateCatchEvent>"
    '<sequenceFlow id="f2" sourceRef="t" targetRef="e"/><endEvent id="e"/>',
    "cron": '<sequenceFlow id="f1" sourceRef="s" targetRef="t"/><intermediateCatchEvent id="t"><timerEventDefinition>'
    "<timeCycle>0 0 9 ? * MON-FRI</timeCycle></timerEventDefinition></intermediateCatchEvent>"
    '<sequenceFlow id="f2" sourceRef="t" targetRef="e"/><endEvent id="e"/>',
    "choice": '<sequenceFlow id="f1" sourceRef="s" targetRef="u"/><userTask id="u"><extensionElements>'
    '<zeebe:taskSchedule dueDate="=add working days(today(), 3)"/></extensionElements></userTask>'
    '<sequenceFlow id="f2" sourceRef="u" targetRef="x"/><exclusiveGateway id="x" default="f4"/>'
    '<sequenceFlow id="f3" sourceRef="x" targetRef="u"><conditionExpression>=n &lt; date("2026-01-02")'
    '</conditionExpression></sequenceFlow><sequenceFlow id="f4" sourceRef="x" targetRef="e"/><endEvent id="e"/>',
    "border": '<sequenceFlow id="f1" sourceRef="s" targetRef="u"/><userTask id="u"/>'
    '<boundaryEvent id="b" attachedToRef="u"/>',
    "broken": "<a",
}


def load_jobs() -> Mapping[str, Job]:
    """Import what playing needs, while files can still be opened, and play a few diagrams."""
    from engine.definitions import examining
    from engine.definitions.child import SPECIMEN
    from engine.documents import frames, jobs
    from engine.playing.plays import play
    from engine.playing.report import Options

    def run(request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        files, at = {}, 0
        for path, length in request["files"]:
            files[path] = body[at : at + length]
            at += length
        options = Options(**{**request["options"], "seconds": float(request["options"]["seconds"])})
        return play(files, request["file"], options).as_json(), b""

    jobs.warm_up()
    logging.disable()
    warnings.simplefilter("ignore")
    examining.examine(SPECIMEN)  # what cannot be played is told as the check tells it
    for name, inside in SPECIMENS.items():
        report = play({f"{name}.bpmn": f"{HEAD}{inside}{TAIL}".encode()}, f"{name}.bpmn", Options(plays=2))
        frames.packed(report.as_json())
    return {"play": run}


if __name__ == "__main__":
    child.main(load_jobs)
