"""Writes down what came in: one row, its files, where it came from, and the jobs that look at it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine.documents import names
from engine.filing import preparing, quarantine
from engine.filing.places import Place
from engine.inbound import arriving, parts, sorting
from engine.inbound.arriving import Arrival
from engine.inbound.events import write
from engine.inbound.receiving import File
from engine.instants import now
from engine.permissions import PLATFORM
from models.base import table
from models.inbound import InboundItem, InboundPart

ITEM, PART = table(InboundItem), table(InboundPart)


@dataclass(slots=True)
class Taken:
    """What became of something that came in; `job_keys` to run after the commit."""

    item_id: int
    state: str = "new"
    is_repeat: bool = False
    reason: str = ""
    job_keys: list[str] = field(default_factory=list)


def keep(
    session: Session,
    row: dict[str, Any],
    files: Sequence[File],
    arrival: Arrival | None,
    *,
    came: str,
) -> Taken:
    """Keep an item with its files, in the transaction that says so of where it lay.

    Raises:
        TakenByAnother: another node has just done so.
    """
    values = {"state": "new", "received_at": now(), **row}
    item_id: int = session.execute(insert(ITEM).returning(ITEM.c.id), values).scalar_one()
    if arrival is not None:
        arriving.end(session, arrival, item_id)
    write(session, item_id, "came", came, by=PLATFORM)
    taken = Taken(item_id, str(values["state"]), reason=str(values.get("reason", "")))
    for position, file in enumerate(files):
        taken.job_keys += _keep_file(session, item_id, position, file)
    if taken.state == "new" and values["channel"] == "email":
        taken.job_keys.append(sorting.queue(session, item_id))
    return taken


def _keep_file(session: Session, item_id: int, position: int, file: File) -> list[str]:
    """Write down a file, keep a refused one apart, and leave the job that reads and draws it."""
    received = file.received
    if file.refusal is not None:
        quarantine.set_apart(session, file.refusal, Place(), title=file.name, kind="received", by=PLATFORM)
    is_drawn = received is not None and file.kind != "message" and preparing.is_wanted(file.content_type)
    row = {
        "item_id": item_id,
        "position": position,
        "kind": file.kind,
        "file_name": received.checked.display_name if received else names.displayed(file.name, _ending(file.name)),
        "content_type": file.content_type[:200],
        "size": file.size,
        "sha256": received.sha256 if received else None,
        "state": "refused" if received is None else "waiting" if is_drawn else "ready",
        "reason": str(file.refusal) if file.refusal else "",
        "place_removed": received is not None and received.place_removed,
        "html": file.page,
    }
    part_id: int = session.execute(insert(PART).returning(PART.c.id), row).scalar_one()
    return [parts.queue(session, part_id)] if is_drawn else []


def _ending(name: str) -> str:
    return names.ending_of(name)[:10] or "file"
