"""What was saved comes back as it was, by PostgreSQL's own programs and without them, and anything less is told."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from engine import filing
from engine.history.anchoring import anchor
from engine.instants import now
from models.base import Base
from models.work import Job
from tests.factories import Factories
from tests.integration.cli.conftest import Command


@pytest.fixture
def office(command: Command, factories: Factories, monkeypatch: pytest.MonkeyPatch) -> Factories:
    """A landlord with a case, a document, an anchor and a job that waits; commands work on it."""
    told = factories.app.extensions["casewright"]
    monkeypatch.setenv("DATABASE_URL", factories.engine.url.render_as_string(hide_password=False))
    for name, place in (("FILES", told.files), ("KEYRING", told.keyring), ("ANCHORS", told.anchors)):
        monkeypatch.setenv(f"CASEWRIGHT_{name}", str(place))
    by = factories.actor(factories.user("officer", "administrator"))
    started = factories.complaint(by=by)
    with factories.transaction() as session:
        filing.add_document(session, started.id, "a.txt", b"words that matter", by=by)
        common = {"kind": "deliver_kept", "token_id": "", "element_id": "", "payload": {}, "status": "waiting"}
        session.add(Job(key=f"{started.id}:news", case_id=started.id, run_at=now(), **common))
    with factories.transaction() as session:
        anchor(session)
    return factories


@pytest.fixture
def elsewhere(
    request: pytest.FixtureRequest, office: Factories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], str]:
    """Let the commands work in an empty place from now on, and return the address of its database."""
    is_sqlite = office.engine.dialect.name == "sqlite"
    url = f"sqlite:///{tmp_path}/new/db" if is_sqlite else request.getfixturevalue("bare_postgresql_url")

    def move() -> str:
        monkeypatch.setenv("DATABASE_URL", url)
        for name in ("FILES", "KEYRING", "ANCHORS"):
            monkeypatch.setenv(f"CASEWRIGHT_{name}", str(tmp_path / "new" / name.lower()))
        return url

    return move


def rows(url: str) -> dict[str, list[Any]]:
    """Return every row of every table of ours, but for those that a verification writes."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            name: sorted(map(repr, connection.execute(text(f"SELECT * FROM {name}"))))
            for name in Base.metadata.tables
            if name != "setting"
        }
    engine.dispose()
    return found


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_without_the_programs_of_postgresql_it_is_copied_all_the_same(
    office: Factories,
    elsewhere: Callable[[], str],
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    which = shutil.which
    monkeypatch.setattr("shutil.which", lambda name, *more: None if name.startswith("pg_") else which(name, *more))

    test_every_row_document_key_and_anchor_comes_back(office, elsewhere, command, tmp_path)


def test_every_row_document_key_and_anchor_comes_back(
    office: Factories, elsewhere: Callable[[], str], command: Command, tmp_path: Path
) -> None:
    before = rows(office.engine.url.render_as_string(hide_password=False))
    saved = command("backup", "all.zip", "--json")
    assert saved.code == 0, saved.err
    url = elsewhere()

    restored = command("restore", "all.zip", "--json")

    assert restored.code == 0, restored.err
    assert (restored.facts["documents"], restored.facts["findings"]) == (saved.facts["documents"], [])
    assert restored.facts["events"] > 0
    assert rows(url) == before
    assert list((tmp_path / "new" / "anchors").iterdir())
    if office.engine.dialect.name == "postgresql":
        engine = create_engine(url)
        with engine.begin() as connection:
            assert connection.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")) == 2
            newest = connection.scalar(text("SELECT max(id) FROM user_account"))
            insert = "INSERT INTO team (key, name) VALUES ('new', 'New') RETURNING id"
            assert connection.scalar(text(insert)) and newest, "numbers go on after those that came back"
            with pytest.raises(Exception, match="append-only"), connection.begin_nested():
                connection.execute(text("DELETE FROM case_event"))
        engine.dispose()


def test_a_place_that_is_not_empty_is_refused_unless_told(office: Factories, command: Command, tmp_path: Path) -> None:
    before = rows(office.engine.url.render_as_string(hide_password=False))
    command("backup", "all.zip")

    refused = command("restore", "all.zip")
    with office.transaction() as session:
        session.execute(text("UPDATE cases SET title = 'Another case'"))
    office.engine.dispose()
    replaced = command("restore", "all.zip", "--replace", "--json")

    assert refused.code == 1 and "--replace" in refused.err
    assert replaced.code == 0, replaced.err
    assert rows(office.engine.url.render_as_string(hide_password=False)) == before
    assert list(tmp_path.glob("*.replaced-*")), "what was there is kept beside"


def test_a_document_that_is_not_what_it_was_is_told(
    office: Factories, elsewhere: Callable[[], str], command: Command
) -> None:
    command("backup", "all.zip")
    with zipfile.ZipFile("all.zip") as good, zipfile.ZipFile("bad.zip", "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            bad.writestr(name, b"other words" if content == b"words that matter" else content)
    elsewhere()

    restored = command("restore", "bad.zip", "--json")

    assert restored.code == 1
    assert "is not what it was" in restored.facts["findings"][0]
