"""Saves everything into one file, and brings it back: the database, the documents, and the keys that seal history."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import select, union
from sqlalchemy.engine import URL, make_url

from engine import configuration
from engine.documents.store import FolderStore
from engine.errors import NotFound, NotPossible
from engine.instants import unmoved_now
from engine.transactions import Sessions, reading
from models import upgrading
from models.database import connect
from models.document import DocumentVersion
from models.revisions import Standing
from models.staff import User
from webapp.cli import copying
from webapp.cli.opening import Opened, opened
from webapp.cli.output import Bar, as_json_option, report
from webapp.settings import Settings, read
from webapp.standing import require, standing

SQLITE, POSTGRESQL = "casewright.db", "casewright.dump"
FILES, ANCHORS, KEYRING = "files/", "anchors/", "keyring.json"
Tell = Callable[[str, int, int], None]


@click.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@as_json_option
def backup(target: Path, as_json: bool) -> None:
    """Save the database, the documents and the keys that seal history into the zip file TARGET, while the site serves.

    Whoever has the file has everything: only its owner may read it.
    """
    if target.exists():
        raise NotPossible(f"There is a file {target} already.", remedy="Give another name, or move it away.")
    with _opened() as now:
        settings = now.settings
    aside = target.with_suffix(f"{target.suffix}.part")
    aside.touch(mode=0o600)
    with (
        tempfile.TemporaryDirectory(dir=target.parent) as folder,
        zipfile.ZipFile(aside, "w", zipfile.ZIP_STORED) as archive,
        Bar(quiet=as_json) as tell,
    ):
        _add_anchors(archive, settings.anchors)  # first: none may be newer than the database
        _add_database(archive, make_url(settings.database_url), Path(folder), tell)
        archive.write(settings.keyring, KEYRING)
        count = _add_documents(archive, settings.files, tell)  # last: each is there before a row names it
    aside.rename(target)
    facts = {"file": str(target), "bytes": target.stat().st_size, "documents": count}
    report(
        facts,
        f"Saved {target}: {facts['bytes']:,} bytes, {count:,} documents, and the keys that seal history ({KEYRING}).",
        as_json=as_json,
    )


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Take away what is there: files are moved aside, PostgreSQL's tables go.")
@as_json_option
def restore(source: Path, replace: bool, as_json: bool) -> None:
    """Bring the backup SOURCE back, and verify it. DATABASE_URL and CASEWRIGHT_FILES must hold nothing yet.

    One of an earlier version is upgraded.

    Exit code 1 when history was altered, or a document is missing or not what it was.
    """
    settings = read()
    with (
        zipfile.ZipFile(source) as archive,
        tempfile.TemporaryDirectory() as folder,
        Bar(quiet=as_json) as tell,
    ):
        names = archive.namelist()
        if KEYRING not in names or not {SQLITE, POSTGRESQL, copying.COLUMNS} & set(names):
            raise NotPossible(f"{source} is not a backup of Casewright.")
        _require_kind(make_url(settings.database_url), names)
        if replace:
            _move_aside(settings)
        _require_place(settings)
        _restore_database(make_url(settings.database_url), archive, Path(folder), tell)
        _write_private(settings.keyring, archive.read(KEYRING))
        _restore_files(archive, ANCHORS, settings.anchors, tell)
        count = _restore_files(archive, FILES, settings.files, tell)
        _bring_up(settings.database_url)
        found = verified(tell)
    facts = {"documents": count, "events": found.events, "findings": found.sentences}
    told = "all is as it was" if not found.sentences else f"{len(found.sentences)} findings"
    summary = f"Restored {source}: {count:,} documents, {found.events:,} events; {told}."
    report(facts, *found.sentences, summary, as_json=as_json)
    if found.sentences:
        sys.exit(1)


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at after a restore, and a sentence for each thing that is wrong."""

    events: int
    sentences: list[str]


def verified(tell: Tell) -> Verified:
    """Verify the seals of all history, and that each document is there and what it was."""
    from webapp.verification import verify_now

    with _opened() as now:
        history = verify_now(now.sessions, on_progress=lambda done, total: tell("Events", done, total))
        versions = _contents(now.sessions)
    store = FolderStore(configuration.current().files)
    wrong = []
    for done, sha256 in enumerate(versions, start=1):
        wrong.extend(_fault_of(store, sha256))
        tell("Documents verified", done, len(versions))
    return Verified(history.events, [finding.sentence for finding in history.findings] + wrong)


@contextmanager
def _opened() -> Iterator[Opened]:
    """Open the database, and let go of it at the end: it may be replaced."""
    now = opened()
    try:
        yield now
    finally:
        now.sessions.kw["bind"].dispose()


def _contents(sessions: Sessions) -> list[str]:
    """Return the digest of each content that a document has, or that somebody signs with."""
    signatures = select(User.signature).where(User.signature.is_not(None))
    with reading(sessions) as session:
        return list(session.scalars(union(select(DocumentVersion.sha256), signatures).order_by("sha256")))


def _fault_of(store: FolderStore, sha256: str) -> list[str]:
    try:
        return [] if store.verify(sha256) else [f"The document {sha256[:12]}… is not what it was."]
    except NotFound:
        return [f"The document {sha256[:12]}… is missing."]


def _add_anchors(archive: zipfile.ZipFile, folder: Path) -> None:
    for path in sorted(folder.glob("*.json")) if folder.exists() else ():
        archive.write(path, f"{ANCHORS}{path.name}")


def _add_database(archive: zipfile.ZipFile, url: URL, folder: Path, tell: Tell) -> None:
    """Copy the database as it stands at one moment; copying SQLite's file alone would tear it."""
    if url.get_backend_name() == "sqlite":
        copy = folder / SQLITE
        with sqlite3.connect(str(url.database)) as source, sqlite3.connect(copy) as target:
            source.backup(target, pages=2_000, progress=lambda _, left, all_: tell("Database", all_ - left, all_))
        archive.write(copy, SQLITE, compress_type=zipfile.ZIP_DEFLATED)
    elif shutil.which("pg_dump"):
        copy = folder / POSTGRESQL
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={copy}", _address(url), url=url)
        archive.write(copy, POSTGRESQL)
    else:
        copying.dump(url, archive, tell)


def _require_kind(url: URL, names: list[str]) -> None:
    is_sqlite = url.get_backend_name() == "sqlite"
    if is_sqlite != (SQLITE in names):
        raise NotPossible(f"The backup is of another kind of database than {url.get_backend_name()}.")


def _restore_database(url: URL, archive: zipfile.ZipFile, folder: Path, tell: Tell) -> None:
    if url.get_backend_name() == "sqlite":
        copy = Path(archive.extract(SQLITE, folder))
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(copy, str(url.database))
    elif POSTGRESQL in archive.namelist():
        copy = Path(archive.extract(POSTGRESQL, folder))
        _run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={_address(url)}", str(copy), url=url)
    else:
        copying.restore(url, archive, tell)


def _bring_up(url: str) -> None:
    """Upgrade what was saved by an earlier version; the backup itself is the copy of how it was.

    Raises:
        NotPossible: it was saved by a newer version.
    """
    engine = connect(url)
    found = standing(engine)
    engine.dispose()
    if found is Standing.OLDER:
        upgrading.upgrade(url)
    else:
        require(found)


def _require_place(settings: Settings) -> None:
    """Refuse to write over anything."""
    url = make_url(settings.database_url)
    told = "Move it away, set DATABASE_URL, or say --replace."
    if url.get_backend_name() == "sqlite" and Path(str(url.database)).exists():
        raise NotPossible(f"There is a database {url.database} already.", remedy=told)
    if url.get_backend_name() == "postgresql" and not copying.is_empty(url):
        raise NotPossible(f"The database {url.database} holds tables already.", remedy=told)
    if settings.keyring.exists():
        raise NotPossible(f"There are keys in {settings.keyring} already.", remedy="Move them away first.")
    if settings.anchors.exists() and any(settings.anchors.iterdir()):
        raise NotPossible(f"There are anchors in {settings.anchors} already.", remedy="Move them away first.")
    if settings.files.exists() and any(_documents(settings.files)):
        raise NotPossible(f"There are documents in {settings.files} already.", remedy="Move them away first.")


def _move_aside(settings: Settings) -> None:
    """Make place: what can be moved is kept under another name."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "postgresql":
        copying.empty(url)
        databases = []
    else:
        databases = [Path(f"{url.database}{end}") for end in ("", "-wal", "-shm", "-journal")]
    suffix = f".replaced-{unmoved_now():%Y%m%d-%H%M%S}"
    for place in (*databases, settings.keyring, settings.anchors, settings.files):
        if place.exists():
            place.rename(place.with_name(place.name + suffix))


def _restore_files(archive: zipfile.ZipFile, prefix: str, root: Path, tell: Tell) -> int:
    names = [name for name in archive.namelist() if name.startswith(prefix)]
    for done, name in enumerate(names, start=1):
        _restore_file(archive, name, prefix, root)
        tell("Documents", done, len(names))
    return len(names)


def _add_documents(archive: zipfile.ZipFile, root: Path, tell: Tell) -> int:
    paths = list(_documents(root)) if root.exists() else []
    for done, path in enumerate(paths, start=1):
        archive.write(path, f"{FILES}{path.relative_to(root).as_posix()}")
        tell("Documents", done, len(paths))
    return len(paths)


def _documents(root: Path) -> Iterator[Path]:
    from engine.documents.store import TEMPORARY

    return (path for path in root.rglob("*") if path.is_file() and TEMPORARY not in path.relative_to(root).parts)


def _restore_file(archive: zipfile.ZipFile, name: str, prefix: str, root: Path) -> None:
    target = (root / name.removeprefix(prefix)).resolve()
    if not target.is_relative_to(root.resolve()):
        raise NotPossible(f"The backup names a document outside its folder: {name}.")
    _write_private(target, archive.read(name))


def _write_private(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _address(url: URL) -> str:
    """Return the address without the password, which goes by the environment: others can read a command line."""
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _run(*command: str, url: URL) -> None:
    if shutil.which(command[0]) is None:
        raise NotPossible(f"The program {command[0]} is not here.", remedy="Install PostgreSQL's client programs.")
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    done = subprocess.run(command, env={**os.environ, **secret}, capture_output=True, text=True)
    if done.returncode:
        raise NotPossible(
            f"{command[0]} failed: {done.stderr.strip().splitlines()[-1] if done.stderr else done.returncode}"
        )
