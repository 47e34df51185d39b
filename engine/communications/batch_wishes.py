"""What is to be written to many, and whether it is complete."""

from dataclasses import dataclass

from engine.communications import words
from engine.communications.recipients import EVERYBODY, SUBJECT, TENANTS
from engine.errors import Invalid

WHOM = {SUBJECT: "Whom the case is about", TENANTS: "Each tenant of the home", EVERYBODY: "Everybody on the case"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be written, and to whom: to people of these cases, or to these people.

    `to` is one of `WHOM`, for cases. `once` is of the form that was opened: the same again is the same batch.
    """

    title: str
    channel: str
    once: str
    cases: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    to: str = SUBJECT
    template: str = ""
    subject: str = ""
    text: str = ""
    purpose: str = words.SERVICE
    topic: str = ""


def check(wish: Wish) -> None:
    """Refuse a wish that lacks something, with one sentence for each field. Raises Invalid."""
    errors: dict[str, str] = {}
    if not wish.title.strip():
        errors["title"] = "Enter what this batch is called"
    if wish.channel not in (*words.CHANNELS, words.PREFERRED):
        errors["channel"] = "Choose how it goes"
    kind = wish.template.partition(":")[0]
    if wish.channel in (words.LETTER, words.PREFERRED) and kind != words.LETTER:
        errors["template"] = "Choose the letter"
    elif wish.template and kind not in (wish.channel, words.LETTER):
        errors["template"] = "Choose a template for this channel"
    elif wish.channel == words.SMS and kind == words.LETTER:
        errors["template"] = "A letter cannot go as a text message"
    if wish.channel == words.EMAIL and not wish.template and not wish.subject.strip():
        errors["subject"] = "Enter a subject"
    if wish.channel in (words.EMAIL, words.SMS) and not wish.template and not wish.text.strip():
        errors["text"] = "Enter what it says, or choose a template"
    if wish.purpose not in words.PURPOSES:
        errors["purpose"] = "Choose why it is sent"
    if wish.purpose == words.CONSENT and wish.topic not in words.TOPICS:
        errors["topic"] = "Choose what it is about that they agreed to hear of"
    if wish.cases and wish.to not in WHOM:
        errors["to"] = "Choose who of each case gets it"
    if not 8 <= len(wish.once) <= 60:
        errors["once"] = "Open the form again: it was not complete"
    if errors:
        raise Invalid(errors=errors)
