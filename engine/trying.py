"""Tries expressions and decisions on the values of a case or on typed ones, and says why. Nothing is written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import dmn, feel
from engine.definitions import catalogued
from engine.definitions.checks import names
from engine.errors import EngineError, Invalid, NotFound
from engine.feel.bounds import bounded
from engine.feel.builtins.conversion import from_json
from engine.feel.faults import Null
from engine.law import CaseRules
from engine.permissions import Actor, require, visible_cases
from engine.reading import open_case
from engine.rules import RuleBook
from engine.runtime.deadlines import Deadlines
from models.case import Case

Functions = Mapping[str, Callable[..., Any]]
MAX_ROWS = 200  # rules of a table that are shown, beside those that hit
MAX_LENGTH = 50_000  # characters of typed values
_OF_A_RULE = ("due", "amber")
NO_RULES = RuleBook((), source="no rules")


@dataclass(frozen=True, slots=True)
class Data:
    """What is tried on: names with their values, the types that fields give them, and the platform's functions."""

    scope: Mapping[str, Any]
    known: Mapping[str, str]
    functions: Functions


@dataclass(frozen=True, slots=True)
class Cell:
    """A condition as it is written; `is_met` is null where there is no telling."""

    text: str
    is_met: bool | None


@dataclass(frozen=True, slots=True)
class Row:
    """A rule of a table, and whether it hit."""

    number: int
    note: str
    cells: tuple[Cell, ...]
    conclusions: tuple[str, ...]
    is_hit: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """A table that was asked: the inputs with their values, and its rules; `left_out` are not shown."""

    where: str
    policy: str
    inputs: tuple[tuple[str, str], ...]
    outputs: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What came out: the value as people read it with its type, or the fault; and what was noticed on the way."""

    shown: str = ""
    sort: str = ""
    fault: str = ""
    remedy: str = ""
    read_as: str = ""
    problems: tuple[feel.Problem, ...] = ()
    tables: tuple[Tried, ...] = field(default=())


# What it is tried on


def typed_values(text: str) -> dict[str, Any]:
    """Return the values that a text gives: JSON, or a context of FEEL such as {born: @"1961-04-02"}.

    Raises:
        Invalid: it is neither.
    """
    if len(text) > MAX_LENGTH:
        raise Invalid(f"The values have {len(text):,} characters; the limit is {MAX_LENGTH:,}.")
    if not text.strip():
        return {}
    try:
        found = from_json(text)
    except Null:
        found = _context(text)
    if not isinstance(found, dict):
        raise Invalid('The values are not an object: write {"name": value, …}.')
    return found


def _context(text: str) -> object:
    try:
        return feel.compile(text).evaluate({})
    except EngineError as error:
        raise Invalid(f"The values cannot be read. {error.message}") from error


def data(
    session: Session, *, reference: str = "", typed: Mapping[str, Any], rules: RuleBook = NO_RULES, by: Actor
) -> Data:
    """Return the values of a case with `typed` before them, or only those; `rules` are a category's when no case is.

    Raises:
        NotFound: there is no such case, or none that the actor may see.
    """
    if not reference:
        return Data(typed, _kinds(typed), functions_without_case(rules))
    require(by, "see cases")
    case_id = session.scalar(select(Case.id).where(Case.reference == reference.strip(), visible_cases(by)))
    if case_id is None:
        raise NotFound(f"There is no case {reference.strip()[:40]}, or none that you may see.")
    case = open_case(session, case_id, by=by)
    definition = case.definition
    known = names.known(definition.forms.values(), definition.elements.values(), definition.rules)
    known = {**catalogued.names(session, definition.settings.key), **known}
    return Data(case.scope(typed, hides=True), {**known, **_kinds(typed)}, case.functions)


def functions_without_case(rules: RuleBook = NO_RULES) -> Functions:
    """Return the platform's functions as they are without a case; `due` and `amber` only where there are rules."""
    known = Deadlines(CaseRules(None, pinned=rules), list).functions()
    return known if rules.ids else {name: each for name, each in known.items() if name not in _OF_A_RULE}


def _kinds(values: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """Return the types of typed values, entries as paths."""
    found: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, Mapping) and value and before.count(".") < 4:
            found |= _kinds(value, f"{before}{name}.")
        else:
            sort = feel.type_of(value)
            found[f"{before}{name}"] = "list" if sort.startswith("list") else "Any" if value is None else sort
    return found


# Trying


def expression(text: str, on: Data) -> Answer:
    """Return what an expression comes to, with or without its leading "="."""
    plain = text.strip().removeprefix("=").strip()
    try:
        read = feel.compile(plain, names=frozenset(on.scope))
    except EngineError as error:
        return _failed(error)
    found = feel.check(read, on.known, functions=feel.HOST)
    warnings: list[feel.Problem] = []
    read_as = feel.printed(read.tree)
    read_as = "" if read_as == plain else read_as
    try:
        value = read.evaluate(on.scope, functions=on.functions, warnings=warnings)
        shown = feel.shown(value)
    except EngineError as error:
        return _failed(error, read_as=read_as, problems=_once([*found, *warnings]))
    return Answer(shown, feel.type_of(value), read_as=read_as, problems=_once([*found, *warnings]))


def decision(model: dmn.Model, decision_id: str, on: Data) -> Answer:
    """Return what a decision comes to, with what each of its tables did."""
    warnings: list[feel.Problem] = []
    seen: list[dmn.Decided] = []
    try:
        with bounded():
            value = model.evaluate(decision_id, on.scope, functions=on.functions, warnings=warnings, seen=seen)
            shown = feel.shown(value)
    except EngineError as error:
        return _failed(error, problems=_once(warnings), tables=_tables(seen))
    return Answer(shown, feel.type_of(value), problems=_once(warnings), tables=_tables(seen))


def _failed(error: EngineError, **more: Any) -> Answer:
    return Answer(fault=error.message, remedy=error.remedy, **more)


def _once(problems: list[feel.Problem]) -> tuple[feel.Problem, ...]:
    """Return the problems, of two at one place the first: what the check says the evaluation says again."""
    first: dict[object, feel.Problem] = {}
    for problem in problems:
        place = problem.sentence if (problem.line, problem.column) == (1, 1) else (problem.line, problem.column)
        first.setdefault(place, problem)
    return tuple(sorted(first.values(), key=lambda problem: (problem.line, problem.column)))


def _tables(seen: list[dmn.Decided]) -> tuple[Tried, ...]:
    return tuple(_table(decided) for decided in seen[:20])


def _table(decided: dmn.Decided) -> Tried:
    table = decided.table
    shown = [rule for rule in table.rules if rule.number <= MAX_ROWS or rule.number in decided.hits]
    inputs = tuple((column.label, _brief(value)) for column, value in zip(table.inputs, decided.values, strict=True))
    outputs = tuple(column.name or table.where for column in table.outputs)
    rows = tuple(_rows(decided, shown))
    policy = f"{table.policy} {table.aggregation}".strip()
    return Tried(table.where, policy, inputs, outputs, rows, len(table.rules) - len(rows))


def _rows(decided: dmn.Decided, rules: list[Any]) -> Iterator[Row]:
    for rule in rules:
        cells = tuple(
            Cell(test.text or "-", is_met) for test, is_met in zip(rule.tests, _met(decided, rule), strict=True)
        )
        conclusions = tuple(each.text if each else "" for each in rule.conclusions)
        yield Row(rule.number, rule.annotation, cells, conclusions, rule.number in decided.hits)


def _met(decided: dmn.Decided, rule: Any) -> list[bool | None]:
    try:
        with bounded():
            return decided.cells(rule)
    except EngineError:  # the budget of the decision is used up: what it did is known, why is not
        return [None] * len(rule.tests)


def _brief(value: object) -> str:
    try:
        return feel.shown(value)[:200]
    except EngineError as error:
        return error.message


def reads(model: dmn.Model, decision_id: str) -> list[str]:
    """Return the names that a decision needs from whoever calls it, with their types where they are known."""
    found: dict[str, str] = {}
    waiting, done = [model.part(decision_id)], set()
    while waiting:
        part = waiting.pop()
        if part.key in done:
            continue
        done.add(part.key)
        if part.sort == "inputData":
            found.setdefault(part.name, part.kind.label or part.kind.name if part.kind else "")
        required = model.required_by(part)
        waiting += required
        own = {each.name for each in required} | {part.name}
        for placed in part.expressions:
            found |= dict.fromkeys(placed.expression.names - placed.around - own - {"?"} - found.keys(), "")
    return [f"{name} ({kind})" if kind else name for name, kind in sorted(found.items())]
