"""Work that follows a commit at once, and the ticker that does what is due."""

from collections.abc import Iterable

from flask import current_app, g


def after_commit(job_keys: Iterable[str]) -> None:
    """Run these jobs right after the commit of this request, before its answer leaves: the officer sees the letter."""
    g.setdefault("job_keys", []).extend(job_keys)


def run_after_commit(job_keys: Iterable[str]) -> None:
    """Run jobs that a committed step left. One that fails stays for the ticker; the answer leaves all the same."""
    for key in job_keys:
        try:
            _run(key)
        except Exception:
            current_app.logger.exception("job %s failed after its commit", key)


def _run(key: str) -> None:
    from engine import jobs

    jobs.run(_sessions(), key)


def _sessions():  # type: ignore[no-untyped-def]
    from sqlalchemy.orm import sessionmaker

    from webapp.database import db

    return sessionmaker(db.engine, expire_on_commit=False, autoflush=False)
