"""Signs messages as the Standard Webhooks specification says (standardwebhooks.com, version 1.0.0).

A secret is not stored: it is worked out from its salt and the key that is kept beside the database, so that whoever has
the database alone can speak in nobody's name.
"""

import base64
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from engine import configuration
from engine.instants import now
from engine.webhooks.messages import Withheld
from models.webhooks import WebhookSecret

PREFIX = "whsec_"


def new_secret(session: Session, subscription_id: int, *, overlap: timedelta = timedelta()) -> str:
    """Make a secret and return it, to be shown this once. Those before are signed with no longer than for `overlap`."""
    last = now() + overlap
    lasts = or_(WebhookSecret.ends_at.is_(None), WebhookSecret.ends_at > last)
    of_it = (WebhookSecret.subscription_id == subscription_id, lasts)
    session.execute(update(WebhookSecret).where(*of_it).values(ends_at=last))
    row = WebhookSecret(
        subscription_id=subscription_id,
        salt=secrets.token_hex(16),
        key_id=configuration.current().keyring.current,
        created_at=now(),
    )
    session.add(row)
    session.flush()  # the newest is told by its number
    return PREFIX + base64.b64encode(_key(row)).decode()


def keys_in_use(session: Session, subscription_id: int) -> list[bytes]:
    """Return the keys to sign with, the newest first. Raises Withheld: they cannot be worked out."""
    lasts = or_(WebhookSecret.ends_at.is_(None), WebhookSecret.ends_at > now())
    statement = select(WebhookSecret).where(WebhookSecret.subscription_id == subscription_id, lasts)
    return [_key(row) for row in session.scalars(statement.order_by(WebhookSecret.id.desc()))]


def headers(message_id: str, at: datetime, body: bytes, keys: Sequence[bytes]) -> dict[str, str]:
    """Return the three headers by which a receiver tells that a message is ours, new, and no repeat."""
    timestamp = str(int(at.timestamp()))
    signed = f"{message_id}.{timestamp}.".encode() + body
    signatures = (f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}" for key in keys)
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": " ".join(signatures)}


def _key(row: WebhookSecret) -> bytes:
    """Return the 32 bytes of a secret."""
    kept = configuration.current().keyring.key(row.key_id)
    if kept is None:
        raise Withheld(
            f"the key “{row.key_id}” of its secret is not in the keyring: restore that, or make a new secret"
        )
    return hmac.digest(kept, f"webhook secret|{row.subscription_id}|{row.salt}".encode(), "sha256")
