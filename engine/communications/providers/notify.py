"""GOV.UK Notify: text messages, letters and e-mails, by its own client.

Notify keeps no repeat from going out, so each message goes under our key as its `reference`, and whoever cannot tell
how an attempt ended asks for that reference first (`find`). What it keeps of a message it keeps for seven days.
Source: https://docs.notifications.service.gov.uk/python.html
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

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
from engine.communications.providers.pages import pdf_of
from engine.communications.words import CHANNELS, EMAIL, LETTER, SMS
from engine.errors import Invalid

URL = "https://api.notifications.service.gov.uk"
SECONDS = 20  # for each answer
ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
KEY = re.compile(f".*{ID}-{ID}", re.IGNORECASE)
FAILURES = {
    "permanent-failure": {
        EMAIL: "There is no such e-mail address.",
        SMS: "The network did not deliver it: the number is not in use, or the message was blocked.",
        LETTER: "The printer cannot print it.",
    },
    "temporary-failure": {
        EMAIL: "The mailbox did not take it for three days: it may be full, or its server away.",
        SMS: "The telephone was off or out of reach for three days, or full.",
    },
    "technical-failure": dict.fromkeys(CHANNELS, "GOV.UK Notify could not send it; nothing is wrong with it."),
    "virus-scan-failed": {LETTER: "GOV.UK Notify found a virus in it."},
    "validation-failed": {LETTER: "GOV.UK Notify does not print it: something lies outside the area that it prints."},
    "cancelled": dict.fromkeys(CHANNELS, "It was cancelled at GOV.UK Notify."),
    "returned-letter": {LETTER: "Royal Mail brought it back."},
}
POSTED = "received"  # of a letter: printed and handed to Royal Mail


@dataclass(frozen=True, slots=True)
class Account:
    """The service at GOV.UK Notify that is written through, and its templates, whose only placeholders are ours."""

    api_key: str
    url: str = URL
    sms_template: str = ""  # ((body))
    email_template: str = ""  # ((subject)) and ((body))


class Notify:
    """GOV.UK Notify for one channel; its client is used by one thread at a time."""

    name = "notify"
    follows_for = timedelta(days=7)

    def __init__(self, account: Account, channel: str) -> None:
        self._account, self._channel = account, channel
        self._made: Any = None

    @contextmanager
    def open(self) -> Iterator[Send]:
        """Give what sends; each message is a request of its own."""
        yield self._send

    def find(self, message: Outgoing) -> Receipt | None:
        """Return the receipt of an earlier attempt by its reference. Raises Unreachable: without it nothing is sent."""
        try:
            said = self._ask(lambda: self._client.get_all_notifications(reference=reference_of(message)))
        except Refused as refused:  # the question, and not the message
            raise Postponed(str(refused)) from refused
        found = said.get("notifications") or [None]
        return Receipt(str(found[0]["id"])) if found[0] is not None else None

    def follow(self, references: Sequence[str]) -> dict[str, Progress]:
        """Ask for each. Raises Unreachable."""
        found = {}
        for reference in references:
            try:
                progress = progress_of(self._ask(partial(self._client.get_notification_by_id, reference)))
            except (Refused, Postponed):  # it has forgotten it, or cannot tell now
                continue
            if progress is not None:
                found[reference] = progress
        return found

    def check(self) -> None:
        """Read the template of the channel, or the list of letters. Raises Unreachable."""
        try:
            if self._channel == LETTER:
                self._ask(lambda: self._client.get_all_notifications(template_type="letter"))
                return
            text = self._ask(lambda: self._client.get_template(self._template))
        except (Refused, Postponed) as error:
            raise Unreachable(str(error)) from error
        wanted = {"body": text.get("body"), **({"subject": text.get("subject")} if self._channel == EMAIL else {})}
        for name, said in wanted.items():
            if f"(({name}))" not in str(said or ""):
                raise Unreachable(
                    f"The template at GOV.UK Notify has no ((body)) as its {name}."
                    if name == "body"
                    else "The subject of the template at GOV.UK Notify is not ((subject))."
                )

    @property
    def _client(self) -> Any:
        if self._made is None:
            from notifications_python_client.notifications import (
                NotificationsAPIClient,
            )  # here: it takes long to import

            made: Any = NotificationsAPIClient
            self._made = made(self._account.api_key, base_url=self._account.url, timeout=SECONDS)
            self._made.request_session.max_redirects = 0
        return self._made

    @property
    def _template(self) -> str:
        return self._account.sms_template if self._channel == SMS else self._account.email_template

    def _send(self, message: Outgoing) -> Receipt:
        reference, client = reference_of(message), self._client
        if message.channel == LETTER:
            pdf = io.BytesIO(pdf_of(message))
            said = self._ask(lambda: client.send_precompiled_letter_notification(reference, pdf))
        elif message.channel == SMS:
            body = {"body": message.text}
            said = self._ask(lambda: client.send_sms_notification(message.to, self._template, body, reference))
        else:
            if message.attachments:
                raise Refused("GOV.UK Notify sends no attachments with e-mails.")
            body = {"body": message.text, "subject": message.subject}
            said = self._ask(lambda: client.send_email_notification(message.to, self._template, body, reference))
        return Receipt(str(said["id"]))

    def _ask(self, question: Callable[[], Any]) -> Any:
        from notifications_python_client.errors import APIError

        try:
            return question()
        except APIError as error:
            raise _as_ours(error) from error


def account(api_key: str, *, url: str = "", sms_template: str = "", email_template: str = "") -> Account:
    """Read the settings of GOV.UK Notify. Raises Invalid."""
    if not KEY.fullmatch(api_key):
        raise Invalid(
            "NOTIFY_API_KEY is not a key of GOV.UK Notify.",
            remedy="Copy the whole key from its page “API integration”: a name and two ids, joined by hyphens.",
        )
    for setting, template in (("NOTIFY_SMS_TEMPLATE", sms_template), ("NOTIFY_EMAIL_TEMPLATE", email_template)):
        if template and not re.fullmatch(ID, template, re.IGNORECASE):
            raise Invalid(
                f"{setting} is not the id of a template.", remedy="Copy it from the template's page in Notify."
            )
    at = calling.gateway(url or URL, "", setting="NOTIFY_URL").url
    return Account(api_key, at, sms_template, email_template)


def reference_of(message: Outgoing) -> str:
    """Return the reference under which Notify keeps a message: always the same for the same message."""
    return message.key


def progress_of(said: Mapping[str, Any]) -> Progress | None:
    """Read what Notify says of a message, when asked or of its own accord; none where it says nothing new."""
    status = str(said.get("status") or "")
    channel = str(said.get("type") or said.get("notification_type") or "")
    at = _instant(said.get("completed_at") or said.get("sent_at"))
    if status == "delivered":
        return Progress("delivered", at=at, cost=_cost(said))
    if status == POSTED:
        return Progress("sent", at=at, cost=_cost(said), is_last=True)
    if status in FAILURES:
        reasons = FAILURES[status]
        return Progress("failed", reasons.get(channel, f"GOV.UK Notify says: {status}."), at, _cost(said))
    return None


def _as_ours(error: Any) -> Exception:
    """Return what an answer of Notify's means: wait with all, wait with this one, or never."""
    status, said = error.status_code, error.message
    lines = (
        [str(one.get("message", one)) if isinstance(one, dict) else str(one) for one in said]
        if isinstance(said, list)
        else [str(said)]
    )
    sentence = f"GOV.UK Notify answered {status}: {'; '.join(lines)[:400]}"
    if error.response is None:
        return Unreachable("GOV.UK Notify cannot be reached.")
    if status in (401, 403, 503) or 300 <= status < 400:  # our key is wrong, or it is away
        return Unreachable(sentence)
    if status in (408, 429) or status >= 500 or 200 <= status < 300:  # the last: an answer that is no JSON
        return Postponed(sentence)
    return Refused(sentence)


def _cost(said: Mapping[str, Any]) -> Decimal | None:
    pounds = said.get("cost_in_pounds")
    return Decimal(str(pounds)) if isinstance(pounds, int | float) and said.get("is_cost_data_ready", True) else None


def _instant(said: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(said).replace("Z", "+00:00"))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
