"""Item definitions as types of FEEL (DMN 1.5, section 7.3.3)."""

from collections.abc import Callable, Mapping

from engine import feel
from engine.dmn.documents import Element, attribute, child, children, text_of, type_ref
from engine.dmn.faults import DecisionError
from engine.feel.syntax import TypeName
from engine.feel.types import ANY, Type, resolve

MAX_NESTING = 50
Allowed = Callable[[object], bool]


class ItemTypes(Mapping[str, Type]):
    """The types of one model by name, those of its imports as `import name.type name`; made when first asked for."""

    def __init__(self, root: Element, imported: Mapping[str, "ItemTypes"], names: frozenset[str]) -> None:
        self._definitions = {attribute(item, "name"): item for item in children(root, "itemDefinition")}
        self._imported = imported
        self._names = names
        self._made: dict[str, Type] = {}
        self._making: list[str] = []
        self.allowed_values: dict[str, feel.Expression] = {}
        for name in self._definitions:
            self[name]

    def __getitem__(self, name: str) -> Type:
        if name in self._made:
            return self._made[name]
        if name not in self._definitions:
            return self._from_import(name)
        return self._make(name)

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._definitions)

    def __len__(self) -> int:
        return len(self._definitions)

    def _from_import(self, name: str) -> Type:
        for prefix, types in self._imported.items():
            if name.startswith(f"{prefix}."):
                return types[name[len(prefix) + 1 :]]
        raise KeyError(name)

    def _make(self, name: str) -> Type:
        if name in self._making or len(self._making) > MAX_NESTING:
            raise DecisionError(f"The type `{name}` is defined by itself: {' → '.join((*self._making, name))}.")
        self._making.append(name)
        try:
            made = self.of_definition(self._definitions[name], name)
        finally:
            self._making.pop()
        self._made[name] = made
        return made

    def of_definition(self, item: Element, label: str) -> Type:
        """Return the type of an item definition or component."""
        base = self._restricted(self._base(item, label), child(item, "allowedValues"), label)
        if attribute(item, "isCollection") == "true":
            base = Type("list", element=base, label=label)
        return self._restricted(base, child(item, "typeConstraint"), label)

    def _base(self, item: Element, label: str) -> Type:
        function = child(item, "functionItem")
        if function is not None:
            parameters = tuple(self.of_name(type_ref(each)) for each in children(function, "parameters"))
            returns = self.of_name(attribute(function, "outputTypeRef"))
            return Type("function", parameters=parameters, returns=returns, label=label)
        components = list(children(item, "itemComponent"))
        if components:
            entries = {
                attribute(each, "name"): self.of_definition(each, attribute(each, "name")) for each in components
            }
            return Type("context", entries=entries, label=label)
        return self.of_name(type_ref(item))

    def _restricted(self, base: Type, tests: Element | None, label: str) -> Type:
        text = text_of(tests)
        if not text:
            return base
        expression = feel.compile(text, unary=True, names=self._names)
        self.allowed_values[label] = expression
        return Type(
            base.name, base.element, base.entries, base.parameters, base.returns, _allowing(expression, base), label
        )

    def of_name(self, name: str) -> Type:
        """Return the type of that name, Any when there is no name; raise DecisionError for one that is not defined."""
        plain = name.removeprefix("feel:") if name.removeprefix("feel:") not in self._definitions else name
        plain = plain.partition("}")[2] or plain
        if not plain:
            return ANY
        try:
            return self[plain]
        except KeyError:
            pass
        found = resolve(TypeName(0, plain.partition(":")[2] or plain), {})
        if found is None:
            raise DecisionError(f"There is no type `{name}` here.", remedy="Define it, or choose one of FEEL's types.")
        return found


def _allowing(expression: feel.Expression, base: Type) -> Allowed:
    def allowed(value: object) -> bool:
        return (base.allowed is None or base.allowed(value)) and expression.evaluate({}, given=value) is True

    return allowed
