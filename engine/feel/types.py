"""The types of FEEL: which values they hold, and what becomes of a value that is nearly one (DMN 1.5, 10.3.2.9)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from engine.feel.faults import FeelError
from engine.feel.syntax import TypeName
from engine.feel.temporal import instant
from engine.feel.values import Function, Range, as_list, kind, native

SIMPLE = (
    "number", "string", "boolean", "date", "time", "date and time",
    "days and time duration", "years and months duration",
)  # fmt: skip
_ALIASES = {"dateTime": "date and time", "dayTimeDuration": "days and time duration",
            "yearMonthDuration": "years and months duration", "duration": "duration", "any": "Any"}  # fmt: skip
MAX_TYPE_DEPTH = 40


@dataclass(slots=True)
class Type:
    """A type: `name` is one of FEEL's, `element` of a list or range, `entries` of a context, `parameters` and
    `returns` of a function; `allowed` tells whether a value is among an item definition's allowed values.
    """

    name: str
    element: "Type | None" = None
    entries: Mapping[str, "Type"] = field(default_factory=dict)
    parameters: tuple["Type", ...] | None = None
    returns: "Type | None" = None
    allowed: Callable[[object], bool] | None = None
    label: str = ""

    def holds(self, value: object, depth: int = 0) -> bool:
        """Tell whether a value is of this type and allowed by it; null is of no type but Null."""
        if depth > MAX_TYPE_DEPTH:
            raise FeelError(f"The type is nested more than {MAX_TYPE_DEPTH} levels deep.")
        value = native(value)
        return self._fits(value, depth) and (self.allowed is None or self.allowed(value))

    def describes(self, value: object) -> bool:
        """Tell whether a value is an instance of this type, which its allowed values do not touch."""
        return self._fits(native(value), 0)

    def _fits(self, value: object, depth: int) -> bool:
        if value is None:
            return self.name == "Null"
        if self.name == "Any":
            return True
        sort = kind(value)
        if sort != self.name:
            return self.name == "duration" and sort.endswith("duration")
        check = _STRUCTURES.get(sort)
        return check(self, value, depth + 1) if check else True

    def _holds_or_null(self, value: object, depth: int) -> bool:
        return value is None or self.holds(value, depth)

    def _list(self, value: object, depth: int) -> bool:
        element = self.element
        return element is None or all(element._holds_or_null(item, depth) for item in as_list(value))

    def _context(self, value: Mapping[str, object], depth: int) -> bool:
        return all(name in value and part._holds_or_null(value[name], depth) for name, part in self.entries.items())

    def _range(self, value: Range, depth: int) -> bool:
        ends = (value.start, value.end)
        return self.element is None or all(self.element._holds_or_null(end, depth) for end in ends)

    def _function(self, value: Function, depth: int) -> bool:
        if self.parameters is None:
            return True
        types = value.types or (None,) * len(value.parameters)
        if len(types) != len(self.parameters):
            return False
        fitting = all(conforms(mine, theirs) for mine, theirs in zip(self.parameters, types, strict=True))
        return fitting and (self.returns is None or conforms(value.returns, self.returns))

    def _may_call(self, value: Function) -> bool:
        """Tell whether a function that does not say what it gives takes what this type's callers give it."""
        return self.name == "function" and replace(self, returns=None).describes(value)

    def coerced(self, value: object) -> object:
        """Return `value` as this type has it, null when it does not conform.

        A list of one item is unpacked, a single value packed into a list, a date made its midnight in UTC (10.3.2.9.4).
        """
        value = native(value)
        if value is None or self.holds(value):
            return value
        if isinstance(value, Function) and value.returns is None and self._may_call(value):
            return value
        if isinstance(value, list) and self.name != "list" and len(value) == 1:
            return self.coerced(value[0])
        if self.name == "list" and not isinstance(value, list) and self.holds([value]):
            return [value]
        if self.name == "date and time" and type(value) is date:
            return instant(value)
        return None


_STRUCTURES: dict[str, Callable[..., bool]] = {
    "list": Type._list,
    "context": Type._context,
    "range": Type._range,
    "function": Type._function,
}

Types = Mapping[str, Type]
ANY = Type("Any")


def conforms(one: object, other: object) -> bool:
    """Tell whether every value of type `one` is of type `other`; no type (None) is Any."""
    first = one if isinstance(one, Type) else ANY
    second = other if isinstance(other, Type) else ANY
    if second.name == "Any" or first is second:
        return True
    if first.name != second.name or (second.allowed is not None and first.allowed is not second.allowed):
        return first.name == "Null"
    if second.name in ("list", "range"):
        return conforms(first.element, second.element)
    if second.name == "context":
        return all(
            name in first.entries and conforms(first.entries[name], part) for name, part in second.entries.items()
        )
    if second.name == "function" and second.parameters is not None:
        return _function_conforms(first, second)
    return True


def _function_conforms(first: Type, second: Type) -> bool:
    mine, theirs = first.parameters, second.parameters
    if mine is None or theirs is None or len(mine) != len(theirs):
        return False
    return all(conforms(b, a) for a, b in zip(mine, theirs, strict=True)) and conforms(first.returns, second.returns)


def resolve(written: TypeName, types: Types) -> Type | None:
    """Return the type that a type name means, None when it means none."""
    named = types.get(written.name)
    if named is not None:
        return named
    name = _ALIASES.get(written.name, written.name)
    if name in ("list", "range"):
        return Type(name, element=resolve(written.parts[0][1], types) if written.parts else None)
    if name == "context":
        return _context_type(written, types)
    if name == "function":
        return _function_type(written, types)
    return Type(name) if name in SIMPLE or name in ("Any", "Null", "duration") else None


def _context_type(written: TypeName, types: Types) -> Type | None:
    entries = {key: resolve(part, types) for key, part in written.parts}
    return None if None in entries.values() else Type("context", entries=entries)  # type: ignore[arg-type]


def _function_type(written: TypeName, types: Types) -> Type:
    if not written.parts and written.returns is None:
        return Type("function")
    parameters = tuple(resolve(part, types) or ANY for _, part in written.parts)
    return Type("function", parameters=parameters, returns=resolve(written.returns, types) if written.returns else None)
