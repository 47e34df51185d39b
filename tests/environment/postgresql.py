"""Starts a PostgreSQL server of our own: in a folder, on a free port, as an ordinary user even when we are root."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from pathlib import Path

ADVICE = "no PostgreSQL server here: apt-get install -y postgresql"
USER = "casewright"
# A test's database need not survive a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SETTINGS = ("listen_addresses=127.0.0.1", "max_connections=200", "shared_buffers=64MB", "logging_collector=off")


def programs() -> Path | None:
    """Return the folder with `initdb` and `postgres`, the newest there is."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/opt/homebrew/opt").glob("postgresql*/bin")]
    ready = [place for place in places if (place / "initdb").exists()]
    return max(ready, key=lambda place: _version(place), default=None)


def start(folder: Path, *, is_durable: bool = False) -> str:
    """Start the server of the cluster in `folder`, made when it is not there, and return its URL.

    It is as "postgresql+psycopg://…/postgres".
    """
    where = _programs()
    folder.mkdir(parents=True, exist_ok=True)
    _hand_over(folder)
    if not (folder / "data").exists():
        _run(
            where / "initdb", "-D", folder / "data", "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        )
    port = _free_port()
    options = [*SETTINGS, f"port={port}", f"unix_socket_directories={folder}", *(() if is_durable else FAST)]
    (folder / "options").write_text(" ".join(f"-c {option}" for option in options))
    start_again(folder)
    return f"postgresql+psycopg://{USER}@127.0.0.1:{port}/postgres"


def start_again(folder: Path, *, wait: bool = True) -> None:
    """Start the server of `folder`, which was made before and does not run; without `wait` it is still recovering."""
    words = (folder / "options").read_text()
    patience = ("-w", "-t", "60") if wait else ("-W",)
    _run(_programs() / "pg_ctl", "-D", folder / "data", "-l", folder / "log", *patience, "-o", words, "start")
    give_up_at = time.monotonic() + 10
    while not _is_there(folder) and time.monotonic() < give_up_at:
        time.sleep(0.01)


def crash(folder: Path) -> None:
    """Stop the server of `folder` at once, as a failure would: whoever is connected is cut off."""
    _run(_programs() / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")


def halt(folder: Path) -> None:
    """Stop the server of `folder` in good order, where it runs; its data stay."""
    if programs() and _is_there(folder):
        _run(_programs() / "pg_ctl", "-D", folder / "data", "-m", "fast", "-w", "stop")


def stop(folder: Path) -> None:
    """Stop the server of `folder` and remove the folder."""
    where = programs()
    if where and _is_there(folder):
        crash(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _is_there(folder: Path) -> bool:
    return (folder / "data" / "postmaster.pid").exists()


def _programs() -> Path:
    where = programs()
    if where is None:
        raise FileNotFoundError(ADVICE)
    return where


def _version(place: Path) -> int:
    digits = "".join(letter for letter in place.parent.name if letter.isdigit())
    return int(digits or 0)


def _hand_over(folder: Path) -> None:
    owner = _ordinary_user()
    if owner:
        shutil.chown(folder, owner, pwd.getpwnam(owner).pw_gid)


def _ordinary_user() -> str | None:
    """Return whom the server runs as when we are root, which PostgreSQL refuses to be."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(*command: str | Path) -> None:
    owner = _ordinary_user()
    as_whom = {"user": owner, "group": pwd.getpwnam(owner).pw_gid, "extra_groups": []} if owner else {}
    log = subprocess.run(
        [str(word) for word in command],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        **as_whom,
    )
    if log.returncode != 0:
        raise RuntimeError(f"{command[0]} failed:\n{log.stdout}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
