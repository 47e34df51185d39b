"""Seals events: a keyed HMAC over each event's header, a salted digest of its payload, and the seal before it.

Somebody with the database alone cannot rewrite history, since the key is not in it. An approved erasure may remove a
payload and its salt; the digest stays, and the chain still verifies.
"""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from json.encoder import encode_basestring as quoted
from pathlib import Path

from engine.errors import NotPossible


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys that seal events: one in use, the earlier ones for verifying what they sealed."""

    current: str
    keys: dict[str, bytes]

    def key(self, key_id: str) -> bytes | None:
        """Return the key that `key_id` names; none when it was lost."""
        return self.keys.get(key_id)


@dataclass(frozen=True, slots=True)
class Header:
    """What a seal covers, beside the seal before it."""

    case_id: int
    sequence: int
    at: datetime
    type: str
    actor_id: int | None
    actor_name: str
    digest: str

    def text(self) -> str:
        """Return the header in one unmistakable line."""
        instant = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        return line(self.case_id, self.sequence, instant, self.type, self.actor_id, self.actor_name, self.digest)


def digest(payload: str, salt: str) -> str:
    """Return the salted digest of a payload."""
    return hashlib.sha256(f"{salt}:{payload}".encode()).hexdigest()


def new_salt() -> str:
    """Return a fresh salt of 128 bits."""
    return secrets.token_hex(16)


def line(
    case_id: int, sequence: int, instant: str, type_: str, actor_id: int | None, actor_name: str, digest: str
) -> str:
    """Return a header in one unmistakable line, a JSON list; `instant` is in UTC to the microsecond."""
    actor = "null" if actor_id is None else actor_id
    return f"[{case_id},{sequence},{quoted(instant)},{quoted(type_)},{actor},{quoted(actor_name)},{quoted(digest)}]"


def mac(key: bytes, header: Header, previous: str) -> str:
    """Return the seal of an event whose predecessor has the seal `previous` (empty for the first)."""
    return mac_of_line(key, header.text(), previous)


def mac_of_line(key: bytes, header_line: str, previous: str) -> str:
    """Return the same seal over a header that is a line already."""
    return hmac.digest(key, f"{previous}|{header_line}".encode(), "sha256").hex()


def open_keyring(path: Path) -> Keyring:
    """Return the keyring kept at `path`, made with a first key when it is not there yet.

    The file is JSON: {"current": id, "keys": {id: hex}}, readable by its owner only.
    """
    if not path.exists():
        _write(path, Keyring("k1", {"k1": secrets.token_bytes(32)}))
    try:
        kept = json.loads(path.read_text())
        return Keyring(kept["current"], {name: bytes.fromhex(value) for name, value in kept["keys"].items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotPossible(
            f"The keyring {path.name} cannot be read.",
            remedy="Restore it from the backup; without it nothing is sealed.",
        ) from error


def rotate(path: Path) -> Keyring:
    """Put a new key into use and keep the old ones for verifying."""
    ring = open_keyring(path)
    name = f"k{len(ring.keys) + 1}"
    ring = Keyring(name, {**ring.keys, name: secrets.token_bytes(32)})
    _write(path, ring)
    return ring


def _write(path: Path, ring: Keyring) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"current": ring.current, "keys": {name: key.hex() for name, key in ring.keys.items()}})
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.touch(mode=0o600)
    temporary.write_text(text)
    os.replace(temporary, path)
