"""Measures reading a form of forty fields and checking its answers; once with a field that another one steers."""

import json
from typing import Any

from engine.forms import load
from tests.bench.measures import Measure, Measures
from tests.bench.timing import cpu_ms, measured
from tests.unit.forms.forms import choice, moment, number, text, yes_no

MOST_MS = 2.0
FORTY: list[dict[str, Any]] = [
    *(text(f"t{n}", f"Text {n}", validate={"required": True, "maxLength": 50}) for n in range(16)),
    *(number(f"n{n}", f"Amount {n}", decimalDigits=2, validate={"min": 0}) for n in range(8)),
    *(moment(f"d{n}", label=f"Date {n}") for n in range(6)),
    *(choice("select", f"s{n}", f"Choice {n}") for n in range(6)),
    *(yes_no(f"y{n}", f"Tick {n}") for n in range(4)),
]
ANSWERS = {
    **{f"t{n}": "some words" for n in range(16)},
    **{f"n{n}": "1,234.50" for n in range(8)},
    **{f"d{n}": {"day": "3", "month": "12", "year": "2026"} for n in range(6)},
    **{f"s{n}": "upheld" for n in range(6)},
    **{f"y{n}": "true" for n in range(4)},
}
STEERED = [
    {**component, "conditional": {"hide": "=y0 = false"}} if component["key"] == "t1" else component
    for component in FORTY
]


def measure() -> Measures:
    """Yield the processor time of both."""
    for name, components in (("forty fields", FORTY), ("forty fields, one of them steered", STEERED)):
        written = json.dumps({"components": components})
        taken = [
            measured(lambda written=written: load(written, source="f.form").validate(ANSWERS, {})) for _ in range(61)
        ]
        yield Measure(f"Forms: {name}, read and checked", cpu_ms(taken[1:]), "ms", limit=MOST_MS)
