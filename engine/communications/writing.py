"""Writes one message from its template: merged in the limited child, its bytes kept, its text read for the history."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from engine.communications.recipients import Recipient
from engine.communications.words import EMAIL, LETTER
from engine.errors import StepFailed
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


def write(message: Asked, wish: Mapping[str, Any]) -> Written:
    """Return what a message says. Raises TemplateError, which names field, template and paragraph."""
    enclosures = tuple(merged(source, dict(message.context)) for source in message.enclosures)
    if message.channel == LETTER:
        if message.source is None:
            raise StepFailed("A letter is written from a template.", remedy="Name one in the diagram.")
        letter = merged(message.source, dict(message.context))
        return Written(text=letter.text, letter=letter, enclosures=enclosures)
    if message.source is None:
        subject = wish.get("subject", "") if message.channel == EMAIL else ""
        return Written(subject=subject, text=wish.get("text", ""), enclosures=enclosures)
    raise StepFailed(f"“{message.source.name}” is no template for this.", remedy="Name another in the diagram.")
