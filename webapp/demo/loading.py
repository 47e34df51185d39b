"""Fills an empty database with Brightwater Homes."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from engine import jobs
from engine.definitions import deploying
from engine.errors import Invalid, NotPossible
from engine.instants import now, today
from engine.permissions import PLATFORM
from engine.transactions import Sessions, reading, writing
from models.staff import User
from models.work import Setting
from webapp.demo import clock, homes, people, post, rights, telling

ROOT = Path(__file__).parents[2]
MOST_HOMES = 60_000
USUAL_HOMES = 2_000

Progress = Callable[[str, int, int], None]  # what is being made, how many are done, of how many


def load(sessions: Sessions, *, count: int = USUAL_HOMES, on_progress: Progress | None = None) -> None:
    """Load the sample landlord with `count` homes, its staff, its categories, and cases at every stage.

    Raises:
        NotPossible: the database is not empty.
    """
    if not 20 <= count <= MOST_HOMES:
        raise Invalid(f"The number of homes must be from 20 to {MOST_HOMES:,}, and is {count:,}.")
    tell = on_progress or (lambda what, done, total: None)
    _require_empty(sessions)
    with writing(sessions) as session:
        session.add(Setting(key=clock.DEMO, value={"homes": count, "loaded_at": now().isoformat()}))
        people.add_organisation(session)
        rights.add_role(session)
        people.add_staff(session)
    _add_homes(sessions, count, tell)
    _deploy(sessions, tell)
    total = telling.count()
    with _nothing_told_of_failures():
        for told in telling.tell(sessions):
            tell("Cases", told, total)
    rights.add(sessions)
    for came in post.bring(sessions):
        tell("Post", came, post.COUNT)


def is_empty(sessions: Sessions) -> bool:
    """Say whether nobody has been entered yet."""
    with reading(sessions) as session:
        return session.scalar(select(User.id).limit(1)) is None


@contextmanager
def _nothing_told_of_failures() -> Iterator[None]:
    """One letter fails on purpose, so that there is an incident to look at: a warning would look like a fault."""
    log = logging.getLogger(jobs.__name__)
    log.disabled = True
    try:
        yield
    finally:
        log.disabled = False


def _require_empty(sessions: Sessions) -> None:
    if not is_empty(sessions):
        raise NotPossible(
            "Sample data is only loaded into an empty database, and this one holds members of staff.",
            remedy="Set DATABASE_URL to another database, or move the old one away.",
        )


def _add_homes(sessions: Sessions, count: int, tell: Progress) -> None:
    with writing(sessions) as session:
        for done in homes.insert_homes(session.connection(), count, today=today()):
            tell("Homes", done, count)


def _deploy(sessions: Sessions, tell: Progress) -> None:
    folders = sorted(path.parent for path in (ROOT / "processes").glob("*/category.toml"))
    for done, folder in enumerate(folders, start=1):
        with writing(sessions) as session:
            deploying.deploy(session, deploying.files_of(folder), by=PLATFORM, note="As shipped")
        tell("Categories", done, len(folders))
