"""Calls commands as the shell does."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factories import forget
from webapp.cli import main


class Outcome:
    """What a command left: exit code, output, error output."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def facts(self) -> dict[str, object]:
        return json.loads(self.out)


Command = Callable[..., Outcome]


@pytest.fixture
def command(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Command:
    """Runs a command as the shell does, in an empty folder on an empty database."""
    forget()  # a shell begins with an empty memory
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.chdir(place)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)

    def run(*words: str, stdin: str = "") -> Outcome:
        monkeypatch.setattr(sys, "argv", ["casewright", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        out, err = capfd.readouterr()
        return Outcome(code, out, err)

    return run
