"""Fields whose kind does not fit what a template does with them: a text as an amount, a loop over a date.

What is not known for certain is not told: a field of which nobody knows the kind fits everywhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.documents.demands import Demand, Operand
from engine.documents.tags import Problem

NAMES = {
    "string": "a text",
    "number": "a number",
    "date": "a date",
    "date and time": "a date with a time",
    "time": "a time of day",
    "boolean": "a yes or no",
    "list": "a list",
    "rows": "a list",
    "group": "a group of fields",
    "picture": "a picture",
}
# How a field of a kind is written, by its name in the template.
WRITTEN = {
    "string": "{{{{ {0} }}}}",
    "time": "{{{{ {0} }}}}",
    "number": "{{{{ {0}|number }}}}",
    "date": "{{{{ {0}|date }}}}",
    "date and time": "{{{{ {0}|date }}}}",
    "boolean": "{{% if {0} %}}…{{% endif %}}",
    "list": "{{{{ {0}|sentence_list }}}}",
    "picture": "{{{{ {0} }}}}",
}

LISTS = frozenset({"list", "rows"})
TEXTS = frozenset({"string", "time"})
ALL = frozenset(NAMES)
# What filters take, and what to say of them; every other takes what can be printed.
FILTERS: dict[str, tuple[frozenset[str], str]] = {
    **dict.fromkeys(("date", "day"), (frozenset({"date", "date and time"}), "writes dates")),
    "time": (frozenset({"date and time"}), "writes the time of a date with a time"),
    "money": (frozenset({"number"}), "writes amounts"),
    **dict.fromkeys(("number", "round", "abs"), (frozenset({"number"}), "needs a number")),
    "sentence_list": (frozenset({"list"}), "writes lists of plain values"),
    **dict.fromkeys(
        "groupby join map max min reject rejectattr select selectattr sum".split(), (LISTS, "needs a list")
    ),
    **dict.fromkeys(("first", "last", "reverse", "sort", "unique"), (LISTS | TEXTS, "needs a list")),
    **dict.fromkeys(("length", "count"), (LISTS | TEXTS | {"group"}, "counts the entries of a list")),
    **dict.fromkeys(("default", "d", "list", "dictsort", "items"), (ALL, "")),
    "paragraphs": (TEXTS, "writes the paragraphs of a text"),
    "qr": (TEXTS | {"number"}, "draws texts and numbers"),
}
PRINTED = ALL - {"rows", "group", "picture"}
# What may be named of a value: its methods, as `sandbox.REACHABLE` has them, and the parts of a date.
PARTS = {
    "string": frozenset("upper lower title capitalize strip lstrip rstrip split startswith endswith".split()),
    "date": frozenset({"year", "month", "day"}),
    "date and time": frozenset({"year", "month", "day", "hour", "minute"}),
    **dict.fromkeys(("time", "number", "boolean", "picture", "list", "rows"), frozenset[str]()),
}
ORDERED = frozenset({"number", "date", "date and time", "time"})
HOW_IN_FEEL = "Compare it in FEEL: {{% if feel(\"{0} < date('2026-12-03')\") %}}."
LATER_IN_FEEL = "Work days out in FEEL: {{{{ feel(\"{0} + duration('P14D')\")|date }}}}."


@dataclass(frozen=True, slots=True)
class DemandUse:
    """A demand on the kind of a field, and where in the template it stands."""

    use: str
    word: str
    value: Operand
    beside: Operand
    place: str
    paragraph: str


def as_data(demand: Demand) -> dict[str, Any]:
    """Return what crosses the pipe."""
    return {
        "use": demand.use,
        "word": demand.word,
        "value": [demand.value.path, demand.value.typed, demand.value.kind],
        "beside": [demand.beside.path, demand.beside.typed, demand.beside.kind],
    }


def use_of(data: Mapping[str, Any]) -> DemandUse:
    """Return what `as_data` made, with the place and paragraph that were added."""
    value, beside = Operand(*data["value"]), Operand(*data["beside"])
    return DemandUse(data["use"], data["word"], value, beside, data["place"], data["paragraph"])


def unfit(uses: Iterable[DemandUse], kinds: Mapping[str, str], *, kind: str = "letter") -> Iterator[Problem]:
    """Yield each place where a field does not fit, once.

    `kinds` are the paths that are known with their FEEL types ("picture" beside), of entries of lists those of each;
    `kind` is that of the template.
    """
    known = Kinds(kinds)
    found = dict.fromkeys(
        Problem("wrong_type", message, remedy, use.place, use.paragraph)
        for use in uses
        for message, remedy in _faults(use, known, shows=_shows_pictures(kind, use.place))
    )
    yield from found


def _shows_pictures(kind: str, place: str) -> bool:
    return kind not in ("email", "sms") and place not in ("notes", "properties")


class Kinds:
    """What is known of the kinds of fields."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        """Take paths with their kinds; those of entries of lists with or without marks."""
        self.kinds = {path.replace("[]", ""): kind for path, kind in kinds.items()}
        for path in [path for path in kinds if "[]" in path]:
            self.kinds.setdefault(path.rpartition("[]")[0].replace("[]", ""), "list")
        self.inside: dict[str, list[str]] = {}
        for path in self.kinds:
            while "." in path:
                path, _, inner = path.rpartition(".")
                self.inside.setdefault(path, []).append(inner)

    def of(self, value: Operand) -> str:
        """Return the kind of a value, "" where nobody knows it."""
        return self.of_path(value.path) if value.path else value.kind

    def of_path(self, path: str) -> str:
        """Return the kind of a field, "" where nobody knows it."""
        plain = path.replace("[]", "")
        kind, has_inside = self.kinds.get(plain, ""), plain in self.inside
        if path.endswith("[]"):
            return "group" if has_inside and kind == "list" else ""
        if kind == "list":
            return "rows" if has_inside else "list"
        if not kind and has_inside:
            return "group"
        return kind if kind in NAMES and not has_inside else ""

    def an_entry(self, path: str) -> str:
        """Return the name of a field in a list or group."""
        plain = path.replace("[]", "")
        leaves = [name for name in self.inside.get(plain, ()) if f"{plain}.{name}" in self.kinds]
        return (leaves or self.inside.get(plain) or ["name"])[0]


def _faults(use: DemandUse, known: Kinds, *, shows: bool) -> Iterator[tuple[str, str]]:
    """Yield (message, remedy) of what is wrong with one use."""
    if use.use == "path":
        yield from _parts(use.value, known)
    elif use.use == "print":
        yield from _printed(use.value, known, shows=shows)
    elif use.use == "filter":
        yield from _filtered(use, known)
    elif use.use == "loop":
        yield from _needs(use.value, known, LISTS, "a loop goes through a list")
    elif use.use == "in":
        yield from _needs(use.value, known, LISTS | TEXTS | {"group"}, "“in” looks for something in a list or a text")
    elif use.use == "operator":
        yield from _worked_out(use, known)
    elif use.use == "order":
        yield from _in_order(use, known)


def _printed(value: Operand, known: Kinds, *, shows: bool) -> Iterator[tuple[str, str]]:
    kind = known.of(value)
    if kind == "picture" and not shows:
        yield (
            f"{_named(value, kind)}, which only the text of a letter, its headers and its footers show.",
            "Take it out.",
        )
    elif kind in ("rows", "group"):
        yield f"{_named(value, kind)} and cannot be printed as a whole.", _way(value, kind, known)


def _filtered(use: DemandUse, known: Kinds) -> Iterator[tuple[str, str]]:
    takes, does = FILTERS.get(use.word, (PRINTED, "writes plain values"))
    word = "“~”" if use.word == "~" else f"the filter “{use.word}”"
    yield from _needs(use.value, known, takes, f"{word} {does}")


def _needs(value: Operand, known: Kinds, takes: frozenset[str], why: str) -> Iterator[tuple[str, str]]:
    kind = known.of(value)
    if value.path and kind and kind not in takes:
        yield f"{_named(value, kind)}, and {why}.", _way(value, kind, known)


def _parts(value: Operand, known: Kinds) -> Iterator[tuple[str, str]]:
    """Tell of what is asked of a plain value as if it were a group, and of a list as if it were one of its entries."""
    before, names = "", value.path.split(".")
    for number, name in enumerate(names[:-1]):
        before = f"{before}.{name}" if before else name
        kind, part = known.of_path(before), names[number + 1].removesuffix("[]")
        if kind in PARTS and part not in PARTS[kind]:
            holder = Operand(before, before.replace("[]", ""))
            yield f"{_named(holder, kind)} and has no “{part}” in it.", _way(holder, kind, known)
            return


def _worked_out(use: DemandUse, known: Kinds) -> Iterator[tuple[str, str]]:
    left, right = known.of(use.value), known.of(use.beside)
    for value, kind, other in ((use.value, left, right), (use.beside, right, left)):
        if not value.path or not kind or kind == "number" or _joins(use.word, kind, other):
            continue
        remedy = (
            LATER_IN_FEEL.format(value.typed) if kind in ("date", "date and time") else _as_number(value, kind, known)
        )
        yield f"{_named(value, kind)}, and “{use.word}” works out numbers.", remedy
        return


def _joins(word: str, kind: str, other: str) -> bool:
    """Say whether an operator may do something with a value that is no number."""
    if word == "+":
        return kind in TEXTS | LISTS and (
            not other or other == kind or {kind, other} <= TEXTS or {kind, other} <= LISTS
        )
    return word == "-" and kind in ("date", "date and time") and other in ("", kind)


def _as_number(value: Operand, kind: str, known: Kinds) -> str:
    return "Make the field a number in its form." if kind in TEXTS else _way(value, kind, known)


def _in_order(use: DemandUse, known: Kinds) -> Iterator[tuple[str, str]]:
    left, right = known.of(use.value), known.of(use.beside)
    for value, kind, other in ((use.value, left, right), (use.beside, right, left)):
        if value.path and kind and kind not in ORDERED:
            remedy = _as_number(value, kind, known)
            yield f"{_named(value, kind)}, and “{use.word}” compares numbers or dates.", remedy
            return
        if value.path and kind and other and not _comparable(kind, other):
            dated = kind in ("date", "date and time")
            remedy = HOW_IN_FEEL.format(value.typed) if dated else "Compare it with another of its kind."
            yield f"{_named(value, kind)}, and “{use.word}” compares it with {NAMES[other]}.", remedy
            return


def _comparable(kind: str, other: str) -> bool:
    return kind == other or {kind, other} == TEXTS


def _named(value: Operand, kind: str) -> str:
    return f"“{value.path.replace('[]', '')}” is {NAMES[kind]}"


def _way(value: Operand, kind: str, known: Kinds) -> str:
    """Return how a field of this kind is written."""
    if kind == "rows":
        one = known.an_entry(value.path)
        return f"Write a loop: {{% for one in {value.typed} %}}{{{{ one.{one} }}}}{{% endfor %}}."
    if kind == "group":
        return f"Name one of its fields, such as {{{{ {value.typed}.{known.an_entry(value.path)} }}}}."
    return f"Write {WRITTEN[kind].format(value.typed)}."
