"""Reads the mailbox and the folder when their time has come: at most one node at a time, message by message."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from engine.documents.kinds import MB
from engine.errors import EngineError, Unavailable
from engine.inbound import arriving, mailbox, scans, sources, taking
from engine.inbound.arriving import Arrival
from engine.inbound.folder import STILL, Folder, Lying
from engine.inbound.keeping import Taken
from engine.inbound.mailbox import Address, Mailbox
from engine.inbound.sources import Source
from engine.transactions import Sessions

EVERY = timedelta(seconds=30)
DATABASE_AWAY = (OperationalError, InterfaceError, TimeoutError)
MOST_A_ROUND = 200  # messages, after which it is another node's turn

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Came:
    """What one look at a source brought."""

    source: str
    taken: int = 0
    repeats: int = 0
    not_read: int = 0
    error: str = ""
    job_keys: list[str] = field(default_factory=list)

    def note(self, what: Taken) -> None:
        """Count one that was taken in."""
        if what.is_repeat:
            self.repeats += 1
        elif what.state == "unread":
            self.not_read += 1
        else:
            self.taken += 1
        self.job_keys += what.job_keys

    def as_data(self) -> dict[str, object]:
        """Return it for a report."""
        return {name: value for name, value in asdict(self).items() if name != "job_keys"}


class Inbound:
    """What this process reads: a mailbox (`imap_url`), a folder, both or neither."""

    def __init__(
        self, sessions: Sessions, *, imap_url: str = "", folder: Path | None = None, still: float | None = None
    ) -> None:
        self._sessions = sessions
        self._where = mailbox.address(imap_url) if imap_url else None
        seconds = STILL if still is None else timedelta(seconds=still)
        self._folder = Folder(folder, still=seconds) if folder is not None else None

    @property
    def is_wanted(self) -> bool:
        """Say whether there is anything to read."""
        return self._where is not None or self._folder is not None

    def look_at_folder(self) -> None:
        """Look which files there are, so that the next look knows which have changed. Raises Unavailable."""
        if self._folder is not None:
            self._folder.ready()

    def look(self, *, is_forced: bool = False, is_over: Callable[[], bool] = lambda: False) -> list[Came]:
        """Take in what lies there and whose turn it is; `is_forced` when somebody asks for it now."""
        came = []
        if self._folder is not None:
            came.append(read_folder(self._sessions, self._folder, is_forced=is_forced, is_over=is_over))
        if self._where is not None:
            came.append(read_mailbox(self._sessions, self._where, is_forced=is_forced, is_over=is_over))
        return [one for one in came if one is not None]


def read_mailbox(
    sessions: Sessions, where: Address, *, is_forced: bool = False, is_over: Callable[[], bool] = lambda: False
) -> Came | None:
    """Take in what lies in the mailbox; none when it is not its time, or another node is at it."""
    source = Source("mailbox", where.name, EVERY)
    if not sources.take_turn(sessions, source, is_forced=is_forced):
        return None
    came = Came("mailbox")
    try:
        with mailbox.opened(where) as box:
            _read_all(sessions, source, box, came, is_over)
    except Unavailable as fault:
        log.warning("%s", fault)
        came.error = str(fault)
    sources.end_turn(sessions, source, error=came.error)
    return came


def _read_all(sessions: Sessions, source: Source, box: Mailbox, came: Came, is_over: Callable[[], bool]) -> None:
    waiting = box.waiting()
    done = arriving.taken(sessions, [box.key(uid) for uid in waiting])
    for uid in [uid for uid in waiting if box.key(uid) in done and box.can_put_away]:
        _put_away(box, uid, is_taken=True)  # whoever took it in was killed before that
    for uid in [uid for uid in waiting if box.key(uid) not in done][:MOST_A_ROUND]:
        if is_over():
            return
        _read_one(sessions, source, box, uid, waiting[uid], came)


def _read_one(sessions: Sessions, source: Source, box: Mailbox, uid: int, size: int, came: Came) -> None:
    """Take one message in. What goes wrong with it keeps no other from being taken in, and is tried again."""
    arrival = arriving.begin(sessions, source, box.key(uid))
    if arrival is None:
        return
    try:
        what = _taken(sessions, box, uid, size, arrival)
    except Unavailable:
        raise
    except (mailbox.Withheld, EngineError) as error:
        log.warning("message %d of the mailbox was not taken in: %s", uid, error)
        return
    except (OSError, mailbox.ERROR):
        raise  # the connection has gone
    except DATABASE_AWAY:
        raise  # no other message would fare better
    except Exception:
        log.exception("message %d of the mailbox was not taken in", uid)
        return
    came.note(what)
    _put_away(box, uid, is_taken=what.state != "unread")


def _taken(sessions: Sessions, box: Mailbox, uid: int, size: int, arrival: Arrival) -> Taken:
    if size > taking.LARGEST:
        most = taking.LARGEST // MB
        reason = f"The message has {size / MB:,.0f} MB; at most {most} MB are taken in."
        return taking.not_read(sessions, arrival, reason, head=_head(box, uid), size=size)
    if arrival.is_hopeless:
        reason = f"Taking the message in was begun {arrival.attempts - 1} times, and never came to an end."
        return taking.not_read(sessions, arrival, reason, head=_head(box, uid), size=size)
    content = box.message(uid, most=taking.LARGEST + 1)
    if len(content) > taking.LARGEST:
        reason = f"The message is longer than the {size:,} bytes that the mail server said, and was not taken in."
        return taking.not_read(sessions, arrival, reason, head=content[:65536], size=len(content))
    return taking.take_mail(sessions, content, arrival)


def _head(box: Mailbox, uid: int) -> bytes:
    try:
        return box.head(uid)
    except mailbox.Withheld:
        return b""


def _put_away(box: Mailbox, uid: int, *, is_taken: bool) -> None:
    try:
        box.put_away(uid, is_taken=is_taken)
    except mailbox.Withheld as refusal:
        log.warning("message %d was taken in and could not be moved: %s", uid, refusal)


def read_folder(
    sessions: Sessions, folder: Folder, *, is_forced: bool = False, is_over: Callable[[], bool] = lambda: False
) -> Came | None:
    """Take in what lies in the folder and has stopped growing; none when another node is at it."""
    source = Source("folder", str(folder.path), timedelta())
    if not sources.take_turn(sessions, source, is_forced=is_forced):
        return None
    came = Came("folder")
    try:
        for lying in folder.ready()[:MOST_A_ROUND]:
            if is_over():
                break
            _read_file(sessions, source, folder, lying, came)
    except Unavailable as fault:
        log.warning("%s", fault)
        came.error = str(fault)
    sources.end_turn(sessions, source, error=came.error)
    return came


def _read_file(sessions: Sessions, source: Source, folder: Folder, lying: Lying, came: Came) -> None:
    """Take one file in. What goes wrong with it keeps no other from being taken in, and is tried again."""
    try:
        what = scans.take(sessions, source, folder, lying)
    except (Unavailable, *DATABASE_AWAY):
        raise
    except FileNotFoundError:
        return  # it has gone, or changed
    except (OSError, EngineError) as error:
        log.warning("the file %r was not taken in: %s", lying.name, error)
        return
    except Exception:
        log.exception("the file %r was not taken in", lying.name)
        return
    if what is None:
        return
    came.note(what)
    try:
        folder.put_away(lying, is_taken=what.state != "unread", why=scans.why(what))
    except Unavailable as fault:  # it is taken in, and not again; the others are still to be
        log.warning("%s", fault)
        came.error = str(fault)
