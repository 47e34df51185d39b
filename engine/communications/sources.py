"""The templates that communications are written from."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.communications.words import CHANNELS, LETTER
from engine.definitions.category import Definition
from engine.errors import StepFailed


@dataclass(frozen=True, slots=True)
class Source:
    """A template with where it comes from, as history keeps it ("complaint 4")."""

    name: str
    content: bytes
    version: str


def source(session: Session, definition: Definition, channel: str, name: str) -> Source:
    """Return the template of a channel by its name.

    Raises:
        StepFailed: the category has none of this name.
    """
    content = definition.templates.get(name) if channel == LETTER else None
    if content is None:
        word = CHANNELS[channel].lower()
        known = ", ".join(sorted(definition.templates)) if channel == LETTER else ""
        raise StepFailed(
            f"This category has no {word} “{name}”.", remedy=f"It has: {known or 'none'}. Correct the diagram."
        )
    return Source(name, content, f"{definition.settings.key} {definition.version_number}")
