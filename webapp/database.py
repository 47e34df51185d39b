"""The request's transaction: read-only for GET and HEAD, one read-write transaction otherwise, ended at the edge."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from flask import Flask, g, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from models.base import Base
from models.database import configure, engine_options

READING = frozenset({"GET", "HEAD", "OPTIONS"})

db = SQLAlchemy(metadata=Base.metadata)


def init_app(app: Flask, url: str) -> None:
    """Give the application its engine, with the settings that `models.database` measured."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    db.init_app(app)
    with app.app_context():
        configure(db.engine)
    app.teardown_appcontext(_close)


def session() -> Session:
    """Return the session of this request. Views never commit: the edge does."""
    if "database_session" not in g:
        g.database_session = open_session(db.engine, read_only=request.method in READING)
    found: Session = g.database_session
    return found


def open_session(engine: Engine, *, read_only: bool = False) -> Session:
    """Return a new session; nothing is sent to the database before it is used."""
    return Session(_reading(engine) if read_only else engine, expire_on_commit=False, autoflush=False)


def sessions() -> sessionmaker[Session]:
    """Return what the engine's jobs and timers open their own transactions with."""
    return sessionmaker(db.engine, expire_on_commit=False, autoflush=False)


@lru_cache(maxsize=8)
def _reading(engine: Engine) -> Engine:
    """Return the same engine, whose transactions only read."""
    return engine.execution_options(read_only=True)


@contextmanager
def transaction(*, read_only: bool = False) -> Iterator[Session]:
    """Open a transaction of its own, beside the request's; returning commits, raising rolls back."""
    with open_session(db.engine, read_only=read_only) as own, own.begin():
        yield own


def commit() -> None:
    """Commit what the request wrote, if it used the database at all, and give the connection back."""
    if "database_session" in g:
        g.database_session.commit()
        g.database_session.close()


def roll_back() -> None:
    """Undo what the request wrote and give the connection back; the next use opens a new transaction."""
    if "database_session" in g:
        g.pop("database_session").close()


def _close(error: BaseException | None) -> None:
    roll_back()
