"""Nodes that take in e-mails and scans, each as eagerly as it can, one of which is killed every few milliseconds.

A process of its own (`python -m tests.soak.inbound_herd SETTINGS.json`) without a thread or connection, so that it may
fork. With the fault `unclaimed` a node does not look whether another has taken the same in.
"""

import gc
import json
import logging
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

import simplejson
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import sessionmaker

from engine import configuration
from engine.documents import child, frames, limited, view_child, viewing
from engine.inbound import arriving
from engine.inbound.polling import Inbound
from models.database import connect

NODES = 3
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


def read_here(jobs: Any) -> Any:
    """Return what reads messages in this process: a limited child takes longer to start than a node lives here."""

    def run(request: dict[str, Any], body: bytes, *, seconds: float = 0.0) -> tuple[dict[str, Any], bytes]:
        sent = simplejson.loads(frames.packed(request), use_decimal=True)
        header, content = child.answer(jobs, sent, body)
        return limited._checked(simplejson.loads(header, use_decimal=True)), content

    return run


def main(settings: dict[str, Any]) -> None:
    """Kill so many, then let one take in what is left."""
    files = Path(settings["files"])
    configuration.configure(files=files, keyring_path=files.parent / "keyring.json")
    viewing.run = read_here(view_child.load_jobs())
    logging.disable(logging.NOTSET)
    arriving.MOST_ATTEMPTS = 10_000  # here the same message may be killed over very often
    if settings["fault"] == "unclaimed":
        arriving.end = lambda *_: None  # type: ignore[assignment]
    gc.freeze()
    choose = random.Random(settings["seed"])
    pids = [_fork(settings) for _ in range(NODES)]
    for _ in range(settings["kills"]):
        time.sleep(choose.uniform(0.02, 0.25))
        place = choose.randrange(NODES)
        os.kill(pids[place], signal.SIGKILL)
        os.waitpid(pids[place], 0)
        pids[place] = _fork(settings)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    last = _fork(settings, until_quiet=True)
    print(json.dumps({"left": os.waitstatus_to_exitcode(os.waitpid(last, 0)[1])}))


def _fork(settings: dict[str, Any], *, until_quiet: bool = False) -> int:
    pid = os.fork()
    if pid == 0:
        live(settings, until_quiet=until_quiet)
        os._exit(0)
    return pid


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
