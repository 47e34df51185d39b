"""Redacted copies of PDFs: where words stand in one, and a copy without them. Needs no database."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.documents import papers

SECONDS = 55.0  # somebody waits for it, and so does whatever stands before the site

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a page, from 1: left, top, right, bottom as parts of the page as it is looked at.

    `phrase` is the position of the words that stand there, None where a place was drawn.
    """

    page: int
    box: Box
    phrase: int | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """Where words stand in a PDF; `silent` are the pages without any, whose words, if they have some, are a picture."""

    pages: int
    places: list[Place]
    silent: list[int]


def find(content: bytes, phrases: Sequence[str]) -> Words:
    """Return where these phrases stand as whole words, whatever their case and accents. Raises Invalid."""
    told, _ = papers.run("find", {"phrases": list(phrases)}, [content], seconds=SECONDS)
    return Words(told["pages"], [_place(one) for one in told["found"]], told["silent"])


def struck_out(
    content: bytes, places: Sequence[Place], phrases: Sequence[str], *, title: str
) -> tuple[bytes, list[Place]]:
    """Return a copy of a PDF in which these places and phrases are gone for good, and all places that were struck out.

    It is searched once more before it is given. Raises Invalid when a phrase is nowhere, or it cannot be done.
    """
    request = {"marks": [[one.page, list(one.box)] for one in places], "phrases": list(phrases), "title": title}
    told, made = papers.run("strike", request, [content], seconds=SECONDS)
    return made, [_place(one) for one in told["found"]]


def _place(told: Sequence[object]) -> Place:
    which, page, box = told
    left, top, right, bottom = (float(side) for side in box)  # type: ignore[attr-defined]
    return Place(int(page), (left, top, right, bottom), None if which == -1 else int(which))  # type: ignore[call-overload]
