"""The channels of this installation by its settings: what each is set up with, and how to find out that it works.

No secret of a setting is in what is told of a channel.
"""

import socket
import tempfile
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy.orm import Session

from engine import outbox
from engine.channels import figures, looking, testing
from engine.channels.figures import FOLDER, MAILBOX, PDF, STAFF, Figures
from engine.channels.looking import Look
from engine.channels.testing import Sent
from engine.communications.providers.smtp import Smtp
from engine.communications.words import EMAIL, LETTER, SMS
from engine.documents import converting
from engine.errors import Conflict, NotFound, Unavailable
from engine.inbound import mailbox
from engine.permissions import Actor
from webapp import database
from webapp.settings import Settings

Question = Callable[[], None]

WORDS = {
    EMAIL: "E-mail to people",
    SMS: "Text messages",
    LETTER: "Letters",
    STAFF: "E-mail to staff",
    MAILBOX: "Mailbox",
    FOLDER: "Scanned post",
    PDF: "PDFs of letters",
}
MISSING = {  # what to set where nothing is
    EMAIL: "Nothing is sent: set SMTP_URL, or CASEWRIGHT_EMAIL.",
    SMS: "Nothing is sent: set NOTIFY_API_KEY, or SMS_URL and SMS_TOKEN.",
    LETTER: "Nothing is sent: set CASEWRIGHT_LETTERS.",
    STAFF: "Nothing is sent: set SMTP_URL. Reminders stand in the portal alone.",
    MAILBOX: "No mailbox is read: set IMAP_URL.",
    FOLDER: "No folder is read: set CASEWRIGHT_INBOX.",
}


@dataclass(frozen=True, slots=True)
class Way:
    """What a channel is set up with: its provider in words, where it is, and how to ask whether it works."""

    provider: str = ""  # "" where none is set up
    place: str = ""
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as an administrator sees it."""

    key: str
    word: str
    way: Way
    figures: Figures
    last: Look | None
    test_to: str  # the reader's own address or number, to which a test goes; "" where none can

    @property
    def is_set_up(self) -> bool:
        """Say whether anything leaves or comes in by it."""
        return self.way.question is not None

    @property
    def missing(self) -> str:
        """Return what to set up; "" where it is."""
        return "" if self.is_set_up else MISSING[self.key]


def every(session: Session, *, by: Actor) -> list[Channel]:
    """Return the channels of this installation, those that are not set up among them."""
    counted, looks, ways = figures.figures(session), looking.last(session), _ways(_settings())
    return [
        Channel(key, word, ways[key], counted[key], looks.get(key), _test_to(session, key, ways[key], by))
        for key, word in WORDS.items()
    ]


def one(session: Session, key: str, *, by: Actor) -> Channel:
    """Return a channel. Raises NotFound."""
    found = next((channel for channel in every(session, by=by) if channel.key == key), None)
    if found is None:
        raise NotFound("There is no such channel.", remedy=f"There are: {', '.join(WORDS)}.")
    return found


def look(key: str, *, by: Actor) -> Look:
    """Find out whether a channel works. It may take half a minute, outside any transaction.

    Raises:
        NotFound: there is no such channel.
        Conflict: it is not set up.
    """
    settings = _settings()
    way = _ways(settings).get(key)
    if way is None:
        raise NotFound("There is no such channel.", remedy=f"There are: {', '.join(WORDS)}.")
    if way.question is None:
        raise Conflict(MISSING[key], remedy="Start again then.")
    host, secrets = socket.gethostname(), _secrets(settings)
    return looking.look(database.sessions(), key, way.question, host=host, secrets=secrets, by=by)


def send_test(key: str, *, by: Actor) -> Sent:
    """Send a test message to the actor; see `engine.channels.testing`. Raises NotFound for what takes none."""
    if key not in testing.CHANNELS:
        raise NotFound("No test message goes this way.", remedy=f"There are: {', '.join(testing.CHANNELS)}.")
    return testing.send(database.sessions(), key, _providers(_settings()), by=by)


def _settings() -> Settings:
    found: Settings = current_app.extensions["casewright"]
    return found


def _providers(settings: Settings) -> Mapping[str, Any]:
    return settings.channels.providers(settings.mail_from or outbox.landlord(database.sessions()))


def _test_to(session: Session, key: str, way: Way, by: Actor) -> str:
    return testing.own_address(session, key, by=by) if key in testing.CHANNELS and way.question is not None else ""


def _ways(settings: Settings) -> dict[str, Way]:
    providers = settings.channels.providers(settings.mail_from)
    out = {
        channel: Way(*_told(settings, channel), providers[channel].check) if channel in providers else Way()
        for channel in (EMAIL, SMS, LETTER)
    }
    return {**out, STAFF: _to_staff(settings), **_inbound(settings), PDF: _office()}


def _told(settings: Settings, channel: str) -> tuple[str, str]:
    """Return the provider of a channel in words, and where it is."""
    choice = settings.channels
    name = choice.names[channel]
    if name == "smtp":
        return "Mail server", _server(choice.smtp_url)
    if name == "notify":
        return "GOV.UK Notify", urlsplit(choice.account.url).netloc if choice.account else ""
    if name == "http":
        return "Gateway", choice.gateways[channel].host if choice.gateways else ""
    return "The house's own printer", "Letters wait under Post"


def _server(url: str) -> str:
    server = outbox.mail_server(url)
    return f"{server.host}:{server.port}"


def _to_staff(settings: Settings) -> Way:
    if not settings.smtp_url:
        return Way()
    return Way("Mail server", _server(settings.smtp_url), Smtp(settings.smtp_url, "").check)


def _inbound(settings: Settings) -> dict[str, Way]:
    found = {MAILBOX: Way(), FOLDER: Way()}
    if settings.imap_url:
        where = mailbox.address(settings.imap_url)
        found[MAILBOX] = Way("IMAP", where.name, partial(_open, where))
    if settings.inbox is not None:
        found[FOLDER] = Way("Folder", str(settings.inbox), partial(_write_in, settings.inbox))
    return found


def _office() -> Way:
    try:
        return Way("LibreOffice", str(converting.program().parent), converting.check)
    except Unavailable as missing:
        return Way("LibreOffice", f"Not installed. {missing.remedy}", converting.check)


def _open(where: mailbox.Address) -> None:
    with mailbox.opened(where):
        pass


def _write_in(folder: Path) -> None:
    """Make a file there that nobody takes in, and take it away: what is taken in is moved, so we must write there."""
    try:
        with tempfile.NamedTemporaryFile(prefix=".casewright-", dir=folder):
            pass
    except OSError as error:
        said = error.strerror or str(error)
        raise Unavailable(
            f"The folder {folder} cannot be written to: {said}.",
            remedy="Look at CASEWRIGHT_INBOX, and at who may read and write there.",
        ) from error


def _secrets(settings: Settings) -> list[str]:
    """Return what must be in no answer that is kept: passwords and tokens, also as mail servers are told them."""
    choice = settings.channels
    found = [one.token for one in (choice.gateways or {}).values()]
    found += [choice.account.api_key, choice.account.api_key[-36:]] if choice.account else []
    pairs = []
    if settings.smtp_url:
        server = outbox.mail_server(settings.smtp_url)
        pairs.append((server.user, server.password))
    if settings.imap_url:
        box = mailbox.address(settings.imap_url)
        pairs.append((box.user, box.password))
    for user, password in pairs:
        found += [password, _base64(password), _base64(f"\0{user}\0{password}")] if password else []
    return found


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
