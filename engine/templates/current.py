"""Which versions of the shared templates are in force on a day, and what they say."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.instants import today
from engine.templates.kinds import INCLUDED, path_of
from models.base import table
from models.templates import SharedTemplate, SharedTemplateVersion

TEMPLATE, VERSION = table(SharedTemplate), table(SharedTemplateVersion)
MOST_KEPT = 64 * 1024 * 1024  # bytes of content

_contents: OrderedDict[str, bytes] = OrderedDict()  # by digest
_keeping = threading.Lock()


@dataclass(frozen=True, slots=True)
class InForce:
    """A published version on a day on which it is in force."""

    version_id: int
    kind: str
    key: str
    title: str
    number: int
    sha256: str
    effective_from: date
    effective_until: date | None


def in_force(session: Session, on: date) -> dict[tuple[str, str], InForce]:
    """Return the versions in force on `on`, by kind and key."""
    rows = session.execute(
        select(
            VERSION.c.id,
            TEMPLATE.c.kind,
            TEMPLATE.c.key,
            TEMPLATE.c.title,
            VERSION.c.number,
            VERSION.c.sha256,
            VERSION.c.effective_from,
            VERSION.c.effective_until,
        )
        .join(TEMPLATE, TEMPLATE.c.id == VERSION.c.template_id)
        .where(
            VERSION.c.published_at.is_not(None),
            VERSION.c.effective_from <= on,
            or_(VERSION.c.effective_until.is_(None), VERSION.c.effective_until >= on),
            or_(TEMPLATE.c.ended_on.is_(None), TEMPLATE.c.ended_on > on),
        )
        .order_by(VERSION.c.effective_from, VERSION.c.number)
    )
    return {(row.kind, row.key): InForce(*row) for row in rows}


def content(session: Session, version: InForce) -> bytes:
    """Return what a version says, byte for byte; read from the database once per process."""
    found = _contents.get(version.sha256)
    if found is None:
        found = bytes(session.execute(select(VERSION.c.content).where(VERSION.c.id == version.version_id)).scalar_one())
        _keep(version.sha256, found)
    return found


def files(session: Session, on: date) -> dict[str, bytes]:
    """Return all that is in force on `on` as files: path to content."""
    return {path_of(one.kind, one.key): content(session, one) for one in in_force(session, on).values()}


def blocks_here(session: Session) -> dict[str, bytes]:
    """Return all that letters may include today, by name."""
    versions = by_kind(in_force(session, today()), *INCLUDED)
    return {name: content(session, one) for name, one in versions.items()}


def by_kind(versions: Mapping[tuple[str, str], InForce], *kinds: str) -> dict[str, InForce]:
    """Return the versions of some kinds by key."""
    return {key: one for (kind, key), one in versions.items() if kind in kinds}


def _keep(sha256: str, found: bytes) -> None:
    with _keeping:
        _contents[sha256] = found
        while len(_contents) > 1 and sum(map(len, _contents.values())) > MOST_KEPT:
            _contents.popitem(last=False)
