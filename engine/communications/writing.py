"""Writes one message from its template: merged in the limited child, its bytes kept, its text read for the history."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from engine.communications.existing import NOT_PRINTED, Existing
from engine.communications.recipients import Recipient
from engine.communications.words import EMAIL, LETTER, SMS
from engine.documents.texts_merging import merge_email, merge_sms
from engine.errors import StepFailed
from engine.illustrating import loaded
from engine.merging import Merged, merged
from engine.templates import Found


@dataclass(frozen=True, slots=True)
class Written:
    """What a message says; a letter is a file as well, and so is each of its enclosures."""

    subject: str = ""
    text: str = ""
    html: str = ""
    letter: Merged | None = None
    enclosures: tuple[Merged, ...] = ()


class Asked(Protocol):
    """A message that is to be written."""

    @property
    def to(self) -> Recipient: ...
    @property
    def channel(self) -> str: ...
    @property
    def context(self) -> Mapping[str, Any]: ...
    @property
    def source(self) -> Found | None: ...
    @property
    def enclosures(self) -> tuple[Found, ...]: ...
    @property
    def document(self) -> Existing | None: ...


COVER = """Dear {salutation}

{what} “{title}”. You will find it attached.

If you would rather hear from us in another way, or need it in large print or another language, please tell us.

Yours sincerely
{officer}
{landlord}"""


Merge = Callable[[Found, dict[str, Any]], Merged]


def write(message: Asked, wish: Mapping[str, Any], title: str, *, merged: Merge = merged) -> Written:
    """Return what a message says; `title` is what it is called. `merged` keeps what it merges, unless another is given.

    Raises:
        StepFailed: a letter without a template, or a document that cannot go this way.
        TemplateError: names field, template and paragraph.
    """
    context, source = dict(message.context), message.source
    enclosures = tuple(merged(one, context) for one in message.enclosures)
    if message.document is not None:
        return _as_it_is(message.document, message, wish, title, enclosures)
    if source is not None and source.kind == LETTER:
        letter = merged(source, context)
        if message.channel == LETTER:
            return Written(text=letter.text, letter=letter, enclosures=enclosures)
        return Written(
            subject=title,
            text=_cover(context, title, "We have a letter for you,"),
            letter=letter,
            enclosures=enclosures,
        )
    if message.channel == LETTER:
        raise StepFailed(
            "A letter is written from a template, or is a document.", remedy="Name one or the other in the diagram."
        )
    if source is None:
        subject = wish.get("subject", "") if message.channel == EMAIL else ""
        return Written(subject=subject, text=wish.get("text", ""), enclosures=enclosures)
    if source.kind != message.channel:
        raise StepFailed(f"“{source.name}” is no template for this.", remedy="Name another in the diagram.")
    context, _ = loaded(context, source.pictures)
    name, content, blocks, names = source.name, source.content, source.blocks, source.names
    if source.kind == SMS:
        text = merge_sms(content, context, template_name=name, blocks=blocks, names=names)
        return Written(text=text, enclosures=enclosures)
    return _email(source, context, enclosures)


def _email(source: Found, context: dict[str, Any], enclosures: tuple[Merged, ...]) -> Written:
    email = merge_email(source.content, context, template_name=source.name, blocks=source.blocks, names=source.names)
    return Written(email.subject, email.text, email.html, enclosures=enclosures)


def _as_it_is(
    document: Existing, message: Asked, wish: Mapping[str, Any], title: str, enclosures: tuple[Merged, ...]
) -> Written:
    """Return what goes with a document that is sent as it is: as a letter nothing but its own words."""
    if message.channel == LETTER and not document.is_printable:
        raise StepFailed(f"“{document.title}” {NOT_PRINTED}", remedy="Save it as a PDF, or send it by e-mail.")
    if message.channel == LETTER:
        return Written(text=document.read().text, enclosures=enclosures)
    if message.channel != EMAIL:
        raise StepFailed("A document cannot go as a text message.", remedy="Send it as a letter or by e-mail.")
    context = dict(message.context)
    if message.source is not None:
        return _email(message.source, context, enclosures)
    return Written(
        wish.get("subject") or title,
        wish.get("text") or _cover(context, title, "We are sending you"),
        enclosures=enclosures,
    )


def _cover(context: Mapping[str, Any], title: str, what: str) -> str:
    """Return what an e-mail says that something is attached to; `what` begins the sentence that names it."""
    officer, landlord = context.get("officer") or {}, context.get("organisation") or {}
    said = COVER.format(
        salutation=context["recipient"]["salutation"],
        what=what,
        title=title,
        officer=officer.get("name") or "",
        landlord=landlord.get("name") or "",
    )
    return said.strip()
