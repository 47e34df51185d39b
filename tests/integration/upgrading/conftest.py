"""Databases as they were made before there were revisions."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from models import revisions, upgrading

Old = Callable[[], str]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/old.sqlite3"
    return request.getfixturevalue("bare_postgresql_url")


@pytest.fixture
def old_url(empty_url: str) -> str:
    """The URL of a database of the first version: its tables, and no mark."""
    make_old(empty_url)
    return empty_url


def make_old(url: str) -> None:
    """Create what the first version created."""
    with upgrading.changing(url) as connection:
        upgrading.create_as_of(connection, revisions.FIRST)
        connection.execute(text("DROP TABLE alembic_version"))
