"""Text messages and letters by any gateway that speaks the small contract which the README describes.

`POST` hands a message in under an Idempotency-Key, so a repeat changes nothing; `GET` by its id says what became of it.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

from engine.communications.providers import calling
from engine.communications.providers.base import (
    Outgoing,
    Postponed,
    Progress,
    Receipt,
    Refused,
    Send,
    Unreachable,
)
from engine.communications.providers.calling import Answer, Gateway
from engine.communications.providers.pages import pdf_of
from engine.communications.words import LETTER

STATUSES = ("sent", "delivered", "failed")
NOT_NOW = (408, 425, 429, 500)  # this message; of 502, 503 and 504 the whole gateway
TAKEN, HAD_IT = range(200, 300), 409
NO_REASON = "The gateway does not say why."


class Http:
    """A gateway for one channel."""

    name = "http"
    follows_for = timedelta(days=30)

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    @contextmanager
    def open(self) -> Iterator[Send]:
        """Give what sends; each message is a request of its own."""
        yield self._send

    def find(self, message: Outgoing) -> Receipt | None:
        """Return none: a repeat has the same Idempotency-Key, by which the gateway knows it."""
        return None

    def follow(self, references: Sequence[str]) -> dict[str, Progress]:
        """Ask for each. Raises Unreachable."""
        found = {}
        for reference in references:
            answer = calling.ask(self._gateway, "GET", f"/{quote(reference, safe='')}")
            if answer.status in TAKEN and (progress := progress_of(answer.said)) is not None:
                found[reference] = progress
            elif answer.status in (401, 403) or answer.status > 500:
                raise Unreachable(f"{self._gateway.host}: {answer.sentence}")
        return found

    def check(self) -> None:
        """Ask for a message that is not there: 404 shows that the gateway and our token are right."""
        answer = calling.ask(self._gateway, "GET", "/casewright-check")
        if answer.status not in (*TAKEN, 404):
            raise Unreachable(f"{self._gateway.host}: {answer.sentence}")

    def _send(self, message: Outgoing) -> Receipt:
        headers = {"Idempotency-Key": key_of(message)}
        answer = calling.ask(self._gateway, "POST", body=_body(message), headers=headers)
        if answer.status in TAKEN or answer.status == HAD_IT:
            return _receipt(answer, message)
        if answer.status in NOT_NOW:
            raise Postponed(answer.sentence)
        if answer.status in (401, 403, 404) or answer.status > 500:  # its address or our token is wrong, or it is down
            raise Unreachable(f"{self._gateway.host}: {answer.sentence}")
        raise Refused(answer.sentence)


def key_of(message: Outgoing) -> str:
    """Return the key of a message as a header can carry it: always the same for the same message."""
    return hashlib.sha256(message.key.encode()).hexdigest()


def progress_of(said: Mapping[str, Any]) -> Progress | None:
    """Read what a gateway says of a message, when asked or of its own accord; none where it is not of the contract."""
    status = said.get("status")
    if status not in STATUSES:
        return None
    reason = str(said.get("reason") or NO_REASON)[:500] if status == "failed" else ""
    return Progress(status, reason, _instant(said.get("at")), _pounds(said.get("cost")))


def _body(message: Outgoing) -> dict[str, Any]:
    body: dict[str, Any] = {
        "key": key_of(message),
        "channel": message.channel,
        "name": message.name,
        "reference": message.reference,
    }
    if message.channel != LETTER:
        return body | {"to": message.to, "text": message.text}
    pdf = base64.b64encode(pdf_of(message)).decode()
    return body | {"title": message.subject, "address_lines": list(message.address_lines), "pdf": pdf}


def _receipt(answer: Answer, message: Outgoing) -> Receipt:
    said = answer.said
    if said.get("status") == "failed":
        raise Refused(str(said.get("reason") or NO_REASON)[:500])
    sheets = said.get("sheets")
    return Receipt(
        str(said.get("id") or key_of(message))[:200],
        "delivered" if said.get("status") == "delivered" else "sent",
        _pounds(said.get("cost")),
        sheets if isinstance(sheets, int) and 0 <= sheets < 10_000 else None,
    )


def _pounds(said: Any) -> Decimal | None:
    try:
        pounds = Decimal(str(said)) if said is not None else None
    except InvalidOperation:
        return None
    return pounds if pounds is not None and pounds.is_finite() and 0 <= pounds < 100_000 else None


def _instant(said: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
