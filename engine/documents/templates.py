"""Word templates looked at before they are used: the fields in them and what is wrong with them."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.documents import limited
from engine.documents.feel_checks import ExpressionUse, wrong
from engine.documents.kind_checks import DemandUse, unfit, use_of
from engine.documents.merging import BREACHES, with_files
from engine.documents.tags import Problem

LARGEST = 10 * 1024 * 1024  # bytes


@dataclass(frozen=True)
class FieldUse:
    """A field that a template uses: `works[].cost` is the cost of each of the works."""

    path: str
    place: str  # letter, header, footer, notes, properties
    paragraph: str


@dataclass(frozen=True)
class TemplateReport:
    """What a template uses and what is wrong with it."""

    fields: list[FieldUse]
    filters: list[str]
    problems: list[Problem]
    blocks: list[str] = field(default_factory=list)  # that it includes, also those within others
    expressions: list[ExpressionUse] = field(default_factory=list)
    demands: list[DemandUse] = field(default_factory=list)  # on the kinds of fields


def inspect(template: bytes, blocks: Mapping[str, bytes] | None = None, *, kind: str = "letter") -> TemplateReport:
    """Read a template's fields, filters and faults, with what it includes of `blocks` in its place.

    Raises nothing: a file that cannot be read is a problem too.
    """
    if len(template) > LARGEST:
        return _only(Problem("size", _too_large(len(template)), "Make the pictures in it smaller and save it again."))
    try:
        listed, body = with_files(template, blocks=blocks)
        answer, _ = limited.run({"job": "inspect", "kind": kind, **listed}, body)
    except limited.Breach as breach:
        reason, remedy = BREACHES[breach.what]
        return _only(Problem(breach.what, f"Reading the template {reason}.", remedy))
    except limited.Failed as fault:
        return _only(Problem("damaged", f"The template cannot be read ({fault}).", "Save it again with Word."))
    found = answer["done"]
    return TemplateReport(
        [FieldUse(**use) for use in found["fields"]],
        found["filters"],
        [Problem(**problem) for problem in found["problems"]],
        found["blocks"],
        [ExpressionUse(**use) for use in found["expressions"]],
        [use_of(use) for use in found["demands"]],
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What a template itself asks for: blocks by name, and pictures."""

    blocks: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()  # of `picture.SIGNATURE` and `picture.PHOTOGRAPHS`


def included(template: bytes, *, kind: str = "letter") -> list[str]:
    """Return the names of the blocks that a template itself includes; none of one that cannot be read."""
    return list(asked(template, kind=kind).blocks)


def asked(template: bytes, *, kind: str = "letter") -> Asked:
    """Return what a template itself asks for; nothing of one that cannot be read."""
    try:
        answer, _ = limited.run({"job": "included", "kind": kind}, template)
    except (limited.Breach, limited.Failed):
        return Asked()  # merging it will say what is wrong
    return Asked(tuple(answer["done"]["names"]), tuple(answer["done"]["pictures"]))


def check(
    template: bytes,
    known_names: Iterable[str],
    *,
    name: str,
    blocks: Mapping[str, bytes] | None = None,
    kind: str = "letter",
) -> list[Problem]:
    """Return everything wrong with a template, unknown fields included, in the order in which it stands.

    `known_names` are dotted paths (`person.full_name`, `works[].cost` or `works.cost`), with their FEEL types where a
    mapping gives them. A known name with nothing known beneath it may hold anything: `clocks` alone allows
    `clocks.x.due_on`.
    """
    known_names = known_names if isinstance(known_names, Mapping) else dict.fromkeys(known_names, "Any")
    report = inspect(template, blocks, kind=kind)
    known = Known(known_names)
    unknown = [use for use in report.fields if not known.has(use.path)]
    kinds = {path.replace("[]", ""): each for path, each in known_names.items()}
    return [
        *report.problems,
        *(_unknown_field(use, known.nearest(use.path), name) for use in unknown),
        *unfit(report.demands, known_names, kind=kind),
        *wrong(report.expressions, kinds),
    ]


class Known:
    """The names that a template may use."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take the dotted paths in, list marks left out."""
        self.names = {_plain(name) for name in names}
        self.groups = {before for name in self.names for before in _above(name)}

    def has(self, path: str) -> bool:
        """Say whether `path` is known, or stands beneath a name about whose inside nothing is known."""
        plain = _plain(path)
        if plain in self.names or plain in self.groups:
            return True
        return any(before in self.names and before not in self.groups for before in _above(plain))

    def nearest(self, path: str) -> str:
        """Return the known name that reads most like `path`, or ""."""
        plain = _plain(path)
        close = difflib.get_close_matches(plain, self.names, 1, 0.6)
        ends_alike = [name for name in sorted(self.names) if name.rsplit(".", 1)[-1] == plain.rsplit(".", 1)[-1]]
        return (close or ends_alike or [""])[0]


def _plain(path: str) -> str:
    return re.sub(r"\[\d*\]", "", path)


def _above(path: str) -> Iterator[str]:
    while "." in path:
        path = path.rpartition(".")[0]
        yield path


def _unknown_field(use: FieldUse, nearest: str, name: str) -> Problem:
    return Problem(
        "unknown_field",
        f'The letter "{name}" uses "{use.path}", which is not a field that this category has.',
        f'Did you mean "{nearest}"?' if nearest else "Add the field to a form, or take it out of the letter.",
        use.place,
        use.paragraph,
    )


def _only(problem: Problem) -> TemplateReport:
    return TemplateReport([], [], [problem])


def _too_large(size: int) -> str:
    return f"The template has {size / 1024 / 1024:.1f} MB; at most {LARGEST // 1024 // 1024} MB are accepted."
