"""Pictures drawn anew for letters: smaller, upright, and with nothing in them that a camera or a stranger put there."""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date

from engine.documents import kinds, limited, viewing
from engine.documents.refusals import UploadRefused
from engine.documents.uploads import check_upload, refused
from engine.errors import Invalid

LARGEST_SIGNATURE = 2 * kinds.MB
MOST_PIXELS = 16_000_000  # of a signature: what a telephone's camera makes of a sheet
SIGNATURE = (1000, 360)  # pixels: 300 to the inch at the size that letters print
PHOTOGRAPH = (1200, 1200)  # pixels, the longer side: 190 to the inch across a page
MOST_KEPT = 32 * kinds.MB

SIGNATURES = frozenset({"image/jpeg", "image/png"})
PHOTOGRAPHS = frozenset({"image/jpeg", "image/png", "image/webp"})
AGAIN = "Sign on white paper with a dark pen, photograph or scan it, and upload that as PNG or JPEG."

_kept: OrderedDict[str, "Photograph"] = OrderedDict()  # by the digest of what it was drawn from
_keeping = threading.Lock()


@dataclass(frozen=True, slots=True)
class Photograph:
    """A photograph as JPEG, and the day that the camera noted."""

    content: bytes
    taken_on: date | None


def signature(name: str, content: bytes) -> bytes:
    """Return an officer's signature as PNG, cut to what is written. Raises UploadRefused."""
    if len(content) > LARGEST_SIGNATURE:
        most = f"it has {len(content) / kinds.MB:,.1f} MB; at most {LARGEST_SIGNATURE // kinds.MB} MB are accepted"
        raise refused(name, most, remedy=AGAIN, code="too_large")
    _require_picture(name, content)
    request = {"job": "signature", "size": SIGNATURE, "most_pixels": MOST_PIXELS}
    try:
        answer, drawn = viewing.run(request, content)
    except (limited.Breach, limited.Failed) as fault:
        raise refused(name, "it cannot be read as a picture", remedy=AGAIN, code="damaged") from fault
    across, down = answer["done"]["size"]
    if across * down > MOST_PIXELS:
        most = f"it has {across:,} × {down:,} points; at most {MOST_PIXELS // 1_000_000} million are accepted"
        raise refused(name, most, remedy="Make it smaller and upload that.", code="too_large")
    if not drawn:
        raise refused(name, "nothing is written in it", remedy=AGAIN, code="empty")
    return drawn


def _require_picture(name: str, content: bytes) -> None:
    try:
        content_type = check_upload(name, content).content_type
    except UploadRefused as refusal:
        raise UploadRefused(refusal.message, remedy=AGAIN, code=refusal.code) from refusal
    if content_type not in SIGNATURES:
        raise refused(name, "a signature is a picture, PNG or JPEG", remedy=AGAIN, code="type")


def photograph(content: bytes) -> Photograph:
    """Return a photograph for a letter, drawn once a process. Raises Invalid when it cannot be drawn."""
    digest = hashlib.sha256(content).hexdigest()
    found = _kept.get(digest)
    if found is None:
        found = _drawn(content)
        with _keeping:
            _kept[digest] = found
            while len(_kept) > 1 and sum(len(one.content) for one in _kept.values()) > MOST_KEPT:
                _kept.popitem(last=False)
    return found


def _drawn(content: bytes) -> Photograph:
    try:
        answer, drawn = viewing.run({"job": "photograph", "size": PHOTOGRAPH}, content)
    except (limited.Breach, limited.Failed) as fault:
        raise Invalid("It cannot be drawn as a picture.") from fault
    noted = answer["done"]["taken_on"]
    return Photograph(drawn, date.fromisoformat(noted) if noted else None)
