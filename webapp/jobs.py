"""Work that follows the commit of a request at once, before its answer leaves."""

from collections.abc import Callable, Iterable

from flask import current_app, g

from engine import jobs
from webapp import database


def after_commit(job_keys: Iterable[str]) -> None:
    """Run these jobs right after the commit of this request, so that the officer sees the letter on the next page."""
    g.setdefault("job_keys", []).extend(job_keys)


def do_after_commit(work: Callable[[], None]) -> None:
    """Do this right after the commit of this request, which it relies on."""
    g.setdefault("work_after_commit", []).append(work)


def run_after_commit(job_keys: Iterable[str]) -> None:
    """Run the jobs that a committed step left. What cannot be run stays for the ticker; the answer leaves anyway."""
    keys = tuple(job_keys)
    if not keys:
        return
    try:
        jobs.run_all(database.sessions(), keys)
    except Exception:
        current_app.logger.exception("the jobs %s could not be run after their commit", ", ".join(keys))
