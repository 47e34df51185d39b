"""A database of another version is refused in one sentence, upgraded when told, and by itself where it is embedded."""

import errno
import sqlite3
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from engine.history.seal import open_keyring
from models import revisions, upgrading
from tests.factories import Factories
from tests.integration.cli.conftest import Command
from tests.integration.upgrading.conftest import make_old
from webapp.cli import copying, serving
from webapp.cli import upgrading as upgrading_command


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A SQLite database of the first version, to which DATABASE_URL leads."""
    place = tmp_path / "old.sqlite3"
    make_old(f"sqlite:///{place}")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{place}")
    return place


@pytest.mark.parametrize("words", [("verify",), ("worker",), ("web",), ("demo", "load")])
def test_commands_refuse_an_older_database_with_the_remedy(command: Command, old: Path, words: tuple[str, ...]) -> None:
    refused = command(*words)

    assert refused.code == 1
    assert "made by an earlier version" in refused.err and refused.err.endswith("then: casewright upgrade.\n")
    assert len(refused.err.splitlines()) == 1


@pytest.mark.parametrize("words", [("verify",), ("upgrade",), ("run",)])
def test_commands_refuse_a_newer_database(command: Command, old: Path, words: tuple[str, ...]) -> None:
    _mark(old, "29990101_000000")

    refused = command(*words)

    assert refused.code == 1 and "made by a newer version" in refused.err


def test_an_upgrade_says_what_it_will_do_and_keeps_a_copy(command: Command, old: Path) -> None:
    before = old.read_bytes()

    told = command("upgrade", "--dry-run")
    assert old.read_bytes() == before
    done = command("upgrade", "--json")
    again = command("upgrade")

    assert "Keep the shared record" in told.out and "--dry-run" in told.out
    assert [each["key"] for each in done.facts["revisions"]] == revisions.marks()[1:]
    copy = Path(str(done.facts["copy"]))
    assert copy.parent == old.parent and copy.stat().st_mode & 0o777 == 0o600
    assert _tables(copy) == _tables_of(before, old.parent)
    assert "Nothing is to be done" in again.out
    assert command("verify").code == 0


def test_an_embedded_database_is_upgraded_when_the_site_starts(
    command: Command, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Reached(Exception):
        pass

    def stop(*, create: bool) -> None:
        raise Reached

    monkeypatch.setattr(serving, "opened", stop)

    started = command("run")

    assert started.code == 1 and "As it was: " in started.err
    assert command("verify").code == 0
    assert list(old.parent.glob("old.sqlite3.before-*"))


def test_a_database_that_needs_nothing_is_not_copied(sqlite_url: str) -> None:
    assert upgrading_command.bring_up_embedded(sqlite_url) is None
    assert not list(Path(str(make_url(sqlite_url).database)).parent.glob("*.before-*"))


def test_where_no_copy_can_be_made_nothing_is_changed(
    command: Command, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _tables(old)

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(upgrading_command, "_copied", refuse)

    refused = command("upgrade")

    assert refused.code == 1 and "No space left" in refused.err
    assert _tables(old) == before


def test_a_backup_of_an_earlier_version_is_upgraded_as_it_is_restored(
    command: Command, old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_keyring(tmp_path / "keys.json")
    with zipfile.ZipFile("old.zip", "w") as archive:
        archive.write(old, "casewright.db")
        archive.write(tmp_path / "keys.json", "keyring.json")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    for name in ("FILES", "KEYRING", "ANCHORS"):
        monkeypatch.setenv(f"CASEWRIGHT_{name}", str(tmp_path / "new" / name.lower()))

    restored = command("restore", "old.zip")

    assert restored.code == 0, restored.err


@pytest.mark.postgresql
def test_tables_copied_from_an_earlier_version_are_upgraded_as_they_are_restored(
    bare_postgresql_url: str, tmp_path: Path
) -> None:
    columns = {"organisation": ["id", "kind", "name", "address_lines", *_EMPTY]}
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as archive:
        archive.writestr(copying.COLUMNS, copying.simplejson.dumps(columns))
        archive.writestr(f"{copying.FOLDER}organisation", "7\tlandlord\tBrightwater\t[]" + "\t" * len(_EMPTY) + "\n")

    with zipfile.ZipFile(tmp_path / "old.zip") as archive:
        copying.restore(make_url(bare_postgresql_url), archive, lambda *_: None)

    engine = create_engine(bare_postgresql_url)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT reference FROM organisation")) == "O000007"
        assert revisions.found(connection) == revisions.latest()
    engine.dispose()


_EMPTY = ["postcode", "phone", "email", "website", "registered_number", "complaints_email"]


def test_a_node_on_a_database_of_another_version_takes_no_requests(sqlite_factories: Factories) -> None:
    client = sqlite_factories.browser()
    assert client.get("/readyz").status_code == 200
    with sqlite_factories.transaction() as session:
        revisions.mark(session.connection(), "29990101_000000")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "made by a newer version" in answer.json["problems"][0]


def _mark(place: Path, key: str) -> None:
    with upgrading.changing(f"sqlite:///{place}") as connection:
        revisions.mark(connection, key)


def _tables(place: Path) -> list[str]:
    connection = sqlite3.connect(place)
    found = [name for (name,) in connection.execute("SELECT sql FROM sqlite_schema ORDER BY name")]
    connection.close()
    return found


def _tables_of(content: bytes, folder: Path) -> list[str]:
    (folder / "before").write_bytes(content)
    return _tables(folder / "before")
