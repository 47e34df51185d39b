"""Makes the files of small categories to be checked."""

import json
from collections.abc import Iterable
from typing import Any

from engine.definitions.examining import examine
from engine.definitions.faults import Fault
from tests.diagrams import bpmn

TEAMS = ("Repairs",)
SETTINGS = """
summary_fields = ["rent"]

[category]
key = "sample"
name = "Sample"
reference_prefix = "SAM"
closure_reasons = ["Done"]

[[team]]
key = "repairs"
name = "Repairs"

[[reminders.escalation]]
after = "1 working day"
to = "Repairs"

[stages]
ask = "Asking"
"""
RULES = """
[[rule]]
id = "sample.answer"
name = "Answer"
class = "local standard"
in_force_from = 2020-01-01
counts_from = "received"
counts_from_words = "it was received"
within = { amount = 5, unit = "working days" }
amber_after = { amount = 3, unit = "working days" }

[rule.citation]
text = "Our policy"
"""


def form(*fields: dict[str, Any], form_id: str = "ask") -> bytes:
    """Return a form that asks for `fields`; by default for received_on (a date) and rent (a number)."""
    fields = fields or (
        {"type": "datetime", "subtype": "date", "key": "received_on", "dateLabel": "Received"},
        {"type": "number", "key": "rent", "label": "Rent"},
        {"type": "dynamiclist", "path": "works", "components": [{"type": "number", "key": "cost", "label": "Cost"}]},
    )
    components = [{"id": f"part_{number}", **field} for number, field in enumerate(fields)]
    return json.dumps({"type": "default", "id": form_id, "schemaVersion": 19, "components": components}).encode()


def category(diagram: bytes | None = None, **others: bytes | str | None) -> dict[str, bytes]:
    """Return a category that is sound but for what is given: `name__ending` is the file name.ending; None: no file."""
    files: dict[str, bytes | str | None] = {
        "category.toml": SETTINGS,
        "rules.toml": RULES,
        "ask.form": form(),
        "sample.bpmn": diagram or sound(),
        **{name.replace("__", "."): content for name, content in others.items()},
    }
    return {name: _bytes(content) for name, content in files.items() if content is not None}


def _bytes(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content


def sound() -> bytes:
    """Return a diagram in which nothing is wrong."""
    return bpmn("start > ask > end", inside={"ask": ASKS})


def extended(xml: str) -> str:
    """Return zeebe extensions beside the link to the form “ask”."""
    return f'<bpmn:extensionElements><zeebe:formDefinition formId="ask"/>{xml}</bpmn:extensionElements>'


ASKS = extended("")


def faults(files: dict[str, bytes], *, is_lone: bool = False) -> list[tuple[str, Fault]]:
    """Return what the check finds, without what every diagram of these tests lacks: a layout."""
    found = examine(files, is_lone=is_lone).faults
    return [(file, fault) for file, fault in found if fault.code != "no-layout"]


def codes(files: dict[str, bytes]) -> set[str]:
    """Return the codes of what the check finds."""
    return {fault.code for _, fault in faults(files)}


def errors(found: Iterable[tuple[str, Fault]]) -> list[Fault]:
    """Return the errors among faults."""
    return [fault for _, fault in found if fault.severity == "error"]
