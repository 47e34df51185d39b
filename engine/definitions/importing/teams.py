"""Lanes and candidate groups that are no team of the category yet: added to its settings."""

from collections.abc import Container, Iterable, Iterator

from engine.definitions import reading
from engine.definitions.category import Settings
from engine.definitions.changes import Change
from engine.definitions.checks.expressions import constant
from engine.definitions.importing.imported import Imported, mark
from engine.definitions.importing.layout.pools import lanes_of
from engine.definitions.importing.tree import id_words, processes
from engine.definitions.toml_text import write

LONGEST = 80


def missing(settings: Settings, diagrams: Iterable[Imported]) -> Iterator[Change]:
    """Yield a repair for each team that a diagram names and the settings do not."""
    known = set(settings.teams.values())
    for team in dict.fromkeys(team for imported in diagrams for team in _named(imported)):
        if team and team not in known and len(team) <= LONGEST:
            message = f"“{team}” is no team of the category: it is added to its settings."
            yield Change(team, "unknown-team", message, "repaired", "", team)


def added(content: bytes, changes: Iterable[Change], accepted: Container[str] | None) -> tuple[bytes, list[Change]]:
    """Return the settings with the teams that are accepted, and what was added."""
    made = [change for change in changes if accepted is None or mark(change) in accepted]
    text = "".join(f"\n{write({'team': [{'key': id_words(c.after) or 'team', 'name': c.after}]})}" for c in made)
    return content.rstrip() + b"\n" + text.encode() if made else content, made


def _named(imported: Imported) -> Iterator[str]:
    for process in processes(imported.root):
        yield from (" ".join(lane.get("name", "").split()) for lane in lanes_of(process))
    for node in reading.read(imported.root, source=imported.source).elements.values():
        groups = constant(node.assignment.candidate_groups)
        yield from (group.strip() for group in groups.split(",")) if isinstance(groups, str) else ()
