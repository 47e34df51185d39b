"""The parent's side of the limited child processes: a few, started when first needed, replaced when one goes wrong.

Safe to use from several threads. Children are started with `subprocess`, never forked from a threaded server, and
belong to the process that started them: a web worker that was forked off starts its own.
"""

import atexit
import os
import signal
import subprocess
import sys
import threading
from typing import Any, Literal

from engine.documents import frames
from engine.errors import Unavailable

SECONDS = 10.0  # for one job, on the wall clock
SECONDS_TO_START = 60.0
SECONDS_TO_WAIT = 60.0  # for a child to be free
MOST_JOBS = 500  # after which a child makes way for a fresh one
MOST_CHILDREN = max(1, min(4, os.cpu_count() or 1))

OUT_OF_PROCESSOR_TIME = -getattr(signal, "SIGXCPU", 24)  # a return code; Windows has no such signal

What = Literal["time", "memory", "depth", "crash"]


class Breach(Exception):
    """A job went over its limits and its child was stopped."""

    def __init__(self, what: What) -> None:
        super().__init__(what)
        self.what = what


class Failed(Exception):
    """A job failed in a library; the message is that library's."""


class Died(Exception):
    """The child went away in the middle of a job."""


class Child:
    """One limited process."""

    def __init__(self, module: str) -> None:
        """Start `module` and wait until it is ready. Raises Unavailable."""
        self.jobs = 0
        self.late = False
        self.process = subprocess.Popen(
            [sys.executable, "-s", "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_bare_environment(),
            cwd=os.sep,
            start_new_session=True,  # Ctrl+C at the server is not for the children; they end with their pipe
        )
        try:
            self._exchange(None, b"", SECONDS_TO_START)
        except (Breach, Died) as fault:
            raise Unavailable(
                "The process that reads and merges documents did not start.",
                remedy="The server's log says why; ask whoever runs it.",
            ) from fault

    def ask(self, header: bytes, body: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        """Have one job done. Raises Breach (it took too long) or Died."""
        self.jobs += 1
        return self._exchange(header, body, seconds)

    def _exchange(self, header: bytes | None, body: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        alarm = threading.Timer(seconds, self._too_late)
        alarm.daemon = True
        alarm.start()
        try:
            if header is not None:
                frames.write(self.process.stdin, header, body)  # type: ignore[arg-type]
            return frames.read(self.process.stdout)  # type: ignore[arg-type]
        except (frames.Broken, OSError, ValueError) as fault:
            self.stop()
            if self.late or self.process.returncode == OUT_OF_PROCESSOR_TIME:
                raise Breach("time") from fault
            raise Died from fault
        finally:
            alarm.cancel()

    def _too_late(self) -> None:
        self.late = True
        self.process.kill()

    def stop(self) -> None:
        """End the process and free its pipes."""
        self.process.kill()
        self.process.wait()
        self.let_go()

    def let_go(self) -> None:
        """Close our ends of the pipes without touching the process."""
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                pipe.close()  # type: ignore[union-attr]
            except OSError:  # what was still to be written has nobody to read it
                continue


class Pool:
    """The children of this process that run one module."""

    def __init__(self, module: str = "engine.documents.child", most: int = MOST_CHILDREN) -> None:
        """Allow `most` children at a time; none is started yet."""
        self.module = module
        self.most = most
        self.places = threading.BoundedSemaphore(most)
        self.idle: list[Child] = []  # a list's append and pop are atomic

    def run(self, request: dict[str, Any], body: bytes, *, seconds: float = SECONDS) -> tuple[dict[str, Any], bytes]:
        """Do `request` in a child and return its answer. Raises Breach, Failed, Unavailable, or what `packed` raises.

        A child that dies without having gone over its limits is replaced and asked once more: jobs have no effects.
        """
        header = frames.packed(request)
        if not self.places.acquire(timeout=SECONDS_TO_WAIT):
            raise Unavailable("Too many documents are being worked on.", remedy="Try again in a minute.")
        try:
            try:
                return self._run_once(header, body, seconds)
            except Died:
                return self._run_once(header, body, seconds)
        except Died as fault:
            raise Breach("crash") from fault
        finally:
            self.places.release()

    def _run_once(self, header: bytes, body: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        child = self.idle.pop() if self.idle else Child(self.module)
        healthy = False
        try:
            answer, content = child.ask(header, body, seconds)
            healthy = "breach" not in answer and child.jobs < MOST_JOBS
            return _checked(answer), content
        finally:
            if healthy:
                self.idle.append(child)
            else:
                child.stop()

    def close(self) -> None:
        """End the children that are idle."""
        while self.idle:
            self.idle.pop().stop()

    def forget(self) -> None:
        """Leave the children to the process that started them; called after a fork, in the new process."""
        _others.extend(self.idle)
        for child in self.idle:
            child.let_go()
            child.process.returncode = 0  # not ours to wait for
        self.__init__(self.module, self.most)  # type: ignore[misc]

    def tend(self) -> "Pool":
        """End the children with this process, and leave them behind when it forks."""
        atexit.register(self.close)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.forget)
        return self


_others: list[Child] = []
_pool = Pool().tend()
run = _pool.run


def _checked(answer: dict[str, Any]) -> dict[str, Any]:
    if "breach" in answer:
        raise Breach(answer["breach"])
    if "failed" in answer:
        raise Failed(answer["failed"])
    return answer


def _bare_environment() -> dict[str, str]:
    """Return what Python needs to start and nothing else: no keys, no database."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    paths = [path or os.getcwd() for path in sys.path]
    return kept | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "1"}
