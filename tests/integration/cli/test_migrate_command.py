"""Running cases moved from the command line: looked at, moved, and an exit code that says whether all could."""

import json
from pathlib import Path

import pytest

from tests.diagrams import category
from tests.integration.cli.conftest import Command

STAFF = ("user", "add", "--email", "a@b.example", "--name", "Ann Bee", "--role", "administrator", "--password-stdin")


def written(folder: Path, files: dict[str, bytes]) -> str:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return str(folder)


@pytest.fixture
def two_versions(command: Command, tmp_path: Path) -> Command:
    """A landlord with three cases on version 1, and a version 2 in which the first task has another id."""
    from engine import cases
    from engine.permissions import PLATFORM
    from engine.transactions import writing
    from webapp.cli.opening import opened

    assert command(*STAFF, stdin="otter lamp granite\n").code == 0
    old = written(tmp_path / "old", category("start > ask > then > end"))
    new = written(tmp_path / "new", category("start > question > then > end"))
    assert command("deploy", old).code == 0
    with writing(opened().sessions) as session:
        for _ in range(3):
            cases.start(session, "sample", fields={}, by=PLATFORM)
    assert command("deploy", new).code == 0
    return command


def test_cases_are_looked_at_and_moved(two_versions: Command) -> None:
    looked = two_versions("migrate", "sample", "--dry-run", "--json")
    told = two_versions("migrate", "sample", "--dry-run")
    given = ("--to", "2", "--from", "1", "--map", "ask=question", "--reason", "New")
    moved = two_versions("migrate", "sample", *given, "--json")
    again = two_versions("migrate", "sample", "--dry-run")

    assert looked.code == told.code == 1
    facts = json.loads(looked.out)
    assert (facts["moved"], facts["kept"], facts["reasons"][0]["element"]) == (0, 3, "ask")
    assert "3 cannot: “Ask” is not in version 2. Map it to another element" in told.out
    assert moved.code == again.code == 0
    assert (json.loads(moved.out)["moved"], json.loads(moved.out)["kept"]) == (3, 0)
    assert again.out.startswith("0 of 0 cases")
    assert two_versions("verify").code == 0


def test_misuse_and_what_cannot_be_are_told_apart(two_versions: Command) -> None:
    assert two_versions("migrate", "sample").code == 2
    assert two_versions("migrate", "sample", "--reason", "x", "--map", "ask").code == 2
    refused = two_versions("migrate", "sample", "--dry-run", "--map", "ask=nowhere")
    assert (refused.code, "Version 2 has no element “nowhere”" in refused.err) == (1, True)
    assert two_versions("migrate", "other", "--dry-run").code == 1
    assert two_versions("migrate", "sample", "--reason", "x").code == 1, "none could move"
