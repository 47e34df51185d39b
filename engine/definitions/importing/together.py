"""Brings in the diagrams of a category, or a lone one, together: what one file holds, another may name."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace

from engine.definitions.category import SETTINGS_FILE, read_settings
from engine.definitions.checks import decisions
from engine.definitions.importing import Imported, Known, bring_in, lay_out, repair
from engine.definitions.importing.tree import flow_nodes, processes
from engine.definitions.xml import NotADiagram
from engine.dmn import Model
from engine.errors import Invalid

DIAGRAMS = (".bpmn", ".xml")


@dataclass(frozen=True, slots=True)
class Brought:
    """Files, and the diagrams among them that could be read as they were brought in."""

    files: Mapping[str, bytes]
    diagrams: Mapping[str, Imported] = field(default_factory=dict)

    def changed(self, before: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return the files that are new or differ."""
        return {path: content for path, content in self.files.items() if before.get(path) != content}


def read_all(files: Mapping[str, bytes]) -> Brought:
    """Bring in each diagram among `files`; those that cannot be read stay as they are, and the check says why."""
    return Brought(files, {path: found for path in files if (found := _read(path, files[path])) is not None})


def native(files: Mapping[str, bytes]) -> Brought:
    """Return `files` with each diagram as it is stored: native and drawn; forms of its dialect beside it."""
    return written(files, read_all(files).diagrams)


def written(files: Mapping[str, bytes], diagrams: Mapping[str, Imported]) -> Brought:
    """Return `files` with each diagram that was brought in as it is stored; what it lacks of a drawing is drawn."""
    return _written(files, {path: lay_out(imported) for path, imported in diagrams.items()})


def repaired(files: Mapping[str, bytes], accepted: Mapping[str, Container[str]] | None = None) -> Brought:
    """Return `files` with each diagram repaired too: everything, or what was accepted by its mark in each file."""
    return repair_all(read_all(files), accepted)


def repair_all(brought: Brought, accepted: Mapping[str, Container[str]] | None = None) -> Brought:
    """Return the files with each diagram repaired, as `repaired` does; `brought` stays as it is."""
    known = _known(brought)
    diagrams: dict[str, Imported] = {}
    for path, imported in brought.diagrams.items():
        done = repair(imported, known, None if accepted is None else accepted.get(path, ()))
        known = replace(known, forms=known.forms | done.forms.keys())
        diagrams[path] = lay_out(done, is_repaired=done.changes != imported.changes)
    return _written(brought.files, diagrams)


def lost(before: Imported, after: Imported) -> set[str]:
    """Return the ids of flow nodes that a repair took out."""
    return {n.get("id", "") for n in flow_nodes(before.root)} - {n.get("id", "") for n in flow_nodes(after.root)}


def _read(path: str, content: bytes) -> Imported | None:
    if not path.endswith(DIAGRAMS):
        return None
    try:
        return bring_in(content, source=path)
    except NotADiagram:
        return None


def _written(files: Mapping[str, bytes], diagrams: Mapping[str, Imported]) -> Brought:
    made = dict(files)
    for path, imported in diagrams.items():
        made[path] = imported.as_bytes()
        for form_id, content in imported.forms.items():
            made.setdefault(f"{form_id}.form", content)
    return Brought(made, diagrams)


def _known(brought: Brought) -> Known:
    held = {form_id for imported in brought.diagrams.values() for form_id in imported.forms}
    return Known(
        forms=frozenset(_stem(path) for path in brought.files if path.endswith(".form")) | held,
        decisions=frozenset(d for path, content in brought.files.items() for d in _decisions(path, content)),
        processes=frozenset(p.get("id", "") for each in brought.diagrams.values() for p in processes(each.root)),
        process_id=_process_id(brought.files),
    )


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
