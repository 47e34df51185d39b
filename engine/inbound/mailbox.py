"""The mailbox from which e-mails are taken, over IMAP (RFC 3501, MOVE of RFC 6851, UIDPLUS of RFC 4315)."""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qs, unquote, urlsplit

from engine.errors import Invalid, Unavailable

SECONDS = 20.0  # that the server may take for one answer
TAKEN, NOT_TAKEN = "Taken in", "Not taken in"  # folders beside the one that is read
MOST_AT_ONCE = 500  # numbers in one command
_SIZE = re.compile(rb"UID (\d+)\b.*?RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+).*?UID (\d+)\b")
_REMEDY = "Look at IMAP_URL, and at whether the mail server can be reached."


ERROR = imaplib.IMAP4.error  # of what the server says; the connection may have gone


class Withheld(Exception):
    """The server has the message and does not hand it over."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the mailbox is: `imaps://user:password@host:993/INBOX`; `imap://` begins TLS where the server offers it."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    is_tls: bool = True

    @property
    def name(self) -> str:
        """Return what people call it."""
        return f"{self.user or 'anonymous'} at {self.host}, {self.folder}"

    @property
    def key(self) -> str:
        """Return a short word for it that no other mailbox has."""
        return sha256(f"{self.user}@{self.host}:{self.port}/{self.folder}".encode()).hexdigest()[:16]

    @property
    def is_here(self) -> bool:
        """Say whether the server is this machine, to which a password may go unencrypted."""
        return self.host in ("localhost", "127.0.0.1", "::1")


def address(url: str) -> Address:
    """Read IMAP_URL. Raises Invalid, which never repeats the password."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or port == -1 or parse_qs(parts.query):
        raise Invalid("IMAP_URL is not the address of a mailbox.", remedy="Write imaps://user:password@host:993/INBOX.")
    is_tls = parts.scheme == "imaps"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    return Address(parts.hostname, port or (993 if is_tls else 143), user, password, folder, is_tls)


@contextmanager
def opened(where: Address) -> Iterator["Mailbox"]:
    """Connect, sign in, and give the mailbox. Raises Unavailable, with what the server said."""
    try:
        connection = _connected(where)
    except (OSError, imaplib.IMAP4.error) as error:
        raise _unavailable(where, error) from error
    try:
        yield _selected(connection, where)
    except (OSError, imaplib.IMAP4.error) as error:
        raise _unavailable(where, error) from error
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            connection.logout()


class Mailbox:
    """A folder of a mail server that is open; a UID names a message in it as long as `validity` is the same."""

    def __init__(self, connection: imaplib.IMAP4, where: Address, validity: str) -> None:
        self._connection = connection
        self._folders: dict[str, str] = {}
        self.where, self.validity = where, validity

    def key(self, uid: int) -> str:
        """Return what names a message in this mailbox for good."""
        return f"imap:{self.where.key}:{self.validity}:{uid}"

    def waiting(self) -> dict[int, int]:
        """Return the messages that lie there, the first that came first: UID to bytes."""
        found = self._told("SEARCH", "UNDELETED")
        uids = sorted(int(uid) for line in found if isinstance(line, bytes) for uid in line.split())
        sizes: dict[int, int] = {}
        for at in range(0, len(uids), MOST_AT_ONCE):
            lines = self._told("FETCH", _numbers(uids[at : at + MOST_AT_ONCE]), "(UID RFC822.SIZE)")
            for line in lines:
                size = _SIZE.search(line) if isinstance(line, bytes) else None
                if size:
                    sizes[int(size[1] or size[4])] = int(size[2] or size[3])
        return {uid: sizes[uid] for uid in uids if uid in sizes}

    def message(self, uid: int, *, most: int) -> bytes:
        """Return a message, of one that is longer than it said no more than `most` bytes. It is not marked as read.

        Raises:
            Withheld: the server does not hand it over.
        """
        return self._literal(uid, f"(BODY.PEEK[]<0.{most}>)")

    def head(self, uid: int) -> bytes:
        """Return the first of its headers, for what is not taken in. Raises Withheld."""
        return self._literal(uid, "(BODY.PEEK[HEADER]<0.65536>)")

    @property
    def can_put_away(self) -> bool:
        """Say whether there is, or can be made, a folder for what is done with."""
        return bool(self._folder(TAKEN) and self._folder(NOT_TAKEN))

    def put_away(self, uid: int, *, is_taken: bool) -> None:
        """Move a message to the folder of what is done with; where there can be none, mark it as read.

        Raises:
            Withheld: the server does not do that.
        """
        folder = self._folder(TAKEN if is_taken else NOT_TAKEN)
        if "MOVE" in self._connection.capabilities and folder:
            self._told("MOVE", str(uid), folder)
            return
        if folder:
            self._told("COPY", str(uid), folder)
        self._told("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen \Deleted)" if folder else r"(\Seen \Flagged)")
        if folder and "UIDPLUS" in self._connection.capabilities:
            self._told("EXPUNGE", str(uid))

    def _folder(self, name: str) -> str:
        """Return the name of a folder, as it is written in commands; made when it is missing; "" when it cannot be."""
        if name not in self._folders:
            self._folders[name] = next((_quoted(one) for one in self._names(name) if self._is_made(one)), "")
        return self._folders[name]

    def _names(self, name: str) -> Sequence[str]:
        """Return how a folder may be called: some servers keep all beneath INBOX."""
        _, lines = self._connection.list('""', '""')
        found = re.search(rb'\([^)]*\) "(.)"', lines[0]) if lines and isinstance(lines[0], bytes) else None
        return (name, f"INBOX{found[1].decode('ascii', 'replace') if found else '.'}{name}")

    def _is_made(self, name: str) -> bool:
        if self._connection.status(_quoted(name), "(MESSAGES)")[0] == "OK":
            return True
        return self._connection.create(_quoted(name))[0] == "OK"

    def _literal(self, uid: int, what: str) -> bytes:
        lines = self._told("FETCH", str(uid), what)
        found = next((line[1] for line in lines if isinstance(line, tuple)), None)
        if found is None:
            raise Withheld("the mail server sent nothing")
        return bytes(found)

    def _told(self, command: str, *arguments: str) -> list[bytes | tuple[bytes, bytes]]:
        answer, lines = self._connection.uid(command, *arguments)
        if answer != "OK":
            raise Withheld(_said(lines) or f"the mail server refused {command}")
        return lines


def _connected(where: Address) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if where.is_tls:
        connection: imaplib.IMAP4 = imaplib.IMAP4_SSL(where.host, where.port, ssl_context=context, timeout=SECONDS)
    else:
        connection = imaplib.IMAP4(where.host, where.port, timeout=SECONDS)
    try:
        is_private = where.is_tls
        if not is_private and "STARTTLS" in connection.capabilities and not where.is_here:
            connection.starttls(context)
            is_private = True
        if not (is_private or where.is_here):
            raise imaplib.IMAP4.error("it takes the password only unencrypted; use imaps://")
        _sign_in(connection, where)
    except BaseException:
        with suppress(OSError, imaplib.IMAP4.error):
            connection.shutdown()
        raise
    return connection


def _sign_in(connection: imaplib.IMAP4, where: Address) -> None:
    if "AUTH=PLAIN" in connection.capabilities:
        answer = f"\0{where.user}\0{where.password}".encode()
        connection.authenticate("PLAIN", lambda _: answer)
    else:
        connection.login(where.user, where.password)


def _selected(connection: imaplib.IMAP4, where: Address) -> Mailbox:
    answer, lines = connection.select(_quoted(where.folder))
    if answer != "OK":
        raise imaplib.IMAP4.error(_said(lines) or f"there is no folder {where.folder}")
    validity = connection.response("UIDVALIDITY")[1]
    number = validity[0] if validity and isinstance(validity[0], bytes) else b"0"
    return Mailbox(connection, where, number.decode("ascii", "replace")[:20])


def _quoted(name: str) -> str:
    """Return the name of a folder as it is written in commands: in modified UTF-7 (RFC 3501, 5.1.3)."""
    parts = re.split(r"([^ -~]+)", name.replace("&", "&-"))
    written = "".join(_base64(part) if number % 2 else part for number, part in enumerate(parts))
    return '"' + written.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _base64(text: str) -> str:
    return "&" + text.encode("utf-7")[1:].decode().rstrip("-").replace("/", ",") + "-"


def _numbers(uids: Sequence[int]) -> str:
    return ",".join(str(uid) for uid in uids)


def _said(lines: Sequence[object]) -> str:
    return " ".join(line.decode("utf-8", "replace") for line in lines if isinstance(line, bytes))[:300]


def _unavailable(where: Address, error: Exception) -> Unavailable:
    said = " ".join(str(error).split())[:300] or type(error).__name__
    if where.password:
        said = said.replace(where.password, "…")
    return Unavailable(f"The mailbox of {where.name} cannot be read: {said}", remedy=_REMEDY)
