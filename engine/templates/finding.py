"""Finds a template for a case by its name: the category's own file, else the shared one in force that day."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Any, Literal, Protocol

from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.instants import today
from engine.templates import including
from engine.templates.current import InForce, by_kind, content, in_force
from engine.templates.kinds import INCLUDED, KINDS


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
    included: tuple[InForce, ...] = ()
    blocks: Mapping[str, bytes] = field(default_factory=dict)  # the contents of what it includes, by name
    names: frozenset[str] = frozenset()  # of all that it could include
    pictures: frozenset[str] = frozenset()  # that it and what it includes ask for

    def as_history(self) -> dict[str, Any]:
        """Return what history keeps of it, and of the blocks that it included."""
        told = {"source": self.source, "version": self.number, "version_id": self.version_id, "sha256": self.sha256}
        blocks = [
            {"name": one.key, "version": one.number, "version_id": one.version_id, "sha256": one.sha256}
            for one in self.included
        ]
        return {**told, "blocks": blocks} if blocks else told

    @property
    def shared_ids(self) -> list[int]:
        """Return the ids of the shared versions that went into it."""
        own = [self.version_id] if self.source == "shared" else []
        return [*own, *(one.version_id for one in self.included)]


def find(session: Session, own: Own, name: str, *, kind: str = "letter", on: date | None = None) -> Found:
    """Return the template `name` for a case of the category version `own`, on `on` (today unless said).

    Raises:
        NotFound: neither the category has one nor is a shared one in force.
    """
    suffix, versions = KINDS[kind].suffix, in_force(session, on or today())
    mine = own.template(name, suffix)
    if mine is not None:
        digest = sha256(mine).hexdigest()
        found = Found(name, kind, mine, "category", own.version_number, own.version_id, digest)
    elif (kind, name) in versions:
        found = _shared(session, versions[kind, name])
    else:
        raise _no_such(name, kind, own.template_names(suffix), list(by_kind(versions, kind)))
    return _with_blocks(session, found, versions)


def _shared(session: Session, version: InForce) -> Found:
    template = content(session, version)
    return Found(version.key, version.kind, template, "shared", version.number, version.version_id, version.sha256)


def _with_blocks(session: Session, found: Found, versions: Mapping[tuple[str, str], InForce]) -> Found:
    included = including.included(session, found.content, versions, kind=found.kind)
    blocks = {name: content(session, one) for name, one in included.items()}
    return replace(
        found,
        included=tuple(included.values()),
        blocks=blocks,
        names=frozenset(by_kind(versions, *INCLUDED)),
        pictures=including.pictures_with(found.content, blocks, kind=found.kind),
    )


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
