"""Brings files in as the command does, without a command line around it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engine.importing import mapping, running
from engine.importing.faults import Fault
from engine.importing.targets import target
from engine.permissions import PLATFORM
from tests.factories import Factories


@dataclass
class Brought:
    """What became of a file, with all of its faults."""

    outcome: running.Outcome
    faults: list[Fault]

    @property
    def counts(self) -> tuple[int, int, int, int]:
        return self.outcome.added, self.outcome.changed, self.outcome.same, self.outcome.refused

    @property
    def places(self) -> set[tuple[int, str]]:
        return {(fault.line, fault.column) for fault in self.faults}


Bring = Callable[..., Brought]


@pytest.fixture
def bring(factories: Factories, tmp_path: Path) -> Bring:
    """Writes content into a file and brings it in; `known` is the text of a mapping file."""
    return partial(_bring, factories, tmp_path)


@pytest.fixture
def sqlite_bring(sqlite_factories: Factories, tmp_path: Path) -> Bring:
    """The same on SQLite alone."""
    return partial(_bring, sqlite_factories, tmp_path)


def _bring(
    factories: Factories, folder: Path, word: str, content: str | bytes, *, known: str = "", **how: Any
) -> Brought:
    path = folder / f"{word}.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (folder / "mapping.toml").write_text(known, "utf-8")
    aim = target(word)
    wanted = running.Wanted(aim, path, mapping.read(folder / "mapping.toml", aim), **how)
    faults: list[Fault] = []
    outcome = running.run(factories.sessions, wanted, by=PLATFORM, on_fault=faults.append)
    return Brought(outcome, faults)
