"""Checks definitions against one another and what stands around them: keys, expressions, defaults, circles."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

from engine import feel
from engine.errors import EngineError, Invalid
from engine.feel.builtins import BUILTINS
from engine.field_catalogue.owners import Surroundings
from engine.field_catalogue.texts import Faults
from engine.fields import ALWAYS, Catalogue, FieldDef
from engine.forms.names import problem_of
from engine.instants import today

MOST_DEFINITIONS = 10_000
MOST_IN_SECTION = 500
MOST_IN_GROUP = 50
MOST_TOLD = 50
"""Fields of circles that are told of; whoever breaks those is told of the next."""

FUNCTIONS = frozenset({*BUILTINS, *feel.HOST})
EXPRESSIONS = {"required_when": "boolean", "shown_when": "boolean"}


class Check:
    """The whole catalogue as it would be, and what stands around it; built once for all that is checked of it."""

    def __init__(self, definitions: Iterable[FieldDef], around: Surroundings) -> None:
        """Keep the definitions that there would be."""
        self.around = around
        self.catalogue = Catalogue("", "", definitions)
        self._paths: dict[str, list[FieldDef]] = {}
        for one in self.catalogue.definitions:
            self._paths.setdefault(one.folded_path, []).append(one)
        self._kinds = {**around.known, **{one.path.replace("[]", ""): _feel(one) for one in self.catalogue.definitions}}
        self._by_root: dict[str, dict[str, str]] = {}
        for name, kind in self._kinds.items():
            self._by_root.setdefault(name.split(".")[0], {})[name] = kind
        self._sizes: dict[str, int] = {}
        for one in self.catalogue.definitions:
            if one.retired_at is None:
                where = f"within {one.parent}" if one.parent else f"section {one.section}"
                self._sizes[where] = self._sizes.get(where, 0) + 1

    def faults(self, one: FieldDef) -> Faults:
        """Return a sentence for each column of a definition that cannot stand like this."""
        found: Faults = {}
        for name, sentence in (*self._key(one), *self._place(one), *_of_type(one), *self._expressions(one)):
            found.setdefault(name, sentence)
        if not found:
            found |= dict(_default(one))
        if "shown_when" not in found and (circle := self._circle(one)):
            shown = " → ".join(circle)
            found["shown_when"] = f"These fields would show one another in a circle: {shown}. Break it in one of them."
        return found

    def _key(self, one: FieldDef) -> Iterator[tuple[str, str]]:
        problem = problem_of(one.key, at_top=not one.parent)
        if problem:
            yield "key", f"{problem[1]} {problem[2]}"
            return
        if one.key in FUNCTIONS:
            yield "key", f"“{one.key}” is a function of the expression language. Choose another name."
        twins = [twin for twin in self._paths.get(one.folded_path, ()) if twin is not one]
        if twins:
            yield "key", f"There is a field “{twins[0].path}” already (“{twins[0].label}”). Choose another key."
        if not one.parent and one.key in self.around.written:
            yield "key", f"The diagram writes to “{one.key}” already. Choose another key."
        if not one.parent and one.key in self.around.asked:
            form = self.around.asked[one.key]
            yield "key", f"The form “{form}” asks for “{one.key}” already. Choose another key, or name this one there."

    def _place(self, one: FieldDef) -> Iterator[tuple[str, str]]:
        if one.parent:
            group = self.catalogue.at_top.get(one.parent)
            if group is None or group.type != "group":
                yield "parent", f"There is no repeating group “{one.parent[:80]}”. Add it first."
            if one.type == "group":
                yield "type", "A repeating group cannot stand within another one."
            if one.is_searchable:
                yield "searchable", "A field within a repeating group cannot be searched by. Leave it empty."
        if self._sizes.get(f"within {one.parent}" if one.parent else f"section {one.section}", 0) > (
            MOST_IN_GROUP if one.parent else MOST_IN_SECTION
        ):
            if one.parent:
                yield "parent", f"A repeating group has at most {MOST_IN_GROUP} fields."
            else:
                yield "section", f"A section has at most {MOST_IN_SECTION} fields. Put this one into another section."
        if len(self.catalogue.definitions) > MOST_DEFINITIONS:
            yield "key", f"There are at most {MOST_DEFINITIONS:,} fields, the retired ones counted."
        if one.from_on and one.until_on and one.until_on < one.from_on:
            yield "until_on", "The last day is before the first day. Correct one of them."

    def _expressions(self, one: FieldDef) -> Iterator[tuple[str, str]]:
        named = {name: getattr(one, name) for name in EXPRESSIONS}
        if one.default.startswith("="):
            named["default"] = one.default[1:]
        for name, text in named.items():
            if text and text != ALWAYS:
                yield from ((name, sentence) for sentence in self._expression(one, text, EXPRESSIONS.get(name, "")))

    def _expression(self, one: FieldDef, text: str, wanted: str) -> Iterator[str]:
        try:
            expression = _compiled(text)
        except EngineError as error:
            yield f"The expression cannot be read: {error.message} {error.remedy}".strip()
            return
        known = self._known(expression.names, one)
        problems = feel.check(expression, known, functions=feel.HOST)
        if any(problem.code == "name" for problem in problems):  # asked again, to say what was meant
            problems = feel.check(expression, {**self._kinds, **self._row(one)}, functions=feel.HOST)
        for problem in problems[:1]:
            yield f"{problem.sentence} (line {problem.line}, column {problem.column}) Correct the expression."
            return
        kind = feel.kind_of(expression, known) if wanted else None
        if wanted and kind not in (None, "", wanted):
            yield f"The expression gives a {kind}; it must say true or false. Compare it with something."

    def _known(self, names: Collection[str], one: FieldDef) -> dict[str, str]:
        found = {path: kind for root in names for path, kind in self._by_root.get(root, {}).items()}
        return found | self._row(one)

    def _row(self, one: FieldDef) -> dict[str, str]:
        """Return what expressions within a repeating group know of its row."""
        if not one.parent:
            return {}
        within = self.catalogue.within.get(one.parent, ())
        return {"i": "list", "parent": "Any", **{f"this.{child.key}": _feel(child) for child in within}}

    def _circle(self, one: FieldDef) -> list[str]:
        """Return the fields that show one another in a circle, this one among them; nothing when there is none."""
        if one.parent or one.key not in self._bound_up:
            return []
        came_from: dict[str, str] = {}
        waiting = deque([one.key])
        while waiting:
            here = waiting.popleft()
            for name in self._shown_by.get(here, ()):
                if name == one.key:
                    return [*_way_back(here, came_from), one.key]
                if name not in came_from:
                    came_from[name] = here
                    waiting.append(name)
        return []

    @cached_property
    def _shown_by(self) -> dict[str, list[str]]:
        """Return for each field that is not always shown the fields that its condition reads."""
        return {key: self._read_by(one.shown_when) for key, one in self.catalogue.at_top.items() if one.shown_when}

    @cached_property
    def _bound_up(self) -> frozenset[str]:
        """Return the first fields that a circle keeps from ever being settled: those of it, and those behind it."""
        left = dict(self._shown_by)
        while settled := [key for key, names in left.items() if not any(name in left for name in names)]:
            for key in settled:
                del left[key]
        return frozenset(islice(left, MOST_TOLD))

    def _read_by(self, text: str) -> list[str]:
        try:
            names = _compiled(text).names
        except EngineError:
            return []
        return sorted(name for name in names if name in self.catalogue.at_top)


def _way_back(key: str, came_from: Mapping[str, str]) -> list[str]:
    way = [key]
    while way[-1] in came_from:
        way.append(came_from[way[-1]])
    return way[::-1]


@lru_cache(maxsize=16_384)
def _compiled(text: str) -> feel.Expression:
    return feel.compile(text)


def _feel(one: FieldDef) -> str:
    return "Any" if one.parent else one.kind.feel


def _of_type(one: FieldDef) -> Iterator[tuple[str, str]]:
    if one.kind.has_options and not one.options:
        yield "options", "There is nothing to choose from. Write value=Label, one on each line."
    if one.options and not one.kind.has_options:
        yield "options", f"A field of the type “{one.kind.name.lower()}” has no options. Take them out."
    if one.is_searchable and not one.kind.may_be_searchable:
        yield "searchable", f"A field of the type “{one.kind.name.lower()}” cannot be searched by. Leave it empty."
    if one.type == "lookup" and not one.limits.get("entity"):
        yield "entity", "Say what is looked up: person, home, tenancy, account or organisation."
    if one.type in ("file", "group") and one.default:
        yield "default", f"A field of the type “{one.kind.name.lower()}” begins with nothing. Take the default out."
    if one.type == "group" and one.required_when not in ("", ALWAYS):
        yield "required_when", "A repeating group is required always or never. Write yes, or leave it empty."
    for least, most in (("min", "max"), ("min_length", "max_length")):
        low, high = one.limits.get(least), one.limits.get(most)
        if low is not None and high is not None and _sortable(one, low) > _sortable(one, high):
            yield most, "The most is less than the least. Correct one of them."


def _sortable(one: FieldDef, limit: Any) -> Any:
    return str(limit) if one.type in ("date", "date_time") else float(limit)


def _default(one: FieldDef) -> Iterator[tuple[str, str]]:
    """Try the default as an officer would send it, by the field's own checks."""
    if not one.default or one.default.startswith("=") or one.type in ("file", "group"):
        return
    alone = Catalogue("", "", [replace(one, parent="", shown_when="", from_on=None, until_on=None, retired_at=None)])
    value = one.default.split("|") if one.type == "multiple_choice" else one.default
    try:
        alone.form_of([one.key], today()).validate({one.key: value}, {})
    except Invalid as error:
        yield "default", f"{next(iter(error.errors.values()), error.message)}. Correct the default."


def require(faults: Mapping[str, str]) -> None:
    """Raise Invalid when there are faults."""
    if faults:
        raise Invalid("The field cannot be kept like this.", errors=faults, remedy="Correct what is named.")
