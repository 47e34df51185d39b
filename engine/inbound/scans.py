"""Takes the files of the drop folder in: each passes the checks of uploads, and says beside itself what it became."""

import os

from engine.documents import names, receiving
from engine.documents.kinds import KINDS, MB
from engine.documents.receiving import Received
from engine.documents.refusals import Held, UploadRefused
from engine.documents.store import Incoming
from engine.filing.receiving import LARGEST_HELD, quarantine, store
from engine.inbound import arriving, taking
from engine.inbound.arriving import Arrival
from engine.inbound.folder import Folder, Lying
from engine.inbound.keeping import Taken
from engine.inbound.sources import Source
from engine.instants import london, now
from engine.transactions import Sessions

LARGEST = max(kind.most_bytes for kind in KINDS.values())


class NotYet(FileNotFoundError):
    """The file cannot be read, and may still be being written."""


def take(sessions: Sessions, source: Source, folder: Folder, lying: Lying) -> Taken | None:
    """Take a file in; none when another node has just done so.

    Raises:
        OSError: it cannot be read, has gone, or is another by now.
    """
    fault = lying.fault or _too_large(lying.mark.size)
    if fault:
        return _unread(sessions, source, lying, fault)
    with folder.open(lying) as file, store().incoming(file) as incoming:
        key = lying.key(incoming.sha256)
        arrival = arriving.begin(sessions, source, key)
        if arrival is None:
            return _again(sessions, key)
        if arrival.is_hopeless:
            reason = f"Taking it in was begun {arrival.attempts - 1} times, and never came to an end."
            return taking.not_read(sessions, arrival, reason, channel="post", name=_shown(lying), size=incoming.size)
        try:
            received = receiving.receive(store(), _shown(lying), incoming, keeps_place=False)
        except UploadRefused as refusal:
            if lying.still_for < folder.patience:
                arriving.put_off(sessions, arrival)
                raise NotYet from refusal
            return _refused(sessions, arrival, lying, incoming, refusal)
    return _kept(sessions, arrival, lying, received)


def why(what: Taken) -> str:
    """Return what stands beside a file that is done with."""
    here = london(now())
    at = f"on {here.day} {here:%B %Y} at {here:%H:%M}"
    if what.state == "unread":
        return f"Not taken in, {at}. {what.reason} It is number {what.item_id} of what came in."
    before = " before: this very file came twice" if what.is_repeat else ""
    return f"Taken in, {at}{before}. It is number {what.item_id} of what came in."


def _kept(sessions: Sessions, arrival: Arrival, lying: Lying, received: Received) -> Taken | None:
    try:
        return taking.take_scan(sessions, _shown(lying), received, arrival)
    except arriving.TakenByAnother:
        return None


def _again(sessions: Sessions, key: str) -> Taken | None:
    item_id, state = arriving.became(sessions, key)
    return Taken(item_id, "unread" if state == "unread" else "new", is_repeat=True) if item_id else None


def _unread(sessions: Sessions, source: Source, lying: Lying, reason: str) -> Taken | None:
    """Write down what is not even opened."""
    key = lying.key("unread")
    arrival = arriving.begin(sessions, source, key)
    if arrival is None:
        return _again(sessions, key)
    size = lying.mark.size
    return taking.not_read(sessions, arrival, reason, channel="post", name=_shown(lying), size=size)


def _refused(sessions: Sessions, arrival: Arrival, lying: Lying, incoming: Incoming, refusal: UploadRefused) -> Taken:
    if 0 < incoming.size <= LARGEST_HELD:
        refusal.held = Held(_shown(lying), quarantine().keep(incoming), incoming.size)
    size, name = lying.mark.size, _shown(lying)
    return taking.not_read(sessions, arrival, str(refusal), channel="post", name=name, size=size, refusal=refusal)


def _shown(lying: Lying) -> str:
    """Return the name of a file as it may be shown and kept: some are no text at all."""
    text = os.fsencode(lying.name).decode("utf-8", "replace")
    return names.displayed(text, names.ending_of(text)[:10] or "file")


def _too_large(size: int) -> str:
    return f"It has {size / MB:,.0f} MB; at most {LARGEST // MB} MB are taken in." if size > LARGEST else ""
