"""How a letter of a category stood: in the draft, and in each deployed version that changed it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.definitions import drafting
from engine.errors import NotFound
from models.category import Category, CategoryVersion, DefinitionFile
from models.staff import User

DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class State:
    """A letter as it stood; `mark` is "draft" or the number of the first version that had it so."""

    mark: str
    name: str
    sha256: str
    at: datetime | None
    by: str
    note: str
    is_in_use: bool = False


def states(session: Session, key: str, path: str) -> list[State]:
    """Return each state of a letter once, the latest first: the draft, where it differs, and the versions.

    Raises:
        NotFound: neither the draft nor any version has such a letter.
    """
    deployed = list(_deployed(_rows(session, key, path)))
    draft = _draft(session, key, path)
    found = [draft] if draft is not None and not (deployed and deployed[0].sha256 == draft.sha256) else []
    if not found and not deployed:
        raise NotFound(f"The category “{key[:80]}” has no letter {path[:120]}.")
    return found + deployed


def content(session: Session, key: str, path: str, mark: str) -> bytes:
    """Return a letter as it stood.

    Raises:
        NotFound: there is no such state.
    """
    if mark == DRAFT:
        return drafting.open_file(session, key, path).content
    own = _of(key, path).where(CategoryVersion.number == int(mark)) if _is_number(mark) else None
    found = session.scalar(own.with_only_columns(DefinitionFile.content)) if own is not None else None
    if found is None:
        raise NotFound(
            f"“{mark[:20]}” is neither the draft nor a version of “{key[:80]}” with the letter {path[:120]}."
        )
    return bytes(found)


def to_compare(found: Sequence[State]) -> tuple[str, str]:
    """Return which two states tell what changed last: the newest and the one before it."""
    pair = next(pairwise(found), None)
    return (pair[1].mark, pair[0].mark) if pair is not None else (found[0].mark, found[0].mark)


def _is_number(mark: str) -> bool:
    return mark.isascii() and mark.isdigit() and len(mark) < 10


def _draft(session: Session, key: str, path: str) -> State | None:
    """Return the state of the draft; none while there is no draft, or none that holds the letter."""
    if drafting.find(session, key) is None:
        return None
    try:
        opened = drafting.open_file(session, key, path)
    except NotFound:
        return None
    digest = hashlib.sha256(opened.content).hexdigest()
    return State(DRAFT, "Draft", digest, opened.changed_at, opened.changed_by, "")


def _of(key: str, path: str) -> Any:
    return (
        select(CategoryVersion.number, DefinitionFile.sha256)
        .join(DefinitionFile, DefinitionFile.version_id == CategoryVersion.id)
        .join(Category, Category.id == CategoryVersion.category_id)
        .where(Category.key == key, DefinitionFile.path == path)
    )


def _rows(session: Session, key: str, path: str) -> Sequence[Any]:
    columns = (
        CategoryVersion.deployed_at,
        CategoryVersion.note,
        User.name,
        (CategoryVersion.id == Category.current_version_id).label("is_current"),
    )
    wanted = _of(key, path).add_columns(*columns).outerjoin(User, User.id == CategoryVersion.deployed_by_id)
    return session.execute(wanted.order_by(CategoryVersion.number)).all()


def _deployed(rows: Sequence[Any]) -> Iterator[State]:
    """Yield a state for each run of versions with the same letter, the latest first."""
    runs: list[list[Any]] = []
    for row in rows:
        if runs and runs[-1][0].sha256 == row.sha256:
            runs[-1].append(row)
        else:
            runs.append([row])
    for run in reversed(runs):
        first, last = run[0], run[-1]
        name = f"Version {first.number}" if first is last else f"Versions {first.number} to {last.number}"
        is_in_use = any(row.is_current for row in run)
        yield State(
            str(first.number), name, first.sha256, first.deployed_at, first.name or "Casewright", first.note, is_in_use
        )
