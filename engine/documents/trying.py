"""A letter tried before it is used: merged as far as it goes, with the fields that it misses and where they stand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.documents import limited
from engine.documents.contexts import not_plain
from engine.documents.merging import BREACHES, with_files
from engine.documents.refusals import LetterRefused
from engine.documents.templates import FieldUse, inspect
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
    """A letter in which each missing field is marked."""

    letter: bytes
    missing: tuple[Missing, ...]


def merge_leniently(
    template: bytes,
    context: Mapping[str, Any],
    *,
    template_name: str,
    stand_ins: Mapping[str, Sequence[Any]] = NONE,
    blocks: Mapping[str, bytes] | None = None,
    pictures: Mapping[str, bytes] | None = None,
) -> Trial:
    """Return the letter that a template gives with `context`, whose missing fields are marked in it and told.

    `stand_ins` are texts in it of which nobody knows what they stand for, each with what a filter may be given instead;
    `blocks` are the Word files that the template may include by name, `pictures` what pictures in the context show.

    Raises:
        TemplateError: something else is wrong with it; a LetterRefused says in which paragraph.
    """
    listed, body = with_files(template, blocks=blocks, pictures=pictures)
    request = {"job": "try", "name": template_name, "context": dict(context), "stand_ins": dict(stand_ins)}
    try:
        answer, letter = limited.run({**request, **listed}, body)
    except limited.Breach as breach:
        reason, remedy = BREACHES.get(breach.what, BREACHES["time"])
        raise TemplateError(f'The letter "{template_name}" {reason}.', remedy=remedy) from breach
    except limited.Failed as fault:
        raise TemplateError(
            f'The letter "{template_name}" could not be merged: Word\'s file is not as it should be ({fault}).',
            remedy="Save it again with Word or LibreOffice and try again.",
        ) from fault
    except (TypeError, ValueError, RecursionError) as fault:
        path, kind = not_plain(context) or ("its data", str(fault))
        raise TemplateError(
            f'"{path}" is {kind}; a letter takes plain values.', remedy=f'Correct "{path}" and try again.'
        ) from fault
    if "refused" in answer:
        raise LetterRefused(**answer["refused"])
    missing = answer["done"]["missing"]
    return Trial(letter, tuple(_placed(missing, inspect(template, blocks).fields)) if missing else ())


def _placed(paths: Sequence[str], uses: Sequence[FieldUse]) -> Iterator[Missing]:
    """Yield the missing fields with the paragraphs that ask for them: those that name them, or something in them."""
    for path in paths:
        general = Missing(path, ()).general
        own = [use for use in uses if use.path == general or use.path.startswith((f"{general}.", f"{general}["))]
        yield Missing(path, tuple(own))
