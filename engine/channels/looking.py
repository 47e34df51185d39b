"""Finds out on demand whether a channel works: in a thread of its own, for a limited time; what came of it is kept."""

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.communications.providers.base import Unreachable
from engine.errors import EngineError
from engine.instants import unmoved_now
from engine.permissions import Actor, require
from engine.transactions import Sessions, writing
from models.work import Setting

SECONDS = 30.0
KEY = "channel:"  # of the settings in which it is kept
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a channel found: that it works, or the `fault`; `host` is the machine that looked."""

    at: datetime
    by: str
    host: str
    seconds: float
    fault: str = ""


def look(
    sessions: Sessions,
    channel: str,
    question: Callable[[], None],
    *,
    host: str,
    secrets: Collection[str] = (),
    seconds: float = SECONDS,
    by: Actor,
) -> Look:
    """Ask whether a channel works, and keep the answer, in which none of `secrets` is repeated.

    `question` returns where it works, and raises Unreachable or an EngineError where it does not.
    """
    require(by, "administer")
    begun = time.monotonic()
    fault = _without(secrets, _answer(question, seconds))[:LONGEST]
    found = Look(unmoved_now(), by.name, host, round(time.monotonic() - begun, 2), fault)
    with writing(sessions) as session:
        session.merge(Setting(key=f"{KEY}{channel}", value={**asdict(found), "at": found.at.isoformat()}))
    return found


def last(session: Session) -> dict[str, Look]:
    """Return what the last look at each channel found."""
    rows = session.execute(select(Setting.key, Setting.value).where(Setting.key.startswith(KEY, autoescape=True)))
    return {row.key.removeprefix(KEY): _read(row.value) for row in rows}


def _answer(question: Callable[[], None], seconds: float) -> str:
    """Return what is wrong; "" where nothing is. A question that does not end is left to its own limits."""
    said: list[str] = []

    def ask() -> None:
        try:
            question()
        except (Unreachable, EngineError, OSError) as error:
            said.append(str(error) or type(error).__name__)
        else:
            said.append("")

    thread = threading.Thread(target=ask, name="look at a channel", daemon=True)
    thread.start()
    thread.join(seconds)
    return said[0] if said else f"It did not answer within {seconds:g} seconds."


def _without(secrets: Collection[str], text: str) -> str:
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "…")
    return text


def _read(value: dict[str, object]) -> Look:
    return Look(
        datetime.fromisoformat(str(value["at"])),
        str(value["by"]),
        str(value["host"]),
        float(str(value["seconds"])),
        str(value["fault"]),
    )
