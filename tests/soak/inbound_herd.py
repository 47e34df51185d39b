"""Nodes that take in e-mails and scans, each as eagerly as it can, and are killed (see `tests.soak.racing`).

Started as `python -m tests.soak.inbound_herd SETTINGS.json`. With the fault `unclaimed` a node does not look whether
another has taken the same in.
"""

import json
import logging
import sys
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import sessionmaker

from engine import configuration
from engine.documents import view_child, viewing
from engine.inbound import arriving
from engine.inbound.polling import Inbound
from models.database import connect
from tests.soak import here
from tests.soak.racing import race

QUIET_ROUNDS = 3  # after which nothing is left to be taken in


def live(settings: dict[str, Any], *, until_quiet: bool) -> None:
    """Take in what lies there, again and again."""
    sessions = sessionmaker(connect(settings["url"]), expire_on_commit=False, autoflush=False)
    reader = Inbound(sessions, imap_url=settings["imap_url"], folder=Path(settings["folder"]), still=0.0)
    quiet = 0
    while quiet < QUIET_ROUNDS or not until_quiet:
        try:
            came = reader.look(is_forced=True)
        except OperationalError:  # another node held the database for longer than one waits
            continue
        is_quiet = not any(one.taken + one.repeats + one.not_read or one.error for one in came)
        quiet = quiet + 1 if is_quiet else 0


def main(settings: dict[str, Any]) -> None:
    """Kill so many, then let one take in what is left."""
    files = Path(settings["files"])
    configuration.configure(files=files, keyring_path=files.parent / "keyring.json")
    viewing.run = here.answers(view_child.load_jobs())
    logging.disable(logging.NOTSET)
    arriving.MOST_ATTEMPTS = 10_000  # here the same message may be killed over very often
    if settings["fault"] == "unclaimed":
        arriving.end = lambda *_: None  # type: ignore[assignment]
    left = race(
        lambda until_quiet: live(settings, until_quiet=until_quiet), kills=settings["kills"], seed=settings["seed"]
    )
    print(json.dumps({"left": left}))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
