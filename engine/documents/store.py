"""Where the bytes of documents are kept: under the SHA-256 of their content, each content once, never changed."""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from engine.errors import Invalid, NotFound

TEMPORARY = "temporary"
CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file on its way in, on the disk beside the store: nobody finds it until it is kept."""

    path: Path
    sha256: str
    size: int


class Store(Protocol):
    """What keeps the bytes of documents."""

    def put(self, content: bytes) -> str:
        """Keep `content` and return its SHA-256 in hexadecimal; on return it is on the disk."""

    def open(self, sha256: str) -> BinaryIO:
        """Open a kept content for reading. Raises NotFound."""

    def verify(self, sha256: str) -> bool:
        """Say whether a kept content is still what was put. Raises NotFound."""

    def sweep_temporary(self, older_than: timedelta) -> int:
        """Remove what a killed process left half-written and return how many files that were."""


class FolderStore:
    """A store in a folder, on one machine or on a file system that all nodes mount."""

    def __init__(self, root: Path | str) -> None:
        """Use the folder `root`, made when it is not there; only its owner may read it."""
        self.root = Path(root).absolute()  # what is given on must not hang on where one stands
        self.temporary = self.root / TEMPORARY
        self.temporary.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, content: bytes) -> str:
        """Keep `content` and return its SHA-256: written aside, synced, then renamed, so that no reader sees half."""
        sha256 = hashlib.sha256(content).hexdigest()
        place = self._place(sha256)
        if not place.exists():
            self._write(content, place)
        self._sync(place)
        return sha256

    def _sync(self, place: Path) -> None:
        for folder in (place.parent, place.parent.parent, self.root):
            _sync_folder(folder)

    @contextmanager
    def incoming(self, stream: BinaryIO) -> Iterator[Incoming]:
        """Write a stream aside, a megabyte at a time, and give it; removed at the end unless it was kept."""
        descriptor, name = tempfile.mkstemp(dir=self.temporary)
        aside, digest, size = Path(name), hashlib.sha256(), 0
        try:
            with os.fdopen(descriptor, "wb") as file:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    size += file.write(chunk)
            yield Incoming(aside, digest.hexdigest(), size)
        finally:
            aside.unlink(missing_ok=True)

    def keep(self, incoming: Incoming) -> str:
        """Keep what came in and return its SHA-256; `incoming` may stand beside another store on the same disk."""
        place = self._place(incoming.sha256)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with incoming.path.open("rb") as file:
                os.fsync(file.fileno())
            os.replace(incoming.path, place)
        self._sync(place)
        return incoming.sha256

    def remove(self, sha256: str) -> None:
        """Destroy a content; of one that is not there nothing is left to do."""
        place = self._place(sha256)
        place.unlink(missing_ok=True)
        if place.parent.is_dir():
            _sync_folder(place.parent)

    def _write(self, content: bytes, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, aside = tempfile.mkstemp(dir=self.temporary)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, place)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise

    def open(self, sha256: str) -> BufferedReader:
        """Open a kept content for reading. Raises NotFound."""
        return self.path(sha256).open("rb")

    def path(self, sha256: str) -> Path:
        """Return the file that holds a content. Raises NotFound."""
        place = self._place(sha256)
        if not place.is_file():
            raise NotFound(
                f"The file {sha256[:12]}… is not in the store.", remedy="Restore it from a backup of the files folder."
            )
        return place

    def verify(self, sha256: str) -> bool:
        """Say whether a kept content is still what was put. Raises NotFound."""
        with self.open(sha256) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256

    def sweep_temporary(self, older_than: timedelta) -> int:
        """Remove what a killed process left half-written; never what may still be being written."""
        # The file system's own time, which the demo's clock does not move.
        before = time.time() - older_than.total_seconds()
        old = [file for file in self.temporary.iterdir() if file.stat().st_mtime < before]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)

    def _place(self, sha256: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise NotFound("A file is asked for by its SHA-256: 64 signs from 0 to 9 and a to f.")
        return self.root / sha256[:2] / sha256[2:4] / sha256


def store_for(url: str) -> Store:
    """Return the store that `url` names: a folder, or a folder as file:///path. Raises Invalid."""
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return FolderStore(unquote(parts.path))
    if "://" not in url and url.strip():
        return FolderStore(url)
    raise Invalid(
        f'Files cannot be kept in "{url}": only a folder is supported.',
        remedy="Set CASEWRIGHT_FILES to a folder, such as /var/lib/casewright/files or file:///var/lib/casewright/files.",
    )


def _sync_folder(folder: Path) -> None:
    """Make the new name itself last through a power cut."""
    if os.name == "nt":  # Windows cannot open a folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
