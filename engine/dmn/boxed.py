"""Boxed expressions: each becomes a function of the scope (DMN 1.5, section 10.2)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from engine import feel
from engine.dmn.documents import MAX_DEPTH, Element, attribute, child, children, tag, text_of, type_ref
from engine.dmn.expressions import Placed
from engine.dmn.faults import DecisionError
from engine.dmn.itemtypes import ItemTypes
from engine.dmn.scopes import Logic, Scope
from engine.dmn.tables import Table, read
from engine.errors import ExpressionError
from engine.feel.bounds import look
from engine.feel.faults import ExternalFunction
from engine.feel.types import Type
from engine.feel.values import Function, as_list

STEPS_OF_A_ROUND = 8  # what one round of a boxed loop costs of the budget, on top of its expressions
FRAMES_OF_A_CALL = 14  # Python frames that a call of knowledge takes, on top of its expressions


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the boxed expressions of one element; `where` names it.

    `tables` and `expressions` are those found in it; `around` are the names bound at the place that is read, where
    with `is_open` any name may be bound.
    """

    names: frozenset[str]
    types: ItemTypes
    where: str
    depth: int = 0
    tables: list[Table] = field(default_factory=list)
    expressions: list[Placed] = field(default_factory=list)
    around: frozenset[str] = frozenset()
    is_open: bool = False

    def logic(self, element: Element) -> Logic:
        """Return the logic of a boxed expression; raise DecisionError when it cannot be read."""
        reader = _READERS.get(tag(element))
        if reader is None:
            raise self.fault(f"`{tag(element)}` is not a kind of expression.")
        if self.depth > MAX_DEPTH:
            raise self.fault(f"expressions are nested more than {MAX_DEPTH} levels deep.")
        return reader(replace(self, depth=self.depth + 1), element)

    def at(self, where: str) -> "Reader":
        """Return the reader for a part of the element."""
        return replace(self, where=where)

    def within(self, *names: str) -> "Reader":
        """Return the reader where `names` are bound, too."""
        return replace(self, around=self.around.union(names))

    def logic_in(self, parent: Element, name: str = "") -> Logic:
        """Return the logic of the expression inside `parent`, or inside its child `name`."""
        holder = child(parent, name) if name else parent
        inner = child(holder, *_READERS) if holder is not None else None
        if inner is None:
            raise self.fault(f"the {name or tag(parent)} has no expression.")
        return self.logic(inner)

    def expression(self, text: str, *, unary: bool = False, asked: str = "", gives: str = "") -> feel.Expression:
        """Return the FEEL expression of `text`; raise DecisionError with its place and the element's name."""
        look()
        try:
            read = feel.compile(text, unary=unary, names=self.names, types=self.types)
        except ExpressionError as error:
            raise DecisionError(f"{self.where}: {error.message} (`{text[:60]}`)", remedy=error.remedy) from error
        self.expressions.append(Placed(self.where, read, self.around, self.is_open, asked, gives))
        return read

    def type_of(self, element: Element | None) -> Type | None:
        """Return the type that an element refers to, None when it refers to none."""
        name = type_ref(element)
        return self.types.of_name(name) if name else None

    def fault(self, sentence: str) -> DecisionError:
        """Return the error that says `sentence` about the element."""
        return DecisionError(f"{self.where}: {sentence}")

    # The kinds of expression

    def literal(self, element: Element) -> Logic:
        language = attribute(element, "expressionLanguage")
        if language and "feel" not in language.lower():
            raise self.fault(f"expressions in `{language}` are not run here; write FEEL.")
        text = text_of(element)
        if not text:
            return lambda scope: None
        expression = self.expression(text)
        return lambda scope: scope.value(expression)

    def context(self, element: Element) -> Logic:
        entries: list[tuple[str, Logic]] = []
        for entry in children(element, "contextEntry"):
            known = [name for name, _ in entries]
            entries.append(self.within(*known, attribute(child(entry, "variable"), "name"))._entry(entry))
        return lambda scope: _context(scope, entries)

    def _entry(self, entry: Element) -> tuple[str, Logic]:
        variable = child(entry, "variable")
        logic = self.logic_in(entry)
        if variable is None:
            return "", logic
        name = attribute(variable, "name")
        return name, typed(logic, self.type_of(variable), name)

    def relation(self, element: Element) -> Logic:
        columns = [(attribute(column, "name"), self.type_of(column)) for column in children(element, "column")]
        rows = [[self.logic(cell) for cell in children(row, *_READERS)] for row in children(element, "row")]
        if any(len(row) != len(columns) for row in rows):
            raise self.fault("a row of the relation has more or fewer cells than there are columns.")
        rows = [[typed(cell, kind, name) for cell, (name, kind) in zip(row, columns, strict=True)] for row in rows]
        names = [name for name, _ in columns]
        return lambda scope: [dict(zip(names, (cell(scope) for cell in row), strict=True)) for row in rows]

    def list_of(self, element: Element) -> Logic:
        items = [self.logic(item) for item in children(element, *_READERS)]
        return lambda scope: [item(scope) for item in items]

    def invocation(self, element: Element) -> Logic:
        function = self.logic_in(element)
        bindings = [self._binding(binding) for binding in children(element, "binding")]
        label = text_of(child(element, "literalExpression")) or "the function"
        return lambda scope: _invoke(scope, label, function(scope), {name: value(scope) for name, value in bindings})

    def _binding(self, binding: Element) -> tuple[str, Logic]:
        parameter = child(binding, "parameter")
        inner = child(binding, *_READERS)
        name = attribute(parameter, "name")
        return name, typed(
            self.logic(inner), self.type_of(parameter), name
        ) if inner is not None else lambda scope: None

    def function(self, element: Element, returns: Type | None = None) -> Logic:
        """Return the logic that makes a function value of `functionDefinition` or `encapsulatedLogic`."""
        parameters = [(attribute(each, "name"), self.type_of(each)) for each in children(element, "formalParameter")]
        if attribute(element, "kind").lower() in ("java", "pmml"):
            return lambda scope: Function(self.where, tuple(name for name, _ in parameters), _refuse_external)
        body = child(element, *_READERS)
        inner = self.within(*(name for name, _ in parameters))
        logic = inner.logic(body) if body is not None else lambda scope: None
        for kind in (self.type_of(element), returns):
            logic = typed(logic, kind, self.where)
        return lambda scope: function_value(self.where, parameters, logic, scope)

    def conditional(self, element: Element) -> Logic:
        condition, then, otherwise = (self.logic_in(element, part) for part in ("if", "then", "else"))

        def choose(scope: Scope) -> object:
            answer = condition(scope)
            if answer is not None and not isinstance(answer, bool):
                scope.evaluation.warn(f"{self.where}: the condition is neither true nor false.")
                return None
            return then(scope) if answer is True else otherwise(scope)

        return choose

    def loop(self, element: Element) -> Logic:
        name, items, body = self._iteration(element, "return")

        def collect(scope: Scope) -> object:
            given = items(scope)
            if given is None:
                return None
            results: list[object] = []
            for item in _steps(scope, given):
                results.append(body(scope.inner({name: item, "partial": list(results)})))
            return results

        return collect

    def quantified(self, element: Element) -> Logic:
        name, items, body = self._iteration(element, "satisfies")
        decisive = tag(element) == "some"

        def decide(scope: Scope) -> object:
            given = items(scope)
            answers = [] if given is None else [body(scope.inner({name: item})) for item in _steps(scope, given)]
            if any(answer is decisive for answer in answers):
                return decisive
            return None if given is None or not all(isinstance(answer, bool) for answer in answers) else not decisive

        return decide

    def _iteration(self, element: Element, body: str) -> tuple[str, Logic, Logic]:
        name = attribute(element, "iteratorVariable")
        return name, self.logic_in(element, "in"), self.within(name, "partial").logic_in(element, body)

    def filter(self, element: Element) -> Logic:
        items = self.logic_in(element, "in")
        match = replace(self.within("item"), is_open=True).logic_in(element, "match")

        def choose(scope: Scope) -> object:
            whole = items(scope)
            given = [] if whole is None else as_list(whole)
            answers = [match(_of_item(scope, item)) for item in _steps(scope, given)]
            if any(answer is not None and not isinstance(answer, bool) for answer in answers):
                scope.evaluation.warn(f"{self.where}: the filter's condition is neither true nor false.")
                return None
            return [item for item, answer in zip(given, answers, strict=True) if answer is True]

        return choose

    def table(self, element: Element) -> Logic:
        table = read(self, element)
        self.tables.append(table)
        return table.decide


_READERS: dict[str, Callable[[Reader, Element], Logic]] = {
    "literalExpression": Reader.literal,
    "context": Reader.context,
    "relation": Reader.relation,
    "list": Reader.list_of,
    "invocation": Reader.invocation,
    "functionDefinition": Reader.function,
    "conditional": Reader.conditional,
    "for": Reader.loop,
    "some": Reader.quantified,
    "every": Reader.quantified,
    "filter": Reader.filter,
    "decisionTable": Reader.table,
}
EXPRESSIONS = tuple(_READERS)


def typed(logic: Logic, kind: Type | None, name: str) -> Logic:
    """Return logic whose value is of a type: null, with a warning, when it does not conform."""
    if kind is None or kind.name == "Any":
        return logic
    return lambda scope: scope.conforming(logic(scope), kind, name)


def _context(scope: Scope, entries: Iterable[tuple[str, Logic]]) -> object:
    built = scope.inner({})
    for name, logic in entries:
        value = logic(built)
        if not name:
            return value
        built[name] = value
    return dict(built)


def _steps(scope: Scope, value: object) -> Iterable[object]:
    for item in as_list(value):
        scope.evaluation.spend(STEPS_OF_A_ROUND)
        yield item


def _of_item(scope: Scope, item: object) -> Scope:
    inner = scope.inner({"item": item})
    return inner.inner(item) if isinstance(item, Mapping) else inner


def _refuse_external(*arguments: object) -> object:
    raise ExternalFunction("External functions (Java, PMML) are not run here.")


def function_value(
    name: str, parameters: list[tuple[str, Type | None]], logic: Logic, scope: Scope, returns: Type | None = None
) -> Function:
    """Return the function value that runs `logic` with its parameters in front of `scope`."""

    def invoke(*arguments: object) -> object:
        run = scope.frame(name).run
        run.spend(1, 0)
        run.enter(FRAMES_OF_A_CALL, 0)
        try:
            values = {}
            for (key, kind), value in zip(parameters, arguments, strict=True):
                values[key] = scope.conforming(value, kind, key)
                if values[key] is None and value is not None:
                    return None
            return logic(scope.inner(values))
        finally:
            run.leave(FRAMES_OF_A_CALL)

    names, types = tuple(key for key, _ in parameters), tuple(kind for _, kind in parameters)
    return Function(name, names, invoke, types, returns)


def _invoke(scope: Scope, label: str, function: object, given: Mapping[str, object]) -> object:
    if not isinstance(function, Function):
        scope.evaluation.warn(f"`{label}` is not a function.")
        return None
    if function.variadic:
        return function(*given.values())
    if not given.keys() <= set(function.parameters):
        strange = next(name for name in given if name not in function.parameters)
        scope.evaluation.warn(f"`{label}` has no parameter `{strange}`.")
        return None
    return function(*(given.get(name) for name in function.parameters))
