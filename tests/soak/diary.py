"""What a client of the product keeps for itself: what it asked for, and what it was told. One file a client.

A line is on its way to the disk's cache before the next thing happens, so that killing the client loses none.
"""

import json
import os
from pathlib import Path
from typing import Any


class Diary:
    """The diary of one client, which the next process in its place reads on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, what: str, **facts: Any) -> None:
        """Add a line."""
        os.write(self._file, (json.dumps({"what": what, **facts}) + "\n").encode())

    def close(self) -> None:
        """Write no more."""
        os.close(self._file)

    def unanswered(self) -> dict[str, Any] | None:
        """Return what was asked for last, when no answer to it was written down."""
        lines = read(self._path)
        return lines[-1] if lines and lines[-1]["what"].startswith("ask ") else None


def read(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a diary."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def read_all(folder: Path) -> list[dict[str, Any]]:
    """Return the lines of all diaries."""
    return [line for path in sorted(folder.glob("*.diary")) for line in read(path)]
