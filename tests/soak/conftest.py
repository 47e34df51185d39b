"""A landlord on a database, workers that are killed, and what they left."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.factories import Factories
from tests.soak import diary, expectation
from tests.soak.inspection import Letterbox, Scene, started

ROOT = Path(__file__).parents[2]
WORKERS = 4
SECONDS = 400


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run counted, and what was wrong after it."""

    figures: dict[str, Any]
    faults: list[str]


Run = Callable[..., Outcome]


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
