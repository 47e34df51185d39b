"""Brings in the diagrams of a category, or a lone one, together: what one file holds, another may name."""

import re
from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from engine.definitions import reading
from engine.definitions.category import SETTINGS_FILE, Settings, read_settings
from engine.definitions.changes import Change
from engine.definitions.checks import decisions
from engine.definitions.choosing import Runnable, main_process, runnable
from engine.definitions.importing import Imported, Known, bring_in, lay_out, repair, teams
from engine.definitions.importing.tree import bpmn, flow_nodes, processes
from engine.definitions.xml import NotADiagram
from engine.dmn import Model
from engine.errors import Invalid
from engine.forms import load as load_form

DIAGRAMS = (".bpmn", ".xml")


@dataclass(frozen=True, slots=True)
class Brought:
    """Files, and the diagrams among them that could be read as they were brought in."""

    files: Mapping[str, bytes]
    diagrams: Mapping[str, Imported] = field(default_factory=dict)
    teams: tuple[Change, ...] = ()  # added to the settings

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
    return _with_teams(_written(brought.files, diagrams), None if accepted is None else accepted.get(SETTINGS_FILE, ()))


def _with_teams(brought: Brought, accepted: Container[str] | None) -> Brought:
    """Add the teams to the settings that the diagrams name."""
    settings = _settings(brought.files)
    if settings is None:
        return brought
    wanted = teams.missing(settings, brought.diagrams.values())
    content, made = teams.added(brought.files[SETTINGS_FILE], wanted, accepted)
    return replace(brought, files={**brought.files, SETTINGS_FILE: content}, teams=tuple(made))


def proposals(before: Brought, after: Brought) -> dict[str, list[Change]]:
    """Return what was repaired, by the file in which it stands."""
    found: dict[str, list[Change]] = {SETTINGS_FILE: list(after.teams)} if after.teams else {}
    for path, imported in after.diagrams.items():
        brought_in = set(before.diagrams[path].changes)
        made = [change for change in imported.changes if change not in brought_in and change.kind != "normalised"]
        if made:
            found[path] = made
    return found


def facts(brought: Brought) -> dict[str, str]:
    """Return the process that cases would run, its name as drawn, and the file that holds it."""
    diagrams = {path: reading.read(i.root, source=path) for path, i in brought.diagrams.items()}
    process_id = main_process(diagrams.values())
    path = next((path for path, diagram in diagrams.items() if process_id in diagram.process_ids), "")
    name = diagrams[path].names[process_id] if path else ""
    pools = (p for i in brought.diagrams.values() for p in i.root.iter(bpmn("participant")))
    pool = next((p.get("name", "") for p in pools if p.get("processRef") == process_id), "")
    return {"process": process_id, "name": pool or ("" if name == process_id else name), "path": path}


def processes_of(brought: Brought) -> list[Runnable]:
    """Return the processes that cases could run, those with the most steps first."""
    return runnable(reading.read(i.root, source=path) for path, i in brought.diagrams.items())


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
    settings = _settings(brought.files)
    return Known(
        forms=frozenset(_stem(path) for path, _ in _forms(brought)),
        decisions=frozenset(d for path, content in brought.files.items() for d in _decisions(path, content)),
        processes=frozenset(p.get("id", "") for each in brought.diagrams.values() for p in processes(each.root)),
        fields=None if settings is None else _fields(brought),
        process_id="" if settings is None else settings.process or settings.key,
    )


def _decisions(path: str, content: bytes) -> list[str]:
    model = decisions.read(path, content) if path.endswith(".dmn") else None
    return list(decisions.ids(model)) if isinstance(model, Model) else []


def _settings(files: Mapping[str, bytes]) -> Settings | None:
    """Return the category's settings; none where there are none, or none that can be read."""
    try:
        return read_settings(files.get(SETTINGS_FILE, b""))
    except (Invalid, KeyError, TypeError, AttributeError):
        return None


def _fields(brought: Brought) -> frozenset[str]:
    """Return the top-level names of the fields that forms ask for."""
    found: set[str] = set()
    for path, content in _forms(brought):
        with suppress(Invalid):
            found |= {re.split(r"[.\[]", field.key, maxsplit=1)[0] for field in load_form(content, source=path).fields}
    return frozenset(found)


def _forms(brought: Brought) -> Iterator[tuple[str, bytes]]:
    yield from ((path, content) for path, content in brought.files.items() if path.endswith(".form"))
    for imported in brought.diagrams.values():
        yield from ((f"{form_id}.form", content) for form_id, content in imported.forms.items())


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
