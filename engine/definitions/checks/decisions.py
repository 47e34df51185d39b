"""Checks the decision models of a category."""

from collections.abc import Iterator, Mapping

from engine import dmn
from engine.definitions.checks.context import Context
from engine.definitions.faults import Fault, Severity
from engine.errors import EngineError

LARGEST = 2_000_000


def read(path: str, content: bytes) -> dmn.Model | Fault:
    """Return a decision model, or what keeps it from being read."""
    return read_all({path: content})[path]


def read_all(files: Mapping[str, bytes]) -> dict[str, dmn.Model | Fault]:
    """Return each decision model, with what it imports from the others, or what keeps it from being read."""
    loaded = dmn.load_all({path: content for path, content in files.items() if len(content) <= LARGEST})
    return {path: _told(path, loaded.get(path), len(content)) for path, content in files.items()}


def _told(path: str, found: dmn.Model | EngineError | None, size: int) -> dmn.Model | Fault:
    if isinstance(found, dmn.Model):
        return found
    if found is None:
        message = f"{path} has {size:,} bytes; a decision model may have {LARGEST:,}."
        return Fault("", "too-large", "error", message, "Split it.")
    return Fault("", "decision", "error", f"{path}: {found.message}", found.remedy or "Correct the decision.")


def check(context: Context) -> Iterator[tuple[str, Fault]]:
    """Yield what is wrong in the models: expressions, gaps, overlaps, rules that never apply.

    Of a lone file nobody knows which fields the case has.
    """
    known = None if context.is_lone else context.known
    for path, model in context.models.items():
        for found in dmn.check(model, known):
            yield path, Fault(found.element, f"decision-{found.code}", _severity(found), found.message, found.remedy)


def _severity(found: dmn.Finding) -> Severity:
    return "error" if found.severity == "error" else "warning" if found.severity == "warning" else "info"


def ids(model: dmn.Model) -> Iterator[str]:
    """Yield the ids of a model's decisions, by which diagrams call them."""
    return (part.key[1] for part in model.parts.values() if part.sort == "decision")
