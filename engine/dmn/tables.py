"""Decision tables: which rules hit, and what they answer (DMN 1.5, chapter 8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from engine import feel
from engine.dmn import hitpolicies
from engine.dmn.documents import Element, attribute, child, children, text_of, type_ref
from engine.dmn.expressions import plain
from engine.dmn.hitpolicies import Hit
from engine.dmn.scopes import Scope
from engine.feel import syntax
from engine.feel.cells import Test
from engine.feel.frames import Frame
from engine.feel.types import Type

if TYPE_CHECKING:
    from engine.dmn.boxed import Reader

MAX_RULES = 20_000


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions."""

    label: str
    expression: feel.Expression
    kind: Type | None
    allowed: feel.Expression | None


@dataclass(frozen=True, slots=True)
class Output:
    """A column of conclusions; `allowed` in falling priority."""

    name: str
    kind: Type | None
    allowed: feel.Expression | None
    default: feel.Expression | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row; `number` counts from 1 as the modeller shows it."""

    number: int
    id: str
    tests: tuple[feel.Expression, ...]
    conclusions: tuple[feel.Expression | None, ...]
    annotation: str = ""

    @property
    def name(self) -> str:
        """Return how an error names the rule."""
        return f"rule {self.number}" + (f" ({self.annotation})" if self.annotation else "")


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table, read and compiled."""

    where: str
    policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    columns: tuple[tuple[Test | None, ...], ...]  # the tests of each input, none where a rule has no condition on it

    def decide(self, scope: Scope) -> object:
        """Return what the table answers in `scope`; raise DecisionError when its hit policy is broken."""
        values = [self._input_value(column, scope) for column in self.inputs]
        hits = self._hits(scope, values)
        if scope.evaluation.seen is not None:
            scope.evaluation.seen.append(Decided(self, tuple(values), tuple(rule.number for rule in hits), scope))
        answers = [Hit(rule.name, self._conclusions(scope, rule)) for rule in hits]
        if not answers:
            return self._defaults(scope)
        return hitpolicies.answer(self, answers, scope)

    def _input_value(self, column: Input, scope: Scope) -> object:
        value = scope.conforming(scope.value(column.expression), column.kind, column.label)
        if column.allowed is not None and value is not None and not scope.meets(column.allowed, value):
            scope.evaluation.warn(f"{self.where}: {feel.shown(value)} is not among the values of `{column.label}`.")
        return value

    def _hits(self, scope: Scope, values: Sequence[object]) -> list[Rule]:
        frame = scope.frame(self.where)
        frame.run.spend(len(self.rules) // 4, 0)
        if self.policy == "FIRST":
            return list(islice((rule for rule in self.rules if _applies(rule, values, frame)), 1))
        left: Sequence[int] = range(len(self.rules))
        for tests, value in zip(self.columns, values, strict=True):  # column by column: few rules meet the first ones
            left = [number for number in left if (test := tests[number]) is None or test(frame, value) is True]
        return [self.rules[number] for number in left]

    def _conclusions(self, scope: Scope, rule: Rule) -> list[object]:
        return [
            scope.conforming(scope.value(conclusion) if conclusion else None, column.kind, column.name)
            for column, conclusion in zip(self.outputs, rule.conclusions, strict=True)
        ]

    def _defaults(self, scope: Scope) -> object:
        if all(column.default is None for column in self.outputs):
            return None
        values = [
            scope.conforming(scope.value(column.default) if column.default else None, column.kind, column.name)
            for column in self.outputs
        ]
        answer = self.shaped(values)
        return [answer] if self.policy in hitpolicies.LISTS and not self.aggregation else answer

    def shaped(self, values: Sequence[object]) -> object:
        """Return the conclusions of one rule: the value, or a context when there are several outputs."""
        if len(self.outputs) == 1:
            return values[0]
        return {column.name: value for column, value in zip(self.outputs, values, strict=True)}


@dataclass(frozen=True, slots=True)
class Decided:
    """What a table did: the values of its inputs, and the numbers of the rules that hit."""

    table: Table
    values: tuple[object, ...]
    hits: tuple[int, ...]
    scope: Scope

    def cells(self, rule: Rule) -> list[bool | None]:
        """Return for each condition of a rule whether the input meets it; null when there is no telling."""
        frame = self.scope.frame(self.table.where)
        return [test.test(frame, value) for test, value in zip(rule.tests, self.values, strict=True)]


def _applies(rule: Rule, values: Sequence[object], frame: Frame) -> bool:
    return all(test.test(frame, value) is True for test, value in zip(rule.tests, values, strict=True))


# Reading


def read(reader: "Reader", element: Element) -> Table:
    """Return the table of a `decisionTable` element; raise DecisionError naming rule and column of a fault."""
    inputs = tuple(_input(reader, column) for column in children(element, "input"))
    outputs = tuple(_output(reader, column) for column in children(element, "output"))
    rows = list(children(element, "rule"))
    if not outputs:
        raise reader.fault("the decision table has no output.")
    if len(rows) > MAX_RULES:
        raise reader.fault(f"the decision table has {len(rows):,} rules; the limit is {MAX_RULES:,}.")
    rules = tuple(_rule(reader, number, row, inputs, outputs) for number, row in enumerate(rows, 1))
    policy, aggregation = attribute(element, "hitPolicy") or "UNIQUE", attribute(element, "aggregation")
    if policy not in hitpolicies.POLICIES or aggregation not in ("", *hitpolicies.AGGREGATORS):
        raise reader.fault(f"`{policy} {aggregation}` is not a hit policy.")
    columns = tuple(tuple(_test(rule.tests[number]) for rule in rules) for number in range(len(inputs)))
    return Table(reader.where, policy, aggregation if policy == "COLLECT" else "", inputs, outputs, rules, columns)


def _test(cell: feel.Expression) -> Test | None:
    is_empty = isinstance(cell.tree, syntax.UnaryTests) and not cell.tree.tests
    return None if is_empty else cell.test


def _input(reader: "Reader", column: Element) -> Input:
    inner = child(column, "inputExpression")
    text = text_of(inner)
    label = attribute(column, "label") or text
    if not text:
        raise reader.fault(f"the input `{label}` has no expression.")
    kind = reader.type_of(inner)
    allowed = _values(reader, column, "inputValues") or reader.types.allowed_values.get(type_ref(inner))
    return Input(label, reader.at(f"{reader.where}, input “{label}”").expression(text), kind, allowed)


def _output(reader: "Reader", column: Element) -> Output:
    default = text_of(child(column, "defaultOutputEntry"))
    allowed = _values(reader, column, "outputValues") or reader.types.allowed_values.get(type_ref(column))
    name, kind = attribute(column, "name"), reader.type_of(column)
    here = reader.at(f"{reader.where}, default of “{name}”" if name else f"{reader.where}, default")
    return Output(name, kind, allowed, here.expression(default, gives=_given(kind)) if default else None)


def _given(kind: Type | None) -> str:
    found = plain(kind)
    return "" if found == "Any" else found


def _values(reader: "Reader", column: Element, name: str) -> feel.Expression | None:
    text = text_of(child(column, name))
    return reader.expression(text, unary=True) if text else None


def _rule(reader: "Reader", number: int, row: Element, inputs: tuple[Input, ...], outputs: tuple[Output, ...]) -> Rule:
    cells, conclusions = list(children(row, "inputEntry")), list(children(row, "outputEntry"))
    if len(cells) != len(inputs) or len(conclusions) != len(outputs):
        raise reader.fault(f"rule {number} has {len(cells)} conditions and {len(conclusions)} conclusions; "
                           f"the table has {len(inputs)} and {len(outputs)}.")  # fmt: skip
    tests = tuple(
        reader.at(f"{reader.where}, rule {number}, input “{column.label}”").expression(
            text_of(cell), unary=True, asked=_given(column.kind)
        )
        for cell, column in zip(cells, inputs, strict=True)
    )
    answers = tuple(
        _conclusion(reader, number, text_of(cell), column) for cell, column in zip(conclusions, outputs, strict=True)
    )
    return Rule(number, attribute(row, "id"), tests, answers, _annotation(row))


def _conclusion(reader: "Reader", number: int, text: str, column: Output) -> feel.Expression | None:
    if not text:
        return None
    name = f", output “{column.name}”" if column.name else ""
    return reader.at(f"{reader.where}, rule {number}{name}").expression(text, gives=_given(column.kind))


def _annotation(row: Element) -> str:
    """Return what the analyst noted about a rule, shortened."""
    description = child(row, "description")
    note = text_of(child(row, "annotationEntry")) or (description.text if description is not None else "")
    return " ".join((note or "").split())[:60]
