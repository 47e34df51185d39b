"""What the environment says: where the database, the files and the keys are. Read once, when the process starts."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from engine.communications import providers
from engine.configuration import configure
from engine.errors import Invalid

VAR = Path("var")
MEGABYTE = 1024 * 1024
SHORTEST_TOKEN = 20
CALLBACK_TOKENS = {"notify": "NOTIFY_CALLBACK_TOKEN", "sms": "SMS_CALLBACK_TOKEN", "letters": "LETTERS_CALLBACK_TOKEN"}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process. `proxies` is how many reverse proxies stand before it and may be believed."""

    database_url: str
    secret_key: str
    files: Path
    keyring: Path
    anchors: Path
    smtp_url: str
    mail_from: str
    channels: providers.Choice  # which provider takes letters, e-mails and text messages
    callback_tokens: Mapping[str, str]  # of providers that tell of their own accord what became of a message
    proxies: int
    url: str  # at which staff open the site: what leaves by e-mail leads there
    drain: float  # seconds between being told to stop and stopping, in which /readyz says so
    log: str  # json, or text for people
    metrics_token: str  # with which the figures may be read
    metrics_allow: tuple[IPv4Network | IPv6Network, ...]  # from where they may be read without it
    only_to: tuple[str, ...]  # addresses and domains that an installation for trying things out may write to
    webhook_networks: tuple[IPv4Network | IPv6Network, ...]  # of the house, to which webhooks may go all the same
    imap_url: str = field(repr=False)  # the mailbox from which e-mails are taken in
    inbox: Path | None  # the folder from which scanned post is taken in


def read(given: Mapping[str, str] | None = None) -> Settings:
    """Return the settings: what is `given`, else the environment, else what suits one machine under ./var."""
    values = {**os.environ, **(given or {})}
    files = Path(values.get("CASEWRIGHT_FILES") or VAR / "files")
    return Settings(
        database_url=_database(values.get("DATABASE_URL") or _default_database()),
        secret_key=values.get("CASEWRIGHT_SECRET_KEY") or kept_secret(VAR / "secret-key"),
        files=files,
        keyring=Path(values.get("CASEWRIGHT_KEYRING") or VAR / "keyring.json"),
        anchors=Path(values.get("CASEWRIGHT_ANCHORS") or files.parent / "anchors"),
        smtp_url=values.get("SMTP_URL", ""),
        mail_from=values.get("CASEWRIGHT_MAIL_FROM", ""),
        channels=providers.read(values),
        callback_tokens={name: token for name, key in CALLBACK_TOKENS.items() if (token := _token(values, key))},
        proxies=int(values.get("CASEWRIGHT_PROXIES") or 0),
        drain=float(values.get("CASEWRIGHT_DRAIN") or 0),
        log=values.get("CASEWRIGHT_LOG", ""),
        metrics_token=values.get("CASEWRIGHT_METRICS_TOKEN", ""),
        metrics_allow=_networks(values, "CASEWRIGHT_METRICS_ALLOW"),
        only_to=tuple(part.strip() for part in values.get("CASEWRIGHT_ONLY_TO", "").split(",") if part.strip()),
        webhook_networks=_networks(values, "CASEWRIGHT_WEBHOOK_NETWORKS"),
        url=_address(values.get("CASEWRIGHT_URL", "")),
        imap_url=_mailbox(values.get("IMAP_URL", "")),
        inbox=Path(values["CASEWRIGHT_INBOX"]) if values.get("CASEWRIGHT_INBOX") else None,
    )


def put_in_force(settings: Settings) -> None:
    """Tell the engine of this process what it must know of them."""
    configure(
        files=settings.files,
        keyring_path=settings.keyring,
        anchors=settings.anchors,
        url=settings.url,
        only_to=settings.only_to,
        webhook_networks=settings.webhook_networks,
    )


def _address(url: str) -> str:
    """Return the site's own address, without a slash at its end."""
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        raise Invalid(
            "CASEWRIGHT_URL is not the address of a site.", remedy="Write one such as https://cases.landlord.example."
        )
    return url.rstrip("/")


def _mailbox(url: str) -> str:
    """Return the address of the mailbox. Raises Invalid when it is none."""
    if url:
        from engine.inbound import mailbox  # here: few processes have one

        mailbox.address(url)
    return url


def _token(values: Mapping[str, str], name: str) -> str:
    """Return a token that others prove themselves by."""
    token = values.get(name, "")
    if token and len(token) < SHORTEST_TOKEN:
        raise Invalid(
            f"{name} is shorter than {SHORTEST_TOKEN} characters, and could be guessed.",
            remedy="Make one with `openssl rand -hex 32`.",
        )
    return token


def _networks(values: Mapping[str, str], name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in values.get(name, "").split(",") if part.strip())
    except ValueError as error:
        raise Invalid(f"{name} names no network: {error}.", remedy="Write addresses such as 10.0.0.0/8.") from error


def _database(url: str) -> str:
    try:
        is_known = make_url(url).get_backend_name() in ("sqlite", "postgresql")
    except ArgumentError:
        is_known = False
    if not is_known:
        raise Invalid(
            "DATABASE_URL is not the address of a database that Casewright can use.",
            remedy="Write sqlite:////path/to/file.db or postgresql://user@host/name.",
        )
    return url


def _default_database() -> str:
    VAR.mkdir(exist_ok=True)
    return f"sqlite:///{(VAR / 'casewright.db').absolute()}"


def kept_secret(path: Path) -> str:
    """Return the secret in `path`; make one that only this account can read when there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # another process was quicker: its secret counts
            os.link(aside, path)
        aside.unlink()
    return path.read_text().strip()
