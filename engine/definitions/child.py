"""The limited child process that checks strangers' diagrams, with the limits of `engine.documents.child`."""

import logging
import warnings
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from engine.documents import child
from engine.documents.child import Job

# Every family of checks finds something here, so that nothing needs to be imported once the rights are gone.
SPECIMEN = {
    "category.toml": b'[category]\nkey = "warm_up"\nname = "Warm up"\nreference_prefix = "W"\n[stages]\nx = "y"\n',
    "rules.toml": b'[[rule]]\nid = "a.b"\n',
    "warm_up.dmn": b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="x" namespace="x" id="x"/>',
    "strange.bpmn": b"<a>",
    "ask.form": b'{"type": "default", "id": "ask", "components": [{"type": "number", "key": "n", "id": "n", '
    b'"conditional": {"hide": "=m > 1"}, "validate": {"min": "x"}}]}',
    "warm_up.bpmn": b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><process id="warm_up" isExecutable="true">
<startEvent id="begin"/><sequenceFlow id="a" sourceRef="begin" targetRef="send"/>
<serviceTask id="send"><extensionElements><zeebe:taskDefinition type="send_email"/><zeebe:ioMapping>
<zeebe:input source="=due(&quot;a.c&quot;, now())" target="to"/><zeebe:input source="=matches(1" target="subjekt"/>
</zeebe:ioMapping><zeebe:taskHeaders><zeebe:header key="to" value="nobody"/></zeebe:taskHeaders></extensionElements>
</serviceTask><sequenceFlow id="b" sourceRef="send" targetRef="wait"/><intermediateCatchEvent id="wait">
<timerEventDefinition><timeDuration>P1X</timeDuration></timerEventDefinition></intermediateCatchEvent>
<sequenceFlow id="c" sourceRef="wait" targetRef="daily"/><intermediateCatchEvent id="daily">
<timerEventDefinition><timeCycle>0 0 25 ? * MON-FRI</timeCycle></timerEventDefinition></intermediateCatchEvent>
<sequenceFlow id="d" sourceRef="daily" targetRef="over"/><endEvent id="over"/></process></definitions>""",
}  # fmt: skip


def load_jobs() -> Mapping[str, Job]:
    """Import what the checks need, while files can still be opened, and run them once."""
    from engine.definitions import examining, examining_shared
    from engine.definitions.importing import together
    from engine.documents import frames, jobs

    def check(request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        report, made = examining.examine_native(
            _unpacked(request, body),
            is_lone=request["is_lone"],
            common=request.get("common", ()),
            fields=request.get("fields", {}),
            shared=_shared(request, body),
        )
        return _packed({"files": [file.as_json() for file in report.files]}, made)

    def check_shared(request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        report = examining_shared.examine(_unpacked(request, body))
        return _packed({"files": [file.as_json() for file in report.files]}, {})

    def repair(request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        files, accepted = _unpacked(request, body), request["accepted"]
        report, made = examining.examine_repaired(files, is_lone=request["is_lone"], accepted=accepted)
        return _packed({"files": [file.as_json() for file in report.files]}, made)

    def propose(request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        found = examining.propose(_unpacked(request, body))
        answer = {
            "facts": found["facts"],
            "processes": [asdict(process) for process in found["processes"]],
            "now": [file.as_json() for file in found["now"].files],
            "left": [file.as_json() for file in found["left"].files],
            "repairs": {path: [asdict(change) for change in made] for path, made in found["repairs"].items()},
        }
        return _packed(answer, found["after"])

    def native(request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        files = _unpacked(request, body)
        return _packed({}, together.native(files).changed(files))

    jobs.warm_up()
    logging.disable()
    warnings.simplefilter("ignore")
    repaired, _ = examining.examine_repaired(SPECIMEN)
    checked, _ = examining.examine_native(SPECIMEN, is_lone=False)
    frames.packed({"files": [file.as_json() for file in (*checked.files, *repaired.files)]})
    frames.packed({"repairs": [asdict(c) for found in examining.propose(SPECIMEN)["repairs"].values() for c in found]})
    return {"check": check, "check_shared": check_shared, "repair": repair, "propose": propose, "native": native}


def _unpacked(request: dict[str, Any], body: bytes) -> dict[str, bytes]:
    """Return the files of a request: their lengths stand in it, their contents one after the other in its body."""
    files, at = {}, 0
    for path, length in request["files"]:
        files[path] = body[at : at + length]
        at += length
    return files


def _shared(request: dict[str, Any], body: bytes) -> dict[str, bytes]:
    """Return the shared templates of a request, which stand in its body behind its files."""
    own = sum(length for _, length in request["files"])
    return _unpacked({"files": request.get("shared", ())}, body[own:])


def _packed(answer: dict[str, Any], made: Mapping[str, bytes]) -> tuple[dict[str, Any], bytes]:
    """Return an answer that brings files along, in the shape of a request."""
    listed = sorted(made)
    return {**answer, "made": [[path, len(made[path])] for path in listed]}, b"".join(made[path] for path in listed)


if __name__ == "__main__":
    child.main(load_jobs)
