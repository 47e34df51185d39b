"""Brings in the diagrams of a category, or a lone one, together: what one file holds, another may name."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from engine.definitions.category import SETTINGS_FILE, read_settings
from engine.definitions.checks import decisions
from engine.definitions.importing import Imported, Known, bring_in, repair
from engine.definitions.importing.tree import flow_nodes, processes
from engine.definitions.xml import NotADiagram
from engine.dmn import Model
from engine.errors import Invalid

DIAGRAMS = (".bpmn", ".xml")


@dataclass(frozen=True, slots=True)
class Brought:
    """Files as they now are, and the diagrams among them that could be read."""

    files: Mapping[str, bytes]
    diagrams: Mapping[str, Imported] = field(default_factory=dict)

    def changed(self, before: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return the files that are new or differ."""
        return {path: content for path, content in self.files.items() if before.get(path) != content}


def native(files: Mapping[str, bytes]) -> Brought:
    """Return `files` with each diagram translated and normalised, and the forms that its dialect held beside it."""
    diagrams = {path: found for path in files if (found := _read(path, files[path])) is not None}
    return _written(files, diagrams)


def repaired(files: Mapping[str, bytes], accepted: Mapping[str, Container[str]] | None = None) -> Brought:
    """Return `files` with each diagram repaired too: everything, or what was accepted by its mark in each file."""
    before = native(files)
    known = _known(before)
    diagrams: dict[str, Imported] = {}
    for path, imported in before.diagrams.items():
        done = repair(imported, known, None if accepted is None else accepted.get(path, ()))
        known = _with_forms(known, done)
        diagrams[path] = done
    return _written(files, diagrams)


def lost(before: Imported, after: Imported) -> set[str]:
    """Return the ids of flow nodes that a repair took out."""
    return {n.get("id", "") for n in flow_nodes(before.root)} - {n.get("id", "") for n in flow_nodes(after.root)}


def _read(path: str, content: bytes) -> Imported | None:
    if not path.endswith(DIAGRAMS):
        return None
    try:
        return bring_in(content, source=path)
    except NotADiagram:
        return None  # it stays as it is, and the check says why


def _written(files: Mapping[str, bytes], diagrams: Mapping[str, Imported]) -> Brought:
    made = dict(files)
    for path, imported in diagrams.items():
        made[path] = imported.as_bytes()
        for form_id, content in imported.forms.items():
            made.setdefault(f"{form_id}.form", content)
    return Brought(made, diagrams)


def _known(brought: Brought) -> Known:
    return Known(
        forms=frozenset(_stem(path) for path in brought.files if path.endswith(".form")),
        decisions=frozenset(d for path, content in brought.files.items() for d in _decisions(path, content)),
        processes=frozenset(p.get("id", "") for each in brought.diagrams.values() for p in processes(each.root)),
        process_id=_process_id(brought.files),
    )


def _with_forms(known: Known, imported: Imported) -> Known:
    return Known(known.forms | imported.forms.keys(), known.decisions, known.processes, known.process_id)


def _decisions(path: str, content: bytes) -> list[str]:
    model = decisions.read(path, content) if path.endswith(".dmn") else None
    return list(decisions.ids(model)) if isinstance(model, Model) else []


def _process_id(files: Mapping[str, bytes]) -> str:
    """Return the process that the category's settings name; nothing where there are none, or none that can be read."""
    try:
        settings = read_settings(files.get(SETTINGS_FILE, b""))
    except (Invalid, KeyError, TypeError, AttributeError):
        return ""
    return settings.process or settings.key


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
