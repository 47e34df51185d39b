"""Other nodes on the same database: processes of their own that do what they are told, at the instant they are told.

Started as `python -m tests.integration.engine.nodes`; one JSON object a line in, one out.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session, sessionmaker

from engine import configuration, instants, jobs, tasks, timers
from engine.definitions import deploying
from engine.errors import EngineError
from engine.permissions import SHIPPED, Actor
from engine.runtime import cache, directory
from models.database import connect

if TYPE_CHECKING:
    from tests.factories import Factories

ROOT = Path(__file__).parents[3]
SOON = 0.01  # seconds: both have read what they are to do by then


class Node:
    """A process that has a database open."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.engine.nodes"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def open(self, factories: "Factories") -> None:
        """Work on the database of these factories from now on."""
        url = factories.engine.url.render_as_string(hide_password=False)
        self.tell("open", url=url, files=str(configuration.current().files))
        assert self.answer() == "ready"

    def tell(self, verb: str, *, at: float = 0.0, **arguments: Any) -> None:
        """Have `verb` done at the instant `at`."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"verb": verb, "at": at, **arguments}, default=list) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """Wait for what came of it."""
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def stop(self) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait(timeout=20)


def race(nodes: tuple[Node, Node], verb: str, *each: dict[str, Any]) -> list[Any]:
    """Have both nodes do `verb` at the same instant and return what came of each."""
    at = time.time() + SOON
    for node, arguments in zip(nodes, each, strict=True):
        node.tell(verb, at=at, **arguments)
    return [node.answer() for node in nodes]


def as_data(actor: Actor) -> dict[str, Any]:
    """Return an actor for another process."""
    return {each.name: getattr(actor, each.name) for each in fields(actor) if each.name != "grants"}


# The other side.

Sessions = sessionmaker[Session]


def complete(sessions: Sessions, *, task_id: int, by: dict[str, Any], answers: dict[str, Any], key: str) -> list[Any]:
    """Complete a task; tell whether it was done, done before, or refused and how."""
    try:
        with sessions() as session, session.begin():
            done = tasks.complete(session, task_id, answers=answers, by=_actor(by), completion_key=key)
    except EngineError as error:
        return [type(error).__name__, error.message]
    return ["repeat" if done.is_repeat else "done", ""]


def sweep(sessions: Sessions, *, days_later: int) -> int:
    """Fire what is due so many days from now."""
    instants.set_offset(timedelta(days=days_later))
    return timers.sweep(sessions)


def run_job(sessions: Sessions, *, key: str, lease_seconds: int) -> bool:
    """Run a job. With a lease of no seconds every node takes the others for dead."""
    jobs.LEASE = timedelta(seconds=lease_seconds)
    return jobs.run(sessions, key)


VERBS: dict[str, Callable[..., Any]] = {"complete": complete, "sweep": sweep, "run_job": run_job}


def main() -> None:
    """Do what comes in until the pipe closes."""
    sessions = None
    for line in sys.stdin:
        order = json.loads(line)
        verb, at = order.pop("verb"), order.pop("at")
        if verb == "open":
            sessions = _opened(sessions, **order)
            _say("ready")
        else:
            time.sleep(max(0.0, at - time.time()))
            _say(VERBS[verb](sessions, **order))


def _opened(before: Sessions | None, *, url: str, files: str) -> Sessions:
    """Open a database as a node that has just started does: knowing nothing of any other."""
    if before is not None:
        before.kw["bind"].dispose()
    deploying.forget()
    directory.forget()
    cache.instances.clear()
    instants.set_offset(timedelta())
    configuration.configure(files=Path(files), keyring_path=Path(files).parent / "keyring.json")
    return sessionmaker(connect(url), expire_on_commit=False, autoflush=False)


def _actor(kept: dict[str, Any]) -> Actor:
    sets = {name: frozenset(kept[name]) for name in ("roles", "team_ids", "managed_team_ids")}
    return Actor(**{**kept, **sets, "team_names": tuple(kept["team_names"]), "grants": SHIPPED.of(sets["roles"])})


def _say(what: Any) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
