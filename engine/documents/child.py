"""The limited child process: opens strangers' files, with little memory and time, no files, no network, no children.

Started by `limited` as `python -m engine.documents.child`; speaks `frames` on its first two pipes and ends with them.
"""

import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from engine.documents import frames
from engine.documents.refusals import LetterRefused

try:
    import resource
except ImportError:  # Windows: the parent's clock and the audit hook remain
    resource = None  # type: ignore[assignment]

MEMORY = 512 * 1024 * 1024  # bytes of address space
PROCESSOR_SECONDS = 10  # for one job

Job = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]

# What Python reports before it opens a file, a socket or a process. Refused from the first job on.
REFUSED_EVENTS = frozenset({"open", "import", "gc.get_objects", "gc.get_referrers", "pickle.find_class"})
REFUSED_FAMILIES = (
    "os.", "socket.", "subprocess.", "shutil.", "ctypes.", "pty.", "urllib.", "http.", "ftplib.", "smtplib.",
    "webbrowser.", "tempfile.", "glob.", "fcntl.", "mmap.", "signal.", "sqlite3.",
)  # fmt: skip


def main(load: Callable[[], Mapping[str, Job]], *, allowed: tuple[str, ...] = (), memory: int = MEMORY) -> None:
    """Load everything, give up every right, then answer one job after another until the pipe closes.

    `allowed` are families of REFUSED_FAMILIES that these jobs cannot do without; `memory` is in bytes.
    """
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is not an answer
    jobs = load()
    give_up_rights(allowed, memory)
    frames.write(answers, frames.packed({"ready": True}))
    requests = sys.stdin.buffer
    while True:
        try:
            request, body = frames.read(requests)
        except frames.Broken:
            return
        allow_processor_time(float(request.get("seconds", PROCESSOR_SECONDS)))
        frames.write(answers, *answer(jobs, request, body))


def load_jobs() -> Mapping[str, Job]:
    """Import what the jobs need, while files can still be opened, and do one of each kind."""
    from engine.documents import jobs

    jobs.warm_up()
    return jobs.JOBS


def answer(jobs: Mapping[str, Job], request: dict[str, Any], body: bytes) -> tuple[bytes, bytes]:
    """Do one job and return the frame that says how it went; nothing that it raises ends the process."""
    try:
        header, content = jobs[request["job"]](request, body)
        return frames.packed({"done": header}), content
    except LetterRefused as refusal:
        return frames.packed({"refused": refusal.as_data()}), b""
    except MemoryError:
        return frames.packed({"breach": "memory"}), b""
    except RecursionError:
        return frames.packed({"breach": "depth"}), b""
    except Exception as fault:  # whatever a hostile file brings about in a library becomes a sentence in the parent
        return frames.packed({"failed": f"{type(fault).__name__}: {fault}"[:300]}), b""


def give_up_rights(allowed: tuple[str, ...] = (), memory: int = MEMORY) -> None:
    """Take the limits of the operating system, where it has them, and refuse the rest in Python."""
    resource_limits(memory)
    sys.addaudithook(refusing(tuple(family for family in REFUSED_FAMILIES if family not in allowed)))


def resource_limits(memory: int = MEMORY) -> None:
    """Allow so much memory, no new file or socket (none is left to give out), no file written, no process started."""
    if resource is None:
        return
    limits = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_NPROC, 0)]
    limits += [(resource.RLIMIT_AS, memory), (resource.RLIMIT_DATA, memory)]
    limits += [(resource.RLIMIT_NOFILE, _open_files())]
    for kind, amount in limits:
        try:
            resource.setrlimit(kind, (amount, amount))
        except (ValueError, OSError):  # macOS knows the name of a limit on memory, and has none
            if sys.platform == "linux":
                raise


def _open_files() -> int:
    """Return how many files may be open so that none can be opened: one more than the highest in use."""
    if os.path.isdir("/dev/fd"):
        return max(int(name) for name in os.listdir("/dev/fd"))  # listing took one more than are in use
    return 4


def refusing(families: tuple[str, ...]) -> Callable[[str, tuple[Any, ...]], None]:
    """Return what stops all that a letter never needs, should a template find its way out of the sandbox."""

    def refuse(event: str, details: tuple[Any, ...]) -> None:
        if event in REFUSED_EVENTS or event.startswith(families):
            raise PermissionError(f"{event} is refused here")

    return refuse


def allow_processor_time(wanted: float = PROCESSOR_SECONDS) -> None:
    """Give the next job its seconds on top of what was used so far; the kernel ends the process after them."""
    if resource is None:
        return
    seconds = int(time.process_time() + wanted) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main(load_jobs)
