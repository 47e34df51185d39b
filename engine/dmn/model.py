"""A decision model: its decisions, their requirements, business knowledge, decision services and imports."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from engine import feel
from engine.dmn.boxed import EXPRESSIONS, Reader, function_value
from engine.dmn.documents import Element, attribute, child, children, named, root_of, tag, type_ref
from engine.dmn.expressions import Placed, kinds_of
from engine.dmn.faults import DecisionError
from engine.dmn.itemtypes import ItemTypes
from engine.dmn.scopes import BUDGET, Evaluation, Logic, Scope
from engine.dmn.tables import Decided, Table
from engine.feel.bounds import bounded
from engine.feel.frames import Limits
from engine.feel.types import Type
from engine.feel.values import Function

READING_SECONDS = 20.0  # of processor time
Imports = Callable[[str], "Model | None"]
Key = tuple[str, str]  # namespace and id


@dataclass(slots=True)
class Part:
    """A decision, an input, a piece of business knowledge or a decision service.

    `needs` are the keys of what it requires; `outputs` and `given` those of a decision service.
    `tables` and `expressions` are those anywhere in its logic.
    """

    key: Key
    sort: str
    name: str
    kind: Type | None = None
    logic: Logic | None = None
    parameters: list[tuple[str, Type | None]] = field(default_factory=list)
    needs: list[Key] = field(default_factory=list)
    outputs: list[Key] = field(default_factory=list)
    given: list[Key] = field(default_factory=list)
    body: str = ""
    tables: list[Table] = field(default_factory=list)
    expressions: list[Placed] = field(default_factory=list)


class Model:
    """A decision model, read and compiled."""

    def __init__(self, root: Element, imports: Mapping[str, "Model"]) -> None:
        self.namespace = attribute(root, "namespace")
        self.name = named(root)
        self.imports: dict[str, Model] = {
            attribute(each, "name"): imports[attribute(each, "namespace")]
            for each in children(root, "import")
            if attribute(each, "namespace") in imports
        }
        self.names: frozenset[str] = _names(root).union(*(model.names for model in self.imports.values()))
        self.types: ItemTypes = ItemTypes(root, {name: model.types for name, model in self.imports.items()}, self.names)
        self.parts: dict[Key, Part] = {}
        for element in children(root, *_PARTS):
            part = self._read(element)
            self.parts[part.key] = part
        self._known: dict[Key, Part] = {
            key: part for model in self.imports.values() for key, part in model._known.items()
        } | self.parts
        self._refuse_strays()
        self._refuse_cycles()

    # Reading

    def _read(self, element: Element) -> Part:
        name = named(element)
        variable = child(element, "variable")
        part = Part((self.namespace, attribute(element, "id") or name), tag(element), name)
        part.kind = self._type(variable)
        if part.sort in ("businessKnowledgeModel", "decisionService"):
            part.kind = _result_of(part.kind)
        part.needs = [self._key(each) for each in _requirements(element)]
        _READERS[part.sort](self, part, element)
        return part

    def _decision(self, part: Part, element: Element) -> None:
        body = child(element, *EXPRESSIONS)
        if body is None:
            return
        part.body = tag(body)
        part.logic = self._reader(part).logic(body)

    def _input(self, part: Part, element: Element) -> None:
        """Nothing but the type, which is read already."""

    def _knowledge(self, part: Part, element: Element) -> None:
        body = child(element, "encapsulatedLogic")
        if body is not None:
            part.logic = self._reader(part).function(body, part.kind)

    def _service(self, part: Part, element: Element) -> None:
        part.outputs = [self._key(each) for each in children(element, "outputDecision")]
        part.given = [self._key(each) for each in children(element, "inputData")]
        part.given += [self._key(each) for each in children(element, "inputDecision")]

    def _reader(self, part: Part) -> Reader:
        return Reader(self.names, self.types, part.name, tables=part.tables, expressions=part.expressions)

    def _type(self, element: Element | None) -> Type | None:
        name = type_ref(element)
        return self.types.of_name(name) if name else None

    def _key(self, element: Element) -> Key:
        """Return the key that an `href` points to."""
        namespace, _, name = attribute(element, "href").rpartition("#")
        return (namespace or self.namespace, name)

    def _refuse_strays(self) -> None:
        for part in self.parts.values():
            for key in (*part.needs, *part.outputs, *part.given):
                if key not in self._known:
                    raise DecisionError(f"`{part.name}` requires `{key[1]}`, which is not in the model or its imports.")

    def _refuse_cycles(self) -> None:
        done: set[Key] = set()
        for key in self.parts:
            self._walk(key, [], done)

    def _walk(self, key: Key, path: list[Key], done: set[Key]) -> None:
        if key in path or len(path) > 100:
            names = " → ".join(self._known[each].name for each in (*path[path.index(key) if key in path else 0 :], key))
            raise DecisionError(f"These require one another in a circle: {names}.")
        if key in done:
            return
        for needed in self._known[key].needs:
            self._walk(needed, [*path, key], done)
        done.add(key)

    # Asking

    def known_to(self, part: Part) -> dict[str, str]:
        """Return the names that a part knows from what it requires, with their types as the check writes them."""
        found = {part.name: "Any"} if part.sort == "businessKnowledgeModel" else {}
        for key in part.needs:
            known, prefix = self._known[key], "" if key in self.parts else f"{self._prefix_of(key)}."
            is_value = known.sort in ("inputData", "decision")
            found |= kinds_of(f"{prefix}{known.name}", known.kind if is_value else None)
        return found

    def required_by(self, part: Part) -> list[Part]:
        """Return what a part requires: of a decision service, its output decisions."""
        return [self._known[key] for key in (*part.needs, *part.outputs)]

    def _prefix_of(self, key: Key) -> str:
        return next((prefix for prefix, model in self.imports.items() if key in model._known), "")

    def decisions(self) -> Iterator[Part]:
        """Yield the decisions of this model, not those of its imports."""
        return (part for part in self.parts.values() if part.sort == "decision")

    def inputs(self) -> Iterator[Part]:
        """Yield the input data of this model."""
        return (part for part in self.parts.values() if part.sort == "inputData")

    def part(self, name: str) -> Part:
        """Return the decision or decision service with that id or name; raise DecisionError when there is none."""
        for part in self.parts.values():
            if part.sort in ("decision", "decisionService") and name in (part.key[1], part.name):
                return part
        there = [part.key[1] for part in self.parts.values() if part.sort == "decision"]
        raise DecisionError(f"There is no decision `{name}` in `{self.name}`; there are: {', '.join(there) or 'none'}.")

    def evaluate(
        self,
        decision_id: str,
        scope: Mapping[str, object],
        *,
        functions: Mapping[str, Callable[..., object]] | None = None,
        budget: int = BUDGET,
        warnings: list[feel.Problem] | None = None,
        seen: list[Decided] | None = None,
    ) -> object:
        """Return the value of a decision or decision service (by id or name) for the inputs in `scope`.

        What its tables did is added to `seen`, one entry for each time that a table was asked.
        Raise DecisionError when a hit policy is broken, ExpressionError when a limit is reached or a function fails.
        """
        evaluation = Evaluation(functions or {}, Limits(budget, budget), warnings, seen=seen)
        part = self.part(decision_id)
        try:
            with bounded():
                return self._answer(part, evaluation, scope)
        except RecursionError:
            raise DecisionError(f"`{part.name}` is nested too deeply to evaluate.") from None

    def _answer(self, part: Part, evaluation: Evaluation, scope: Mapping[str, object]) -> object:
        if part.sort == "decisionService":
            return self._serve(part, [self._given(key, scope) for key in part.given], evaluation, scope)
        return self.decide(part, evaluation, scope)

    def _given(self, key: Key, scope: Mapping[str, object]) -> object:
        return _read_name(scope, self._known[key].name)

    def decide(self, part: Part, evaluation: Evaluation, given: Mapping[str, object]) -> object:
        """Return the value of a decision, made once in an evaluation."""
        if part.key not in evaluation.decided:
            owner = self._owner(part.key)
            scope = owner._scope(part, evaluation, given)
            value = part.logic(scope) if part.logic else None
            evaluation.decided[part.key] = scope.conforming(value, part.kind, part.name)
        return evaluation.decided[part.key]

    def _owner(self, key: Key) -> "Model":
        if key in self.parts:
            return self
        return next(model._owner(key) for model in self.imports.values() if key in model._known)

    def _scope(self, part: Part, evaluation: Evaluation, given: Mapping[str, object]) -> Scope:
        """Return what a decision sees: what it requires, and what the caller has that is no input of the model."""
        hidden = {each.name for each in self.inputs()}
        scope = Scope(evaluation, Scope(evaluation, _Without(given, hidden)))
        for key in part.needs:
            self._place(scope, key, self._value(key, evaluation, given))
        return scope

    def _place(self, scope: Scope, key: Key, value: object) -> None:
        """Put a required value under its name, or under its import's name where it comes from another model."""
        name = self._known[key].name
        if key in self.parts:
            scope[name] = value
            return
        for prefix, model in self.imports.items():
            if key in model._known:
                found = dict.get(scope, prefix)
                scope[prefix] = {**found, name: value} if isinstance(found, dict) else {name: value}
                return

    def _value(self, key: Key, evaluation: Evaluation, given: Mapping[str, object]) -> object:
        part = self._known[key]
        if key in evaluation.decided:
            return evaluation.decided[key]
        if part.sort == "inputData":
            return self._input_value(part, evaluation, given)
        if part.sort == "decision":
            return self.decide(part, evaluation, given)
        owner = self._owner(key)
        return owner._function(part, evaluation, given)

    def _input_value(self, part: Part, evaluation: Evaluation, given: Mapping[str, object]) -> object:
        value = _read_name(given, part.name)
        if value is None:
            for prefix, model in self.imports.items():
                nested = _read_name(given, prefix)
                if part.key in model._known and isinstance(nested, Mapping):
                    value = nested.get(part.name)
        return Scope(evaluation, given).conforming(value, part.kind, part.name)

    def _function(self, part: Part, evaluation: Evaluation, given: Mapping[str, object]) -> Function | None:
        """Return business knowledge or a decision service as a function value."""
        if part.sort == "decisionService":
            parameters = [(self._known[key].name, self._known[key].kind) for key in part.given]

            def serve(scope: Scope) -> object:
                return self._serve(part, [scope[name] for name, _ in parameters], evaluation, {})

            return function_value(part.name, parameters, serve, Scope(evaluation, {}))
        scope = self._scope(part, evaluation, given)
        function = part.logic(scope) if part.logic else None
        if isinstance(function, Function):
            scope[part.name] = function  # so that it may call itself
        return function if isinstance(function, Function) else None

    def _serve(
        self, part: Part, arguments: list[object], evaluation: Evaluation, given: Mapping[str, object]
    ) -> object:
        """Return what a decision service answers: its output decision's value, or a context of several."""
        inner = Evaluation(evaluation.functions, evaluation.limits, evaluation.warnings, seen=evaluation.seen)
        scope = Scope(inner, given)
        for key, argument in zip(part.given, arguments, strict=True):
            known = self._known[key]
            inner.decided[key] = scope.conforming(argument, known.kind, known.name)
        values = {self._known[key].name: self.decide(self._known[key], inner, given) for key in part.outputs}
        answer = next(iter(values.values())) if len(values) == 1 else values
        return scope.conforming(answer, part.kind, part.name)


def _result_of(kind: Type | None) -> Type | None:
    """Return what knowledge or a service gives: its variable has the type of the function, or just of the result."""
    return kind.returns if kind is not None and kind.name == "function" else kind


class _Without(dict[str, object]):
    """A mapping seen without some of its names."""

    def __init__(self, outer: Mapping[str, object], hidden: set[str]) -> None:
        super().__init__()
        self._outer, self._hidden = outer, hidden

    def __missing__(self, name: str) -> object:
        if name in self._hidden:
            raise KeyError(name)
        return self._outer[name]


def _read_name(scope: Mapping[str, object], name: str) -> object:
    try:
        return scope[name]
    except KeyError:
        return None


def _requirements(element: Element) -> Iterator[Element]:
    for requirement in children(element, "informationRequirement", "knowledgeRequirement"):
        yield from children(requirement, "requiredInput", "requiredDecision", "requiredKnowledge")


def _names(root: Element) -> frozenset[str]:
    """Return every name that the model declares anywhere: those of several words must be known to read its FEEL."""
    return frozenset(
        value
        for element in root.iter()
        for key in ("name", "iteratorVariable")
        if (value := (element.get(key) or "").strip())
    )


_READERS: dict[str, Callable[[Model, Part, Element], None]] = {
    "decision": Model._decision,
    "inputData": Model._input,
    "businessKnowledgeModel": Model._knowledge,
    "decisionService": Model._service,
}
_PARTS = tuple(_READERS)


def load(data: bytes, *, imports: Mapping[str, Model] | None = None) -> Model:
    """Return the model of a DMN file; `imports` are the models it may import, by namespace.

    Raise DecisionError that names the element when the file, a table or an expression cannot be read.
    """
    try:
        with bounded(READING_SECONDS):
            return Model(root_of(data), imports or {})
    except RecursionError:
        raise DecisionError("The DMN file is nested too deeply to read.") from None
