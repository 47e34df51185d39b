"""Finds a template for a case by its name: the category's own file, else the shared one in force that day."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Literal, Protocol

from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.instants import today
from engine.templates.current import by_kind, content, in_force
from engine.templates.kinds import KINDS


class Own(Protocol):
    """The version of a category that a case runs on."""

    @property
    def version_id(self) -> int: ...

    @property
    def version_number(self) -> int: ...

    def template_names(self, suffix: str) -> list[str]:
        """Return the names of its templates with this ending."""

    def template(self, name: str, suffix: str) -> bytes | None:
        """Return one of them."""


@dataclass(frozen=True, slots=True)
class Found:
    """A template as a case uses it now. `number` and `version_id` are those of the category's or the shared version."""

    name: str
    kind: str
    content: bytes
    source: Literal["category", "shared"]
    number: int
    version_id: int
    sha256: str

    def as_history(self) -> dict[str, Any]:
        """Return what history keeps of it."""
        return {"source": self.source, "version": self.number, "version_id": self.version_id, "sha256": self.sha256}

    @property
    def shared_ids(self) -> list[int]:
        """Return the ids of the shared versions that went into it."""
        return [self.version_id] if self.source == "shared" else []


def find(session: Session, own: Own, name: str, *, kind: str = "letter", on: date | None = None) -> Found:
    """Return the template `name` for a case of the category version `own`, on `on` (today unless said).

    Raises:
        NotFound: neither the category has one nor is a shared one in force.
    """
    suffix = KINDS[kind].suffix
    mine = own.template(name, suffix)
    if mine is not None:
        return Found(name, kind, mine, "category", own.version_number, own.version_id, sha256(mine).hexdigest())
    shared = by_kind(in_force(session, on or today()), kind)
    version = shared.get(name)
    if version is None:
        raise _no_such(name, kind, own.template_names(suffix), list(shared))
    return Found(name, kind, content(session, version), "shared", version.number, version.version_id, version.sha256)


def exists(session: Session, own: Own, name: str, *, kind: str = "letter", on: date | None = None) -> bool:
    """Say whether `find` would find one."""
    return own.template(name, KINDS[kind].suffix) is not None or (kind, name) in in_force(session, on or today())


def _no_such(name: str, kind: str, mine: list[str], shared: list[str]) -> NotFound:
    word = KINDS[kind].name.lower()
    return NotFound(
        f"There is no {word} “{name}”: this category has none, and no shared one is in force.",
        remedy=f"The category has: {', '.join(sorted(mine)) or 'none'}. Shared: {', '.join(sorted(shared)) or 'none'}. "
        "Correct the diagram, or upload it.",
    )
