"""How an e-mail or a text message looks while somebody writes its template: with a sample, whatever stands in it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.documents.sms import Length, sms_length
from engine.documents.text_files import SMS
from engine.errors import TemplateError
from engine.letters import trying
from engine.letters.measuring import Measure, measured
from engine.letters.offering import Files
from engine.letters.trying import Tried


@dataclass(frozen=True, slots=True)
class Look:
    """What a message says to somebody with the sample's data, or what keeps it from being merged.

    Of a text message `measure` tells how long it is, and `longest` how long it is where fields hold much.
    """

    tried: Tried | None = None
    fault: TemplateError | None = None
    measure: Measure | None = None
    longest: Length | None = None


def look(session: Session, files: Files, content: bytes, *, kind: str, name: str) -> Look:
    """Return how a message of a category looks; `files` are none for a template that any category may use."""
    try:
        found = _tried(session, files, content, kind=kind, name=name)
        if kind != SMS:
            return Look(found)
        long = _tried(session, files, content, kind=kind, name=name, is_long=True)
    except TemplateError as fault:
        return Look(fault=fault)
    return Look(found, measure=measured(found.said["text"]), longest=sms_length(long.said["text"]))


def _tried(session: Session, files: Files, content: bytes, *, kind: str, name: str, is_long: bool = False) -> Tried:
    data = trying.on_sample(session, files, content, {}, kind=kind, is_long=is_long)
    return trying.tried(content, data, name=name, kind=kind)
