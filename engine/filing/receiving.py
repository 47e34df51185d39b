"""Receives files: into the store what may be kept, into the quarantine what may not. Needs no database."""

import io
from typing import BinaryIO

from engine import configuration
from engine.documents import receiving
from engine.documents.receiving import Received
from engine.documents.refusals import Held, UploadRefused
from engine.documents.store import FolderStore

QUARANTINE = "quarantine"
RENDITIONS = "renditions"
LARGEST_HELD = 50 * 1024 * 1024  # bytes; what is larger is refused and not kept at all


def store() -> FolderStore:
    """Return where documents are kept."""
    return FolderStore(configuration.current().files)


def quarantine() -> FolderStore:
    """Return where refused files are kept, apart from documents."""
    return FolderStore(configuration.current().files / QUARANTINE)


def renditions() -> FolderStore:
    """Return where thumbnails and pages drawn of documents are kept; all of it can be drawn again."""
    return FolderStore(configuration.current().files / RENDITIONS)


def receive(name: str, stream: BinaryIO | bytes, *, keeps_place: bool = False) -> Received:
    """Check a file from outside and keep its bytes; a photograph's place is taken out unless `keeps_place`.

    Raises UploadRefused, which says in `held` where the refused bytes are, if they were kept.
    """
    kept = store()
    with kept.incoming(io.BytesIO(stream) if isinstance(stream, bytes) else stream) as incoming:
        try:
            return receiving.receive(kept, name, incoming, keeps_place=keeps_place)
        except UploadRefused as refusal:
            if 0 < incoming.size <= LARGEST_HELD:
                refusal.held = Held(name[:200], quarantine().keep(incoming), incoming.size)
            raise
