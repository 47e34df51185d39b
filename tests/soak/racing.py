"""Nodes of a kind that race for the same work, one of which is killed every few milliseconds.

A herd calls `race` in a process of its own, without a thread or connection, so that it may fork; a test starts that
process by `run_apart`.
"""

import gc
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NODES = 3
SECONDS = 400


def race(live: Callable[[bool], None], *, kills: int, seed: int, most: float = 0.25) -> int:
    """Kill so many, then let one end what is left; return its exit code. `live` gets whether it ends when it is quiet.

    A node is killed 20 ms to `most` seconds after the one before.
    """
    gc.freeze()
    choose = random.Random(seed)
    pids = [_fork(live, until_quiet=False) for _ in range(NODES)]
    for _ in range(kills):
        time.sleep(choose.uniform(0.02, most))
        place = choose.randrange(NODES)
        _kill(pids[place])
        pids[place] = _fork(live, until_quiet=False)
    for pid in pids:
        _kill(pid)
    last = _fork(live, until_quiet=True)
    return os.waitstatus_to_exitcode(os.waitpid(last, 0)[1])


def _fork(live: Callable[[bool], None], *, until_quiet: bool) -> int:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            live(until_quiet)
            code = 0
        finally:
            os._exit(code)
    return pid


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def run_apart(herd: str, settings: dict[str, Any], folder: Path) -> None:
    """Run `tests.soak.HERD` with these settings until its last node has ended what was left."""
    path = folder / "settings.json"
    path.write_text(json.dumps(settings))
    command = [sys.executable, "-m", f"tests.soak.{herd}", str(path)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert told.returncode == 0, told.stderr[-3000:]
    assert json.loads(told.stdout.splitlines()[-1]) == {"left": 0}, told.stderr[-3000:]
