"""Measures expressions beside feelin in Node, and compiling and decision tables beside a raw engine step."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

from engine import dmn, feel
from engine.feel.expression import _cached
from tests.bench import raw
from tests.bench.measures import Measure
from tests.bench.timing import cpu_ms

FEELIN = Path(__file__).with_name("feelin")
NO_NODE = "feelin is not measured: there is no Node with npm here, or its package cannot be had ({})."
AGAINST, STEP = "feelin in Node", "a step of raw SpiffWorkflow"
CONDITION = 'arrears > 500 and tenancy.type = "SEC"'
CONTEXT = {
    "arrears": 705.1,
    "tenancy": {"type": "SEC"},
    "payments": [{"amount": n * 10, "kind": "rent" if n % 3 else "service"} for n in range(20)],
}
EXPRESSIONS = {
    "the condition of a gateway": CONDITION,
    "a filter and a sum": 'sum(payments[kind = "rent"].amount)',
    "a loop": "for n in 1..20 return n * 2",
    "dates": '@"2026-12-03" + duration("P14D") > date("2026-12-10")',
    "a text": 'upper case(substring(tenancy.type, 1, 2)) + "-" + string(arrears)',
}
MOST = {CONDITION: 1 / 8}
ROUNDS, SECONDS_A_ROUND, RULES = 30, 0.02, 1_000


def measure(*, quick: bool = False) -> Iterator[Measure | str]:
    """Yield the measures; a sentence when feelin cannot be had."""
    yield from _beside_feelin()
    step = cpu_ms(raw.run_in_memory(8, 20, 5 if quick else 20)) * 1000
    compiling = _microseconds(lambda: _compiled_anew(CONDITION))
    yield Measure("FEEL: compiling the condition of a gateway", compiling, "µs", step, STEP, 4)
    table = dmn.load(_table())
    scope = {"arrears": Decimal(RULES * 10 - 5), "tenancy": {"type": "SEC"}}
    deciding = _microseconds(lambda: table.evaluate("band", scope))
    yield Measure(f"FEEL: a decision table of {RULES:,} rules", deciding, "µs", step, STEP, 10)


def _beside_feelin() -> Iterator[Measure | str]:
    theirs = _feelin()
    if isinstance(theirs, str):
        yield theirs
    for number, (name, text) in enumerate(EXPRESSIONS.items()):
        expression, scope = feel.compile(text), _decimals(CONTEXT)
        ours = _microseconds(lambda expression=expression, scope=scope: expression.evaluate(scope))
        reference = None if isinstance(theirs, str) else theirs[number]
        limit = MOST.get(text) if reference is not None else None
        yield Measure(f"FEEL: {name}, compiled and in context", ours, "µs", reference, AGAINST, limit)


def _microseconds(call: Callable[[], object]) -> float:
    """Return the median processor time of one call, in microseconds."""
    end, calls = time.process_time() + SECONDS_A_ROUND, 0
    while time.process_time() < end:
        call()
        calls += 1
    return median(_round(call, calls) for _ in range(ROUNDS)) / calls * 1_000_000


def _round(call: Callable[[], object], calls: int) -> float:
    before = time.process_time()
    for _ in range(calls):
        call()
    return time.process_time() - before


def _compiled_anew(text: str) -> object:
    _cached.cache_clear()
    return feel.compile(text)


def _feelin() -> list[float] | str:
    """Return what each expression takes in feelin, in microseconds, or why that is not known."""
    node = _program("node")
    try:
        if node is None:
            raise OSError("no node")
        _install()
        asked = [{"text": text, "context": CONTEXT} for text in EXPRESSIONS.values()]
        command = [node, str(FEELIN / "measure.mjs")]
        answer = subprocess.run(
            command, input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=120
        )
        found: list[float] = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return NO_NODE.format(error)
    return found


def _install() -> None:
    """Fetch feelin as the lock file names it, once; scripts of packages never run."""
    npm = _program("npm")
    if npm is None:
        raise OSError("no npm")
    if not (FEELIN / "node_modules" / "feelin").exists():
        command = [npm, "ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"]
        subprocess.run(command, cwd=FEELIN, capture_output=True, check=True, timeout=300)


def _program(name: str) -> str | None:
    """Return the program of the machine, or the one that the set-up put into the virtual environment."""
    return shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))


def _decimals(value: Any) -> Any:
    """Return a value with its numbers as the case document gives them."""
    if isinstance(value, dict):
        return {key: _decimals(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_decimals(entry) for entry in value]
    return Decimal(str(value)) if isinstance(value, int | float) else value


def _table() -> bytes:
    """Return a table of so many rules over two inputs, the last of which applies."""
    rules = "".join(
        f"<rule><inputEntry><text>[{n * 10}..{n * 10 + 9}]</text></inputEntry>"
        f'<inputEntry><text>"SEC","INT"</text></inputEntry><outputEntry><text>{n}</text></outputEntry></rule>'
        for n in range(RULES)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="bench" namespace="bench" id="bench">'
        '<decision id="band" name="band"><decisionTable hitPolicy="UNIQUE">'
        "<input><inputExpression><text>arrears</text></inputExpression></input>"
        "<input><inputExpression><text>tenancy.type</text></inputExpression></input>"
        f'<output name="band"/>{rules}</decisionTable></decision></definitions>'
    ).encode()
