"""What `check` finds in a model: in tables, values that no rule covers, rules that overlap, rules that never apply;
in expressions, names and types; and what nothing uses.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine import feel
from engine.dmn.expressions import Placed
from engine.dmn.model import Model, Part
from engine.dmn.regions import MAX_COMBINATIONS, Region, Unsearchable, combinations, regions_of
from engine.dmn.tables import Table
from engine.feel import syntax
from engine.feel.bounds import bounded, look

MAX_FINDINGS = 10  # of one kind in one table
SECONDS = 5.0  # of processor time that the search through one table may take


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a decision table that its author should look at; `severity` is error, warning or info."""

    element: str
    code: str
    severity: str
    message: str
    remedy: str


def check(model: Model, known: Mapping[str, str] | None = None) -> list[Finding]:
    """Return what is wrong with a model, part by part.

    `known` are the names of the case that calls it, with their types; none when nobody knows who calls it.
    """
    found = [finding for part in model.parts.values() for finding in _check_part(model, part, known)]
    return [*found, *_unused(model)]


def _check_part(model: Model, part: Part, known: Mapping[str, str] | None) -> Iterator[Finding]:
    yield from _expressions(model, part, known)
    for table in part.tables:
        try:
            with bounded(SECONDS):
                yield from _check_table(part, table)
        except feel.FeelError:
            yield _unchecked(part, table, "the search takes too long")


def _expressions(model: Model, part: Part, known: Mapping[str, str] | None) -> Iterator[Finding]:
    """Tell what is wrong with the expressions; of a model that declares no inputs, any name may be the caller's."""
    required = model.known_to(part)
    others = {each.name for each in model.parts.values()} - required.keys()
    is_open = known is None and not any(True for _ in model.inputs())
    for placed in part.expressions:
        for problem in placed.problems({**(known or {}), **required}, is_open=is_open):
            yield _told(part, placed, problem, others)


def _told(part: Part, placed: Placed, problem: feel.Problem, others: set[str]) -> Finding:
    severity, remedy = "error", "Correct the expression."
    sentence = problem.sentence
    if problem.code == "name":
        severity, remedy = "warning", "Correct the name, or draw what it stands for as an input of the decision."
    for name in others:
        if sentence.startswith(f"`{name}` is not known here"):
            sentence = f"`{name}` is in the model, but `{part.name}` does not require it."
            remedy = f"Draw a requirement from `{name}` to `{part.name}`."
    at = f" (line {problem.line}, column {problem.column} of “{' '.join(placed.expression.text.split())[:80]}”)"
    return Finding(part.key[1], "expression", severity, f"{placed.where}: {sentence.rstrip('.')}{at}.", remedy)


def _unused(model: Model) -> Iterator[Finding]:
    """Tell of inputs that nothing requires, and of columns of conditions that never decide."""
    needed = {key for part in model.parts.values() for key in (*part.needs, *part.given)}
    for part in model.inputs():
        if part.key not in needed:
            yield Finding(part.key[1], "unused", "info", f"Nothing requires the input `{part.name}`.", "Take it out.")
    for part in model.parts.values():
        for table in part.tables:
            yield from _idle_columns(part, table)


def _idle_columns(part: Part, table: Table) -> Iterator[Finding]:
    for number, column in enumerate(table.inputs):
        cells = [rule.tests[number].tree for rule in table.rules]
        if cells and all(isinstance(cell, syntax.UnaryTests) and not cell.tests for cell in cells):
            message = f"{table.where}: no rule has a condition on `{column.label}`."
            yield Finding(part.key[1], "unused", "info", message, "Take the column out, or fill it in.")


def _unchecked(part: Part, table: Table, why: str) -> Finding:
    message = f"{table.where}: gaps and overlaps were not looked for, since {why}."
    return Finding(part.key[1], "unchecked", "info", message, "Test this table with examples.")


def _check_table(part: Part, table: Table) -> Iterator[Finding]:
    yield from _strange_outputs(part, table)
    try:
        columns = [regions_of(table, number) for number in range(len(table.inputs))]
    except Unsearchable as reason:
        yield _unchecked(part, table, str(reason))
        return
    yield from _Search(part, table, columns).findings()


def _strange_outputs(part: Part, table: Table) -> Iterator[Finding]:
    """Complain about conclusions that are not among the output values."""
    for number, column in enumerate(table.outputs):
        for rule in table.rules if column.allowed else ():
            conclusion = rule.conclusions[number]
            if conclusion is None or conclusion.names or conclusion.calls:
                continue
            value = conclusion.evaluate({})
            if column.allowed is not None and column.allowed.evaluate({}, given=value) is not True:
                message = f"{table.where}, {rule.name}: {feel.shown(value)} is not among the output values."
                yield Finding(
                    part.key[1], "output", "error", message, "Correct the conclusion, or add it to the values."
                )


class _Search:
    """A search through every combination of regions of one table's inputs."""

    def __init__(self, part: Part, table: Table, columns: list[list[Region]]) -> None:
        self.part = part
        self.table = table
        self.columns = columns
        self.gaps: list[str] = []
        self.overlaps: dict[tuple[int, int], str] = {}
        self.first = 0  # the rules that apply first somewhere, as bits
        self.any = 0  # the rules that apply somewhere

    def findings(self) -> Iterator[Finding]:
        """Yield gaps, overlaps and rules that never apply."""
        complete = self._search()
        if not complete:
            message = f"{self.table.where}: more than {MAX_COMBINATIONS:,} combinations; not all were looked at."
            yield Finding(self.part.key[1], "unchecked", "info", message, "Split the table.")
        has_default = any(column.default for column in self.table.outputs)
        if self.table.policy != "COLLECT" and not has_default:
            yield from (self._gap(gap) for gap in self.gaps[:MAX_FINDINGS])
        if self.table.policy in ("UNIQUE", "ANY"):
            yield from (self._overlap(pair, at) for pair, at in list(self.overlaps.items())[:MAX_FINDINGS])
        if complete:
            yield from self._dead_rules()

    def _search(self) -> bool:
        """Look at every combination; return whether there were few enough."""
        everything = (1 << len(self.table.rules)) - 1
        for count, (rules, values) in enumerate(combinations(self.columns, everything)):
            look()
            if count >= MAX_COMBINATIONS:
                return False
            self.any |= rules
            self.first |= rules & -rules
            if not rules and len(self.gaps) < MAX_FINDINGS:
                self.gaps.append(self._described(values))
            elif rules & (rules - 1):
                self._note_overlap(rules, values)
        return True

    def _note_overlap(self, rules: int, values: list[Region]) -> None:
        if len(self.overlaps) >= MAX_FINDINGS:
            return
        first, second = [number for number in range(len(self.table.rules)) if rules >> number & 1][:2]
        if self.table.policy == "ANY" and self._same_conclusions(first, second):
            return
        self.overlaps.setdefault((first, second), self._described(values))

    def _same_conclusions(self, first: int, second: int) -> bool:
        one, other = (self.table.rules[number].conclusions for number in (first, second))
        return [each and each.text for each in one] == [each and each.text for each in other]

    def _described(self, values: list[Region]) -> str:
        pairs = zip(self.table.inputs, values, strict=True)
        return " and ".join(f"{column.label} is {region.label}" for column, region in pairs if region.label) or "ever"

    def _gap(self, at: str) -> Finding:
        message = f"{self.table.where}: no rule applies when {at}."
        return Finding(self.part.key[1], "gap", "warning", message, "Add a rule, or a default output.")

    def _overlap(self, pair: tuple[int, int], at: str) -> Finding:
        one, other = (self.table.rules[number].name for number in pair)
        message = (
            f"{self.table.where}: {one} and {other} both apply when {at}, but the hit policy is {self.table.policy}."
        )
        return Finding(
            self.part.key[1], "overlap", "error", message, "Make them exclude each other, or change the hit policy."
        )

    def _dead_rules(self) -> Iterator[Finding]:
        reached = self.first if self.table.policy == "FIRST" else self.any
        for number, rule in enumerate(self.table.rules):
            if not reached >> number & 1:
                why = (
                    "earlier rules apply wherever it would"
                    if self.any >> number & 1
                    else "nothing meets its conditions"
                )
                message = f"{self.table.where}: {rule.name} never applies; {why}."
                yield Finding(self.part.key[1], "dead", "warning", message, "Correct its conditions, or take it out.")
