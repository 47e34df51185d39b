"""What changed about an entity, as its page tells it: who, when, what was there before and what is there now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine.communications.words import CHANNELS
from engine.record.kinds import KINDS
from engine.record.naming import Named, names_of
from models.record import RecordChange
from webapp.record.labels import SCHEMAS, in_words, label_of

VERBS = {"created": "Added", "changed": "Changed", "ended": "Ended", "merged": "Merged", "unmerged": "Took apart"}
MESSAGE = "communication"
UNTOLD = frozenset({"note"})  # parts whose values are not repeated: a note may be sensitive


@dataclass(frozen=True, slots=True)
class Line:
    """One field with its value before and after; an empty text is nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """A change in words."""

    change: RecordChange
    sentence: str
    lines: list[Line]


def told(session: Session, changes: Sequence[RecordChange]) -> list[Told]:
    """Return changes in words; people, homes and so on are called by their names."""
    names = names_of(session, [ref for change in changes for ref in _named(change)])
    return [Told(change, _sentence(change), _lines(change, names)) for change in changes]


def _sentence(change: RecordChange) -> str:
    kind = KINDS.get(change.part or change.entity_type)
    word = kind.word if kind is not None else change.part.replace("_", " ")
    verb = VERBS.get(change.action, change.action.replace("_", " ").capitalize())
    if not change.part:
        return f"{verb} this {word}"
    if change.part == MESSAGE:
        return _of_message(change)
    article = "the" if change.action != "created" else "an" if word[0] in "aeiou" else "a"
    return f"{verb} {article} {word}"


def _of_message(change: RecordChange) -> str:
    """Return what became of a letter, e-mail or text message, which has no value of its own here."""
    named = {column: str(pair[1] or "") for column, pair in _pairs(change)}
    subject = f" “{named['subject']}”" if named.get("subject") else ""
    return f"{CHANNELS.get(named.get('channel', ''), 'Message')}{subject}: {change.action.replace('_', ' ')}"


def _lines(change: RecordChange, names: dict[Named, str]) -> list[Line]:
    kind = change.part or change.entity_type
    if kind in UNTOLD or kind not in KINDS or not change.changes:
        return []
    return [
        Line(label_of(kind, column), in_words(kind, column, before, names), in_words(kind, column, after, names))
        for column, (before, after) in _pairs(change)
        if column not in ("one_line",)
    ]


def _named(change: RecordChange) -> list[Named]:
    """Return the rows that a change mentions by number."""
    kind = change.part or change.entity_type
    if kind not in KINDS:
        return []
    refers = {name: field.metadata.get("refers") for name, field in SCHEMAS[kind].fields.items()}
    return [
        (str(refers[column]), value)
        for column, values in _pairs(change)
        if refers.get(column)
        for value in values
        if isinstance(value, int)
    ]


def _pairs(change: RecordChange) -> list[tuple[str, list[Any]]]:
    """Return what changed by column; what is no pair of before and after is left out."""
    found = (change.changes or {}).items()
    return [(column, values) for column, values in found if isinstance(values, list) and len(values) == 2]
