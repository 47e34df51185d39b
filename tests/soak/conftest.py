"""A landlord on a database, workers that are killed, and what they left."""

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from engine import staff
from engine.permissions import PLATFORM
from models import schema
from models.database import connect
from tests.environment import postgresql
from tests.factories import Factories
from tests.soak import diary, expectation
from tests.soak.inspection import Letterbox, Scene, started
from tests.soak.site.nodes import Site, site
from tests.soak.site.officers import Board, Officer

ROOT = Path(__file__).parents[2]
WORKERS = 4
OFFICERS = 6
SECONDS = 400


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run counted, and what was wrong after it."""

    figures: dict[str, Any]
    faults: list[str]


Run = Callable[..., Outcome]
Disturb = Callable[[Site], dict[str, Any]]


@pytest.fixture
def letterbox() -> Iterator[tuple[Letterbox, str]]:
    """A mail server, and its address."""
    box = Letterbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def run(factories: Factories, letterbox: tuple[Letterbox, str], tmp_path: Path) -> Run:
    """Run workers, kill so many of them, let the rest finish, and look."""

    def running(kills: int, *, fault: str = "", patience: float = 60.0, seed: int = 1) -> Outcome:
        folder = tmp_path / "diaries"
        folder.mkdir()
        users = [factories.user("officer", "administrator") for _ in range(WORKERS)]
        factories.deploy(expectation.files())
        settings = {
            "url": factories.engine.url.render_as_string(hide_password=False),
            "files": str(tmp_path / "files"),
            "folder": str(folder),
            "users": [(user.id, user.name) for user in users],
            "smtp_url": letterbox[1],
            "kills": kills,
            "seed": seed,
            "fault": fault,
            "patience": patience,  # seconds after which those who get nowhere give up
        }
        factories.engine.dispose()
        told = _herd(settings, tmp_path)
        scene = Scene(
            factories.sessions, folder, tmp_path / "files", letterbox[0], {user.id: user.email for user in users}
        )
        return Outcome(_figures(scene, told), scene.faults())

    return running


@pytest.fixture
def cluster() -> Iterator[Path]:
    """The folder of a PostgreSQL server of this test alone."""
    if postgresql.programs() is None:
        pytest.skip(postgresql.ADVICE)
    folder = Path(tempfile.mkdtemp(prefix="casewright-soak-postgresql-"))
    yield folder
    postgresql.stop(folder)


@pytest.fixture
def durable_url(cluster: Path) -> str:
    """The URL of a database with our tables on that server, which keeps what it has committed, as in use."""
    url = postgresql.start(cluster, is_durable=True)
    engine = connect(url)
    with engine.begin() as connection:
        schema.create(connection)
    engine.dispose()
    return url


@pytest.fixture
def site_run(factories: Factories, letterbox: tuple[Letterbox, str], tmp_path: Path) -> Run:
    """Let officers work on a site over HTTP, disturb it, let them finish, and look."""

    def running(disturb: Disturb, *, fault: str = "", patience: float = 180.0) -> Outcome:
        folder = tmp_path / "diaries"
        folder.mkdir()
        factories.deploy(expectation.files())
        users = [factories.user("officer", "administrator") for _ in range(OFFICERS)]
        with factories.transaction() as session:
            tokens = [staff.make_token(session, user.id, "soak", by=PLATFORM) for user in users]
        url = factories.engine.url.render_as_string(hide_password=False)
        is_alone = url.startswith("sqlite")  # one process serves and works
        factories.engine.dispose()
        with site(url, tmp_path, smtp_url=letterbox[1], fault=fault) as installation:
            installation.start(web=1 if is_alone else 2, workers=0 if is_alone else 2)
            board = Board(installation.ports)
            officers = [Officer(place, folder, token, board) for place, token in enumerate(tokens)]
            for officer in officers:
                officer.start()
            told = disturb(installation)
            board.is_over.set()
            give_up_at = time.monotonic() + patience
            for officer in officers:
                officer.join(max(0.1, give_up_at - time.monotonic()))
            told["requests asked again"] = sum(officer.line.asked_again for officer in officers)
            _until_all_is_sent(letterbox[0], folder, give_up_at)
        files, owners = tmp_path / "files", {user.id: user.email for user in users}
        scene = Scene(factories.sessions, folder, files, letterbox[0], owners)
        return Outcome(_figures(scene, told), scene.faults())

    return running


def _until_all_is_sent(letterbox: Letterbox, folder: Path, give_up_at: float) -> None:
    """Give the site the time to send what is in its outbox."""
    wanted = 2 * len(started(diary.read_all(folder)))
    while len(letterbox.taken) < wanted and time.monotonic() < give_up_at:
        time.sleep(0.5)
    time.sleep(2)  # what is too many would come now


def _herd(settings: dict[str, Any], folder: Path) -> dict[str, Any]:
    path = folder / "settings.json"
    path.write_text(json.dumps(settings))
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak.herd", str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        timeout=SECONDS,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def _figures(scene: Scene, told: dict[str, Any]) -> dict[str, Any]:
    lines = diary.read_all(scene.folder)
    half_written = scene.half_written()
    assert scene.swept() == half_written
    assert scene.half_written() == 0
    return told | {
        "cases": len(started(lines)),
        "answers": sum(line["what"] == "completed" for line in lines),
        "asked again": sum(bool(line.get("is_repeat")) for line in lines),
        "beaten": sum(line["what"] == "beaten" for line in lines),
        "letters": 2 * len(started(lines)),
        "mails": len(scene.letterbox.taken),
        "mails repeated": scene.letterbox.repeats,
        "files left half-written": half_written,
    }
