"""What `check` finds in decision tables: values that no rule covers, rules that overlap, rules that never apply."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine import feel
from engine.dmn.model import Model, Part
from engine.dmn.regions import MAX_COMBINATIONS, Region, combinations, regions_of
from engine.dmn.tables import Table

MAX_FINDINGS = 10  # of one kind in one table


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a decision table that its author should look at; `severity` is error, warning or info."""

    element: str
    code: str
    severity: str
    message: str
    remedy: str


def check(model: Model) -> list[Finding]:
    """Return what is wrong with the decision tables of a model, table by table."""
    return [finding for part in model.parts.values() for table in part.tables for finding in _check_table(part, table)]


def _check_table(part: Part, table: Table) -> Iterator[Finding]:
    yield from _strange_outputs(part, table)
    columns = [regions_of(table, number) for number in range(len(table.inputs))]
    if any(column is None for column in columns):
        label = next(each.label for each, column in zip(table.inputs, columns, strict=True) if column is None)
        message = f"{table.where}: gaps and overlaps were not looked for, since conditions on `{label}` are calculated."
        yield Finding(part.key[1], "unchecked", "info", message, "Test this table with examples.")
        return
    yield from _Search(part, table, [column or [] for column in columns]).findings()


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
