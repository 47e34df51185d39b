"""Keeps a few workers alive and kills one of them every 20 to 250 ms, in the middle of a step wherever it can.

A process of its own (`python -m tests.soak.herd SETTINGS.json`) without a thread or connection, so that it may fork.
"""

import gc
import json
import logging
import mmap
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from engine import configuration, jobs, outbox
from engine.documents import jobs as document_jobs
from engine.documents import limited
from tests.soak import faults, here
from tests.soak.client import Client

GAP_PATIENCE = 0.5  # seconds that the killer waits for somebody in a seeded fault's gap; some faults have none
LEASE = timedelta(seconds=1)  # of a dead node's work: a minute would be waited for after each kill


class Herd:
    """The workers, by their place."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.flags = mmap.mmap(-1, len(settings["users"]))
        self.pids = [self._fork(place) for place in range(len(settings["users"]))]
        self.random = random.Random(settings["seed"])
        self.kills = self.in_step = 0

    def kill_at_random(self, kills: int) -> None:
        """Kill so many workers in the middle of a step, each replaced at once."""
        while self.in_step < kills:
            time.sleep(self.random.uniform(0.02, 0.25))
            place = self._victim()
            self.in_step += bool(self.flags[place])
            self.kills += 1
            self._kill(place)
            self.pids[place] = self._fork(place)

    def finish(self) -> None:
        """Let the workers do what is left."""
        Path(self.settings["folder"], "finish").touch()
        for pid in self.pids:
            os.waitpid(pid, 0)

    def _victim(self) -> int:
        """Wait until a worker is somewhere in a step, and return its place; one in a fault's gap comes first."""
        place = self.random.randrange(len(self.pids))
        _wait_until(lambda: bool(self.flags[place]), 3.0)
        time.sleep(self.random.uniform(0.0, 0.02))
        if self.settings["fault"]:
            _wait_until(lambda: bool(self._in_a_gap()), GAP_PATIENCE)
        return (self._in_a_gap() or [place])[0]

    def _in_a_gap(self) -> list[int]:
        return [place for place in range(len(self.pids)) if self.flags[place] == faults.IN_A_GAP]

    def _kill(self, place: int) -> None:
        os.kill(self.pids[place], signal.SIGKILL)
        os.waitpid(self.pids[place], 0)
        self.flags[place] = 0

    def _fork(self, place: int) -> int:
        pid = os.fork()
        if pid == 0:
            Client(place, self.settings, self.flags).live()
            os._exit(0)
        return pid


def _wait_until(is_so: Callable[[], bool], most: float) -> None:
    give_up_at = time.monotonic() + most
    while not is_so() and time.monotonic() < give_up_at:
        time.sleep(0.0005)


def main(settings: dict[str, Any]) -> None:
    """Run until so many were killed and all is done."""
    files = Path(settings["files"])
    configuration.configure(files=files, keyring_path=files.parent / "keyring.json")
    document_jobs.warm_up()
    logging.disable(logging.NOTSET)
    limited.run = here.answers(document_jobs.JOBS)
    jobs.LEASE = outbox.LEASE = LEASE
    faults.seed(settings["fault"])
    gc.freeze()
    begun = time.monotonic()
    herd = Herd(settings)
    herd.kill_at_random(settings["kills"])
    killing = time.monotonic() - begun
    herd.finish()
    print(json.dumps({"kills": herd.kills, "in_step": herd.in_step, "seconds": round(killing, 1)}))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
