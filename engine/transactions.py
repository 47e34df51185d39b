"""Opens transactions for work that no request asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session, sessionmaker

Sessions = sessionmaker[Session]


@contextmanager
def reading(sessions: Sessions) -> Iterator[Session]:
    """Open a read-only transaction: on SQLite it takes no write lock, so an idle sweep keeps nobody waiting."""
    bind = sessions.kw["bind"].execution_options(read_only=True)
    with sessions(bind=bind) as session, session.begin():
        yield session


@contextmanager
def writing(sessions: Sessions) -> Iterator[Session]:
    """Open a read-write transaction; returning commits, raising rolls back."""
    with sessions() as session, session.begin():
        yield session
