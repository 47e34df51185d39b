"""Nodes that write and send messages, each as eagerly as it can, and are killed (see `tests.soak.racing`).

Started as `python -m tests.soak.sending_herd SETTINGS.json`.
"""

import json
import logging
import os
import random
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import notifications_python_client.notifications  # noqa: F401  (it takes longer to import than a node lives)
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import sessionmaker

from engine import configuration, jobs, outbox
from engine.communications import dispatching
from engine.communications.hours import ALL_DAY, WEEKDAYS, WEEKENDS, Hours
from engine.communications.providers import calling, http, notify
from engine.communications.providers.http import Http
from engine.communications.providers.notify import Notify
from engine.communications.providers.smtp import Smtp
from engine.documents import jobs as document_jobs
from engine.documents import limited
from engine.transactions import Sessions
from models.database import connect
from models.work import Job, OutboxMessage
from tests.environment.gateways import NOTIFY_KEY, TOKEN
from tests.soak import faults, here
from tests.soak.racing import race

LEASE = timedelta(seconds=1)  # of a dead node's message: a minute would be waited for after each kill
SENDER = "soak@landlord.example"
MOMENT = 0.05  # seconds
PATIENCE = 90.0  # seconds in which the last one ends what is left


def live(settings: dict[str, Any], *, until_quiet: bool) -> None:
    """Write and send what waits, again and again, on one channel after the other as it comes."""
    sessions = sessionmaker(connect(settings["url"]), expire_on_commit=False, autoflush=False)
    ways = {
        "email": Smtp(settings["smtp_url"], SENDER),
        "sms": Http(calling.gateway(settings["sms_url"], TOKEN, setting="SMS_URL")),
        "letter": Notify(notify.account(NOTIFY_KEY, url=settings["notify_url"]), "letter"),
    }
    give_up_at = time.monotonic() + PATIENCE
    while not until_quiet or (_left(sessions) and time.monotonic() < give_up_at):
        try:
            _write_for_a_moment(sessions)
            channel = random.choice(list(ways))
            dispatching.dispatch(sessions, {channel: ways[channel]})
        except OperationalError:  # another node held the database for longer than one waits
            continue


def _write_for_a_moment(sessions: Sessions) -> None:
    """Write some of the messages, and leave the time to send some before the next kill."""
    over_at = time.monotonic() + MOMENT
    jobs.run_waiting(sessions, but=jobs.LONG, is_over=lambda: time.monotonic() > over_at)


def _left(sessions: Sessions) -> int:
    with sessions() as session, session.begin():
        writing = session.scalar(select(func.count()).select_from(Job).where(Job.kind.not_in(jobs.LONG)))
        waiting = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.status == "waiting")
        return int(writing or 0) + int(session.scalar(waiting) or 0)


def ask_nobody() -> None:
    """Have a node not ask the provider what became of a dead one's attempt."""
    Notify.find = lambda *_: None  # type: ignore[assignment,method-assign]


def text_without_a_key() -> None:
    """Hand a text message in under another key each time."""
    http.key_of = lambda message: os.urandom(32).hex()


FAULTS: dict[str, Callable[[], None]] = {
    "": lambda: None,
    "ask_nobody": ask_nobody,
    "text_without_a_key": text_without_a_key,
    "mail_without_a_name": faults.mail_without_a_name,
}


def main(settings: dict[str, Any]) -> None:
    """Kill so many, then let one send what is left."""
    files = Path(settings["files"])
    configuration.configure(files=files, keyring_path=files.parent / "keyring.json")
    document_jobs.warm_up()
    logging.disable(logging.NOTSET)
    limited.run = here.answers(document_jobs.JOBS)
    jobs.LEASE = outbox.LEASE = LEASE
    dispatching.WAKING = Hours(WEEKDAYS | WEEKENDS, *ALL_DAY)  # the test is run at night too
    FAULTS[settings["fault"]]()
    kills, seed = settings["kills"], settings["seed"]
    left = race(lambda until_quiet: live(settings, until_quiet=until_quiet), kills=kills, seed=seed, most=0.5)
    print(json.dumps({"left": left}))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
