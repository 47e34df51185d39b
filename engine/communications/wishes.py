"""What an officer wants to be sent by hand, and whether it is complete."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.communications import words
from engine.errors import Invalid

MOST = 50  # recipients of one message; for more there are batches
LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written by hand: on a case, or to a person whom no case is about."""

    case_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What an officer wants to be sent. `recipients` are keys of `candidates`; `edits` subject and text by those.

    `once` is of the form that was opened: the same again is the same message. A `template` without a text of its own
    is "letter:warning" or "email:reminder": its kind, then its name. The document `document_id` is sent as it is, in
    the version that was looked at (none: the newest); a template is then that of the e-mail to which it is attached.
    """

    place: Place
    channel: str
    recipients: tuple[str, ...]
    once: str
    template: str = ""
    subject: str = ""
    text: str = ""
    attachments: tuple[int, ...] = ()
    document_id: int | None = None
    document_version: int | None = None
    purpose: str = words.SERVICE
    topic: str = ""
    send_at: str = ""
    approval: str = ""
    override: str = ""
    in_reply_to_id: int | None = None
    edits: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def check(wish: Wish) -> None:
    """Refuse a wish that lacks something, with one sentence for each field. Raises Invalid."""
    errors: dict[str, str] = {}
    if wish.channel not in words.CHANNELS:
        errors["channel"] = "Choose how it goes: as a letter, an e-mail or a text message"
    if not wish.recipients:
        errors["recipients"] = "Choose who gets it"
    elif len(wish.recipients) > MOST:
        errors["recipients"] = f"Choose {MOST} people or fewer; for more, write to many at once"
    if wish.purpose not in words.PURPOSES:
        errors["purpose"] = "Choose why it is sent"
    if wish.purpose == words.CONSENT and wish.topic not in words.TOPICS:
        errors["topic"] = "Choose what it is about that they agreed to hear of"
    errors |= _faults_of_document(wish) if wish.document_id is not None else _faults_of_content(wish)
    for subject, text in wish.edits.values():
        errors |= _faults_of_text(wish.channel, subject, text)
    if wish.channel == words.SMS and wish.attachments:
        errors["attachments"] = "Nothing can go along with a text message"
    if not 8 <= len(wish.once) <= 60:
        errors["once"] = "Open the form again: it was not complete"
    if errors:
        raise Invalid(errors=errors)


def _faults_of_content(wish: Wish) -> dict[str, str]:
    if wish.template:
        return {}
    if wish.channel == words.LETTER:
        return {"template": "Choose the letter"}
    return _faults_of_text(wish.channel, wish.subject, wish.text)


def _faults_of_document(wish: Wish) -> dict[str, str]:
    """Return what is wrong with sending a document as it is; the e-mail with it needs no text of the writer's."""
    if wish.channel == words.SMS:
        return {"channel": "A document cannot go as a text message: send it as a letter or by e-mail"}
    if wish.template and (wish.channel == words.LETTER or not wish.template.startswith(f"{words.EMAIL}:")):
        return {"template": "Send either a letter that is written from a template, or the document"}
    if len(wish.text) > LONGEST_TEXT:
        return {"text": f"What it says must be {LONGEST_TEXT:,} characters or fewer"}
    return {}


def _faults_of_text(channel: str, subject: str, text: str) -> dict[str, str]:
    errors: dict[str, str] = {}
    if channel == words.LETTER:
        return errors
    if channel == words.EMAIL and not subject.strip():
        errors["subject"] = "Enter a subject"
    if not text.strip():
        errors["text"] = "Enter what it says, or choose a template"
    elif len(text) > LONGEST_TEXT:
        errors["text"] = f"What it says must be {LONGEST_TEXT:,} characters or fewer"
    return errors
