"""What every step of the set-up shares: where things are, what is done already, how a command is run and shown."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
BIN = VENV / "bin"


class Failed(Exception):
    """A step of the set-up failed; the message says what to do."""


def run(title: str, command: list[str | Path], *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command under a progress line; show what it printed only when it fails."""
    print(f"  {title} … ", end="", flush=True)
    started = time.monotonic()
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    print(f"{time.monotonic() - started:.0f} s" if done.returncode == 0 else "failed", flush=True)
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-40:])
        raise Failed(f"{tail}\n\n{title} failed (exit {done.returncode}): {' '.join(str(word) for word in command)}")


def digest(paths: Iterable[Path], *words: str) -> str:
    """Return a digest of the names and contents of `paths`, and of `words`."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        total.update(f"\0{path.name}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def is_done(stamp: Path, key: str) -> bool:
    """Say whether the step that writes `stamp` was finished for the same input."""
    return stamp.is_file() and stamp.read_text() == key


def mark_done(stamp: Path, key: str) -> None:
    """Write down that a step was finished for this input."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key)


def say(sentence: str) -> None:
    """Print one line."""
    print(sentence, file=sys.stdout, flush=True)
