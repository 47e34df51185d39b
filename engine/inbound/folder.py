"""The folder that scanners drop files into: which of them are whole, and where they go when they are done with."""

import errno
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from engine.errors import Unavailable

TAKEN, REFUSED = "taken", "refused"
STILL = timedelta(seconds=10)  # without a change, after which a file is taken for whole
PATIENCE = timedelta(seconds=60)  # after which one that cannot be read is not waited for any more
WHY = ".why.txt"
# Of programs that write beside, and then give the name.
HALF_WRITTEN = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp", "~")
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EXDEV, errno.EMLINK, errno.ENOSYS, errno.EOPNOTSUPP})
LONGEST_STEM = 150


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells a file from what it was a moment ago."""

    inode: int
    size: int
    changed: int  # nanoseconds

    @classmethod
    def of(cls, found: os.stat_result) -> "Mark":
        """Return the mark of a file."""
        return cls(found.st_ino, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Lying:
    """A file that lies in the folder, and for how long it has not changed."""

    name: str
    mark: Mark
    still_for: float  # seconds
    fault: str = ""  # why it can never be taken in

    def key(self, digest: str) -> str:
        """Return what names this very file, however often it is looked at, on whichever node."""
        written = f"{self.mark.size}:{self.mark.changed}:{digest}:".encode() + os.fsencode(self.name)
        return f"file:{sha256(written).hexdigest()}"


class Folder:
    """The folder, as one process has seen it so far."""

    def __init__(self, path: Path, *, still: timedelta = STILL, patience: timedelta = PATIENCE) -> None:
        self.path, self._still, self.patience = path, still.total_seconds(), patience.total_seconds()
        self._seen: dict[str, tuple[Mark, float]] = {}

    def ready(self) -> list[Lying]:
        """Return what has stopped growing, in the order of names.

        Raises:
            Unavailable: the folder cannot be read.
        """
        try:
            with os.scandir(self.path) as entries:
                found = [lying for entry in entries if (lying := self._lying(entry)) is not None]
        except OSError as error:
            raise Unavailable(
                f"The folder {self.path} cannot be read: {error.strerror or error}.",
                remedy="Look at CASEWRIGHT_INBOX, and at who may read and write there.",
            ) from error
        self._seen = {one.name: self._seen[one.name] for one in found}
        return sorted((one for one in found if one.still_for >= self._still), key=lambda one: _natural(one.name))

    @contextmanager
    def open(self, lying: Lying) -> Iterator[BinaryIO]:
        """Open a file for reading, if it is still what it was; never what a link leads to. Raises OSError."""
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(self.path / lying.name, flags)
        with os.fdopen(descriptor, "rb") as file:
            if Mark.of(os.fstat(descriptor)) != lying.mark:
                raise FileNotFoundError(errno.ENOENT, "it has changed meanwhile")
            yield file

    def put_away(self, lying: Lying, *, is_taken: bool, why: str) -> None:
        """Move a file to those that were taken or refused, with what became of it beside it.

        One that has changed meanwhile is another file, and stays.
        """
        here, there = self.path / lying.name, self.path / (TAKEN if is_taken else REFUSED)
        try:
            there.mkdir(exist_ok=True)
            if Mark.of(os.lstat(here)) != lying.mark:
                return
            target = _moved(here, there)
            (there / f"{target.name}{WHY}").write_text(f"{why}\n", encoding="utf-8")
        except FileNotFoundError:
            return  # another node was quicker
        except OSError as error:
            raise Unavailable(
                f"Files in {self.path} cannot be moved: {error.strerror or error}.",
                remedy=f"Let this account write to the folders {TAKEN} and {REFUSED} there.",
            ) from error

    def _lying(self, entry: "os.DirEntry[str]") -> Lying | None:
        if entry.name.startswith((".", "~")) or entry.name.lower().endswith(HALF_WRITTEN):
            return None
        try:
            found = entry.stat(follow_symlinks=False)
        except OSError:
            return None  # it has just gone
        if stat.S_ISDIR(found.st_mode):
            return None
        mark, at = Mark.of(found), time.monotonic()
        before = self._seen.get(entry.name)
        since = before[1] if before is not None and before[0] == mark else at
        self._seen[entry.name] = (mark, since)
        return Lying(entry.name, mark, at - since, _fault(found.st_mode))


def _fault(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "It is a link to another file, and links are not followed."
    return "" if stat.S_ISREG(mode) else "It is no file, but a device or a pipe."


def _moved(here: Path, there: Path) -> Path:
    """Move a file into a folder, over nothing that is there."""
    stem, ending = os.path.splitext(here.name)
    for number in range(1, 10_000):
        name = here.name if number == 1 else f"{stem[:LONGEST_STEM]} ({number}){ending}"
        target = there / name
        try:
            os.link(here, target, follow_symlinks=False)
        except FileExistsError:
            continue
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            if os.path.lexists(target):
                continue
            os.rename(here, target)
            return target
        os.unlink(here)
        return target
    raise FileExistsError(errno.EEXIST, f"there are too many files called {here.name}")


def _natural(name: str) -> list[tuple[int, str]]:
    """Return what sorts scan2 before scan10."""
    parts = re.split(r"([0-9]{1,18})", name.casefold())
    return [(int(part), "") if number % 2 else (0, part) for number, part in enumerate(parts)]
