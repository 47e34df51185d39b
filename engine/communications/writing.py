"""Writes one message from its template: merged in the limited child, its bytes kept, its text read for the history."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from engine import configuration
from engine.communications.recipients import Recipient
from engine.communications.sources import Source
from engine.communications.words import EMAIL, LETTER
from engine.documents.merging import merge
from engine.documents.packages import WORD
from engine.documents.store import FolderStore
from engine.documents.texts import text_of
from engine.errors import StepFailed


@dataclass(frozen=True, slots=True)
class Merged:
    """A letter that is in the store."""

    title: str
    template: str
    sha256: str
    size: int
    text: str


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
    def source(self) -> Source | None: ...
    @property
    def enclosures(self) -> tuple[Source, ...]: ...


def write(message: Asked, wish: Mapping[str, Any]) -> Written:
    """Return what a message says. Raises TemplateError, which names field, template and paragraph."""
    enclosures = tuple(_merged(source, message.context) for source in message.enclosures)
    if message.channel == LETTER:
        if message.source is None:
            raise StepFailed("A letter is written from a template.", remedy="Name one in the diagram.")
        letter = _merged(message.source, message.context)
        return Written(text=letter.text, letter=letter, enclosures=enclosures)
    if message.source is None:
        subject = wish.get("subject", "") if message.channel == EMAIL else ""
        return Written(subject=subject, text=wish.get("text", ""), enclosures=enclosures)
    raise StepFailed(f"“{message.source.name}” is no template for this.", remedy="Name another in the diagram.")


def _merged(source: Source, context: Mapping[str, Any]) -> Merged:
    content = merge(source.content, dict(context), template_name=source.name)
    sha256 = FolderStore(configuration.current().files).put(content)
    title = source.name.replace("_", " ").capitalize()
    return Merged(title, source.name, sha256, len(content), text_of(content, WORD))
