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

MEMORY = 512 * 1024 * 1024  # bytes of address space
PROCESSOR_SECONDS = 10  # for one job

Job = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]

# What Python reports before it opens a file, a socket or a process. Refused from the first job on.
REFUSED_EVENTS = frozenset({"open", "import", "gc.get_objects", "gc.get_referrers", "pickle.find_class"})
REFUSED_FAMILIES = (
    "os.", "socket.", "subprocess.", "shutil.", "ctypes.", "pty.", "urllib.", "http.", "ftplib.", "smtplib.",
    "webbrowser.", "tempfile.", "glob.", "fcntl.", "mmap.", "signal.", "sqlite3.",
)  # fmt: skip


def main() -> None:
    """Load everything, give up every right, then answer one job after another until the pipe closes."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is not an answer
    jobs = load_jobs()
    give_up_rights()
    frames.write(answers, frames.packed({"ready": True}))
    requests = sys.stdin.buffer
    while True:
        try:
            request, body = frames.read(requests)
        except frames.Broken:
            return
        allow_processor_time()
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


def give_up_rights() -> None:
    """Take the limits of the operating system, where it has them, and refuse the rest in Python."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock and the audit hook remain
        pass
    else:
        limit = resource.setrlimit
        limit(resource.RLIMIT_CORE, (0, 0))
        limit(resource.RLIMIT_FSIZE, (0, 0))
        limit(resource.RLIMIT_NPROC, (0, 0))
        _limit_memory(resource)
        open_now = max(int(name) for name in os.listdir("/dev/fd")) if os.path.isdir("/dev/fd") else 3
        limit(resource.RLIMIT_NOFILE, (open_now, open_now))
    sys.addaudithook(refuse)


def _limit_memory(resource: Any) -> None:
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
        try:
            resource.setrlimit(kind, (MEMORY, MEMORY))
        except (ValueError, OSError):  # macOS knows the name and not the limit
            continue


def refuse(event: str, details: tuple[Any, ...]) -> None:
    """Stop what a letter never needs, should a template find its way out of the sandbox."""
    if event in REFUSED_EVENTS or event.startswith(REFUSED_FAMILIES):
        raise PermissionError(f"{event} is refused here")


def allow_processor_time() -> None:
    """Give the next job its seconds on top of what was used so far; the kernel ends the process after them."""
    try:
        import resource
    except ImportError:
        return
    seconds = int(time.process_time()) + PROCESSOR_SECONDS + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
