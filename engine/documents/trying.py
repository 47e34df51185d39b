"""A template tried before it is used: merged as far as it goes, with the fields that it misses and where they stand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.documents import limited
from engine.documents.contexts import not_plain
from engine.documents.merging import BREACHES, with_files
from engine.documents.refusals import LetterRefused
from engine.documents.templates import FieldUse, inspect
from engine.documents.text_files import WORDS
from engine.errors import TemplateError

NONE: Mapping[str, Sequence[Any]] = {}


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that a letter misses, as it is on the case (`works[1].cost`), and each place in the letter that asks."""

    path: str
    uses: tuple[FieldUse, ...]

    @property
    def general(self) -> str:
        """Return the path as templates are told to use it: `works[].cost`."""
        return re.sub(r"\[\d+\]", "[]", self.path)


@dataclass(frozen=True, slots=True)
class Trial:
    """A letter in which each missing field is marked, or what a message `said`: subject, text, html, or text alone."""

    letter: bytes
    missing: tuple[Missing, ...]
    said: Mapping[str, str] = field(default_factory=dict)


def merge_leniently(
    template: bytes,
    context: Mapping[str, Any],
    *,
    template_name: str,
    kind: str = "letter",
    stand_ins: Mapping[str, Sequence[Any]] = NONE,
    blocks: Mapping[str, bytes] | None = None,
    pictures: Mapping[str, bytes] | None = None,
) -> Trial:
    """Return what a template of a `kind` gives with `context`, whose missing fields are marked in it and told.

    `stand_ins` are texts in it of which nobody knows what they stand for, each with what a filter may be given instead;
    `blocks` are the Word files that the template may include by name, `pictures` what pictures in the context show.
    A message may be longer than one that is sent.

    Raises:
        TemplateError: something else is wrong with it; a LetterRefused says in which paragraph.
    """
    named = f'{WORDS.get(kind, "letter")} "{template_name}"'
    request = {"job": "try", "kind": kind, "name": template_name, "context": dict(context)}
    try:
        listed, body = with_files(template, blocks=blocks, pictures=pictures)
        answer, letter = limited.run({**request, "stand_ins": dict(stand_ins), **listed}, body)
    except limited.Breach as breach:
        reason, remedy = BREACHES.get(breach.what, BREACHES["time"])
        raise TemplateError(f"The {named} {reason}.", remedy=remedy) from breach
    except limited.Failed as fault:
        raise TemplateError(
            f"The {named} could not be merged: its file is not as it should be ({fault}).",
            remedy="Save it again and try again.",
        ) from fault
    except (TypeError, ValueError, RecursionError) as fault:
        path, what = not_plain(context) or ("its data", str(fault))
        raise TemplateError(
            f'"{path}" is {what}; a letter takes plain values.', remedy=f'Correct "{path}" and try again.'
        ) from fault
    if "refused" in answer:
        raise LetterRefused(**answer["refused"])
    done = answer["done"]
    uses = inspect(template, blocks, kind=kind).fields if done["missing"] else []
    return Trial(letter, tuple(_placed(done["missing"], uses)), done.get("said", {}))


def _placed(paths: Sequence[str], uses: Sequence[FieldUse]) -> Iterator[Missing]:
    """Yield the missing fields with the paragraphs that ask for them: those that name them, or something in them."""
    for path in paths:
        general = Missing(path, ()).general
        own = [use for use in uses if use.path == general or use.path.startswith((f"{general}.", f"{general}["))]
        yield Missing(path, tuple(own))
