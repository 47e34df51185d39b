"""A file from outside on its way into the store: checked, and without the place where a picture was taken."""

from dataclasses import dataclass

from engine.documents import films, kinds, pictures
from engine.documents.refusals import PackageRefused
from engine.documents.store import FolderStore, Incoming
from engine.documents.uploads import CheckedFile, check_upload, refused

FILMS = frozenset({"video/mp4", "video/quicktime"})


@dataclass(frozen=True, slots=True)
class Received:
    """A file that is in the store."""

    checked: CheckedFile
    sha256: str
    size: int
    place_removed: bool  # where it was taken, with what else the camera noted


def receive(store: FolderStore, name: str, incoming: Incoming, *, keeps_place: bool) -> Received:
    """Check what came in and keep it. Raises UploadRefused with why it cannot be kept; then nothing is."""
    checked = check_upload(name, incoming.path)
    try:
        return _kept(store, checked, incoming, keeps_place=keeps_place)
    except PackageRefused as fault:
        raise refused(name, fault.reason, remedy=fault.remedy, code=fault.code) from fault


def _kept(store: FolderStore, checked: CheckedFile, incoming: Incoming, *, keeps_place: bool) -> Received:
    """Keep the file, with what it may not tell taken out."""
    kind = checked.content_type
    if kind in pictures.LOOKED_AT:
        content = incoming.path.read_bytes()
        cleaned = pictures.cleaned(content, kind, keeps_place=keeps_place)
        if cleaned is not content:
            return Received(checked, store.put(cleaned), len(cleaned), place_removed=True)
    if kind == kinds.PDF:
        pictures.check_pdf(incoming.path.read_bytes())
    film = films.without_place(incoming) if kind in FILMS and not keeps_place else incoming
    return Received(checked, store.keep(film), film.size, place_removed=film is not incoming)
