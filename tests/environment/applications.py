"""Gives tests an application: one a worker for each kind of database, moved from one test's database to the next.

Making one, its templates and its SQL takes longer than most tests do with it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import Dialect

from engine import configuration
from webapp import create_app, passwords, settings, token_guesses
from webapp.database import db

FOLDER = "CASEWRIGHT_TEST_TEMPLATES"
SLOW_HASHER = passwords._hasher  # the product's own
_shared: dict[str, Flask] = {}


def pytest_configure(config: pytest.Config) -> None:
    """Name the folder in which all workers find the pages' templates that one of them has compiled."""
    if not hasattr(config, "workerinput") and FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="casewright-templates-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(FOLDER)))


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_hashed_quickly() -> Iterator[None]:
    """Spare tests the time that hashing takes on purpose."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


def shared(database_url: str, folder: Path) -> Flask:
    """Return the worker's application on this database; the test that had it before has done with it."""
    kind = make_url(database_url).get_backend_name()
    if kind not in _shared:
        _shared[kind] = own(database_url, folder)
        _follow_url(engine_of(_shared[kind]))
    app = _shared[kind]
    _move(app, database_url, folder)
    return app


def own(database_url: str, folder: Path) -> Flask:
    """Return an application that no other test sees, for what changes it, such as by a page more."""
    app = create_app(_told(database_url, folder))
    app.config["TESTING"] = False  # errors become pages, as for people
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(os.environ[FOLDER])
    return app


def engine_of(app: Flask) -> Engine:
    """Return the engine of an application's database."""
    with app.app_context():
        return db.engine


def _told(database_url: str, folder: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "CASEWRIGHT_SECRET_KEY": "a key for tests alone",
        "CASEWRIGHT_FILES": str(folder / "files"),
        "CASEWRIGHT_KEYRING": str(folder / "keyring.json"),
    }


def _move(app: Flask, database_url: str, folder: Path) -> None:
    """Have the application work on another database and folder, and know nothing of the last ones."""
    chosen = settings.read(_told(database_url, folder))
    app.extensions["casewright"] = chosen
    configuration.configure(files=chosen.files, keyring_path=chosen.keyring, anchors=chosen.anchors)
    engine = engine_of(app)
    engine.dispose()
    engine.url = make_url(database_url)
    token_guesses.forget()


def _follow_url(engine: Engine) -> None:
    """Have the engine connect to whatever its URL says by then."""

    def connect(dialect: Dialect, record: object, arguments: list[Any], named: dict[str, Any]) -> Any:
        place, options = dialect.create_connect_args(engine.url)
        return dialect.connect(*place, **{**options, **{key: named[key] for key in named if key not in options}})

    event.listen(engine, "do_connect", connect)
