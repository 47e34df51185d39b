"""An e-mail or a text message merged to be looked at, as `trial` does a letter; runs in the limited child only."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.documents import rendering_texts, trial
from engine.documents.contexts import of_letter
from engine.documents.formats import printed
from engine.documents.markdown import escaped
from engine.documents.preparing import Piece
from engine.documents.text_files import EMAIL

PLAIN = trial.TrialEnvironment(autoescape=False, is_text=True)
MARKDOWN = trial.TrialEnvironment(autoescape=False, is_text=True)
_shown = trial.marking(printed)


def markdown_shown(value: Any) -> str:
    """Return what `{{ value }}` prints into Markdown, marks of what is missing too."""
    return escaped(_shown(value))


MARKDOWN.finalize = markdown_shown


def render(
    template: bytes,
    context: dict[str, Any],
    *,
    kind: str,
    template_name: str,
    stand_ins: Mapping[str, Any] | None = None,
    blocks: Mapping[str, bytes] | None = None,
) -> tuple[dict[str, str], list[str]]:
    """Return what the message says, however long it is, and the paths of the fields that it misses.

    Raises LetterRefused for other faults.
    """
    trial.begin(stand_ins)
    ready = rendering_texts.made_ready(template, kind, template_name=template_name, blocks=blocks)
    ready = replace(ready, pieces=[_lenient(piece, kind) for piece in ready.pieces])
    written = rendering_texts.written_email if kind == EMAIL else rendering_texts.written_sms
    return written(ready, trial.marked(of_letter(context)), template_name), trial.missed()


def _lenient(piece: Piece, kind: str) -> Piece:
    environment = MARKDOWN if kind == EMAIL and piece.place == "text" else PLAIN
    return replace(piece, template=environment.from_string(piece.source))
