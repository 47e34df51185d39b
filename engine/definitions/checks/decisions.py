"""Checks the decision tables of a category."""

from collections.abc import Iterator

from engine import dmn
from engine.definitions.faults import Fault, Severity
from engine.errors import EngineError

LARGEST = 2_000_000


def read(path: str, content: bytes) -> dmn.Model | Fault:
    """Return a decision model, or what keeps it from being read."""
    if len(content) > LARGEST:
        message = f"{path} has {len(content):,} bytes; a decision model may have {LARGEST:,}."
        return Fault("", "too-large", "error", message, "Split it.")
    try:
        return dmn.load(content)
    except EngineError as error:
        return Fault("", "decision", "error", f"{path}: {error.message}", error.remedy or "Correct the decision.")


def check(model: dmn.Model) -> Iterator[Fault]:
    """Yield what is wrong with the tables of a model: gaps, overlaps, rules that never apply."""
    for found in dmn.check(model):
        yield Fault(found.element, f"decision-{found.code}", _severity(found), found.message, found.remedy)


def _severity(found: dmn.Finding) -> Severity:
    return "error" if found.severity == "error" else "warning" if found.severity == "warning" else "info"


def ids(model: dmn.Model) -> Iterator[str]:
    """Yield the ids of a model's decisions, by which diagrams call them."""
    return (part.key[1] for part in model.parts.values() if part.sort == "decision")
