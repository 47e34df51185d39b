"""Saves everything into one file, and brings it back: the database, the documents, and the keys that seal history."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from sqlalchemy.engine import URL, make_url

from engine.errors import NotPossible
from webapp.cli.opening import opened
from webapp.cli.output import Bar, as_json_option, report
from webapp.settings import Settings, read

SQLITE, POSTGRESQL = "casewright.db", "casewright.dump"
FILES, KEYRING = "files/", "keyring.json"


@click.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@as_json_option
def backup(target: Path, as_json: bool) -> None:
    """Save the database, the documents and the keys that seal history into the zip file TARGET, while the site serves.

    Whoever has the file has everything: only its owner may read it.
    """
    if target.exists():
        raise NotPossible(f"There is a file {target} already.", remedy="Give another name, or move it away.")
    settings = opened().settings
    aside = target.with_suffix(f"{target.suffix}.part")
    aside.touch(mode=0o600)
    with (
        tempfile.TemporaryDirectory(dir=target.parent) as folder,
        zipfile.ZipFile(aside, "w", zipfile.ZIP_STORED) as archive,
    ):
        name, copy = _copy_database(make_url(settings.database_url), Path(folder))
        archive.write(copy, name, compress_type=zipfile.ZIP_DEFLATED)
        archive.write(settings.keyring, KEYRING)
        with Bar(quiet=as_json) as tell:
            count = _add_documents(archive, settings.files, tell)
    aside.rename(target)
    facts = {"file": str(target), "bytes": target.stat().st_size, "documents": count}
    report(facts, f"Saved {target}: {facts['bytes']:,} bytes, {count:,} documents.", as_json=as_json)


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json_option
def restore(source: Path, as_json: bool) -> None:
    """Bring the backup SOURCE back into an empty place: DATABASE_URL and CASEWRIGHT_FILES must hold nothing yet."""
    settings = read()
    with zipfile.ZipFile(source) as archive, tempfile.TemporaryDirectory() as folder:
        names = archive.namelist()
        if KEYRING not in names or not {SQLITE, POSTGRESQL} & set(names):
            raise NotPossible(f"{source} is not a backup of Casewright.")
        _require_place(settings)
        _restore_database(make_url(settings.database_url), archive, Path(folder))
        _write_private(settings.keyring, archive.read(KEYRING))
        documents = [name for name in names if name.startswith(FILES)]
        with Bar(quiet=as_json) as tell:
            for done, name in enumerate(documents, start=1):
                _restore_document(archive, name, settings.files)
                tell("Documents", done, len(documents))
    report({"documents": len(documents)}, f"Restored {source}: {len(documents):,} documents.", as_json=as_json)


def _copy_database(url: URL, folder: Path) -> tuple[str, Path]:
    """Copy the database as it stands at one moment; copying SQLite's file alone would tear it."""
    if url.get_backend_name() == "sqlite":
        copy = folder / SQLITE
        with sqlite3.connect(str(url.database)) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        return SQLITE, copy
    copy = folder / POSTGRESQL
    _run("pg_dump", "--format=custom", "--no-owner", f"--file={copy}", _address(url), url=url)
    return POSTGRESQL, copy


def _restore_database(url: URL, archive: zipfile.ZipFile, folder: Path) -> None:
    is_sqlite = url.get_backend_name() == "sqlite"
    name = SQLITE if is_sqlite else POSTGRESQL
    if name not in archive.namelist():
        raise NotPossible(f"The backup is of another kind of database than {url.get_backend_name()}.")
    copy = Path(archive.extract(name, folder))
    if is_sqlite:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(copy, str(url.database))
    else:
        _run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={_address(url)}", str(copy), url=url)


def _require_place(settings: Settings) -> None:
    """Refuse to write over anything."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and Path(str(url.database)).exists():
        raise NotPossible(f"There is a database {url.database} already.", remedy="Move it away, or set DATABASE_URL.")
    if settings.keyring.exists():
        raise NotPossible(f"There are keys in {settings.keyring} already.", remedy="Move them away first.")
    if settings.files.exists() and any(_documents(settings.files)):
        raise NotPossible(f"There are documents in {settings.files} already.", remedy="Move them away first.")


def _add_documents(archive: zipfile.ZipFile, root: Path, tell: Callable[[str, int, int], None]) -> int:
    paths = list(_documents(root)) if root.exists() else []
    for done, path in enumerate(paths, start=1):
        archive.write(path, f"{FILES}{path.relative_to(root).as_posix()}")
        tell("Documents", done, len(paths))
    return len(paths)


def _documents(root: Path) -> Iterator[Path]:
    from engine.documents.store import TEMPORARY

    return (path for path in root.rglob("*") if path.is_file() and path.relative_to(root).parts[0] != TEMPORARY)


def _restore_document(archive: zipfile.ZipFile, name: str, root: Path) -> None:
    target = (root / name.removeprefix(FILES)).resolve()
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
