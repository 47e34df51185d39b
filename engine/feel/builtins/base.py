"""How a built-in function is defined: a signature in words, and the Python function behind it.

`define("substring(string: string, start position: number, length: number =) -> string", substring)` says the name, the
parameters with their types, that the last may be left out (`=`), and the type of what comes out. A type followed by `?`
admits null, `...` takes any number of arguments or one list of them, `*` any number of arguments from this one on, `|`
parts alternatives. One name may be defined several times with other parameters: the first definition that fits the
arguments is called.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from engine.feel.faults import Misfit, Null
from engine.feel.frames import Limits, Run
from engine.feel.temporal import instant
from engine.feel.values import Function, kind, native


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `kinds` is empty when any value will do."""

    name: str
    kinds: frozenset[str]
    nullable: bool = False
    optional: bool = False
    variadic: bool = False
    repeated: bool = False

    def accept(self, value: object) -> object:
        """Return `value` as this parameter takes it (10.3.2.9.4: single items, dates); raise Null when it does not."""
        value = native(value)
        sort = kind(value)
        if sort in self.kinds or (not self.kinds and value is not None):
            return value
        if value is not None:
            return self._converted(value, sort)
        if self.nullable or not self.kinds:
            return None
        raise Misfit(f"`{self.name}` is null.")

    def may_accept(self, sort: str) -> bool:
        """Tell whether a value of this kind can be taken, as far as its kind says."""
        if not self.kinds or sort in self.kinds or "list" in self.kinds or sort in ("", "list"):
            return True
        return self.nullable if sort == "null" else sort == "date" and "date and time" in self.kinds

    def _converted(self, value: object, sort: str) -> object:
        if isinstance(value, list) and len(value) == 1 and kind(value[0]) in self.kinds:
            return value[0]
        if "list" in self.kinds:
            return [value]
        if "date and time" in self.kinds and type(value) is date:
            return instant(value)
        raise Misfit(f"`{self.name}` should be a {' or a '.join(sorted(self.kinds))}, not a {sort}.")


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a built-in: its parameters, and the Python function that takes them in order."""

    parameters: tuple[Parameter, ...]
    body: Callable[..., object]
    returns: str = ""  # the name of a type, empty when it depends

    def arrange(self, given: list[object], names: tuple[str, ...]) -> list[object] | None:
        """Return the arguments in the order of the parameters, None when they are too many, too few or misnamed."""
        if names:
            return self._by_name(dict(zip(names, given, strict=True))) if len(set(names)) == len(names) else None
        first = self.parameters[0] if self.parameters else None
        if first and first.variadic:
            return _spread(given, self.parameters)
        least = sum(not parameter.optional for parameter in self.parameters)
        most = len(given) if self.parameters and self.parameters[-1].repeated else len(self.parameters)
        return given if least <= len(given) <= most else None

    def _by_name(self, given: Mapping[str, object]) -> list[object] | None:
        """Return the named arguments in order; one not given is null (10.3.2.13.5) or, if it may be, left out."""
        if not given.keys() <= {parameter.name for parameter in self.parameters}:
            return None
        return [given.get(each.name, MISSING if each.optional else None) for each in self.parameters]

    def written(self, name: str) -> str:
        """Return how the function is called, for people."""
        return f"`{name}({', '.join(parameter.name for parameter in self.parameters)})`"

    def invoke(self, arranged: list[object]) -> object:
        """Call the function; raise Null when an argument does not fit."""
        accepted = [
            MISSING if value is MISSING else parameter.accept(value)
            for parameter, value in zip(self.stretched(len(arranged)), arranged, strict=False)
        ]
        while accepted and accepted[-1] is MISSING:
            accepted.pop()
        try:
            return self.body(*(None if value is MISSING else value for value in accepted))
        except (ArithmeticError, ValueError) as error:
            raise Null("the result is out of reach.") from error

    def stretched(self, length: int) -> tuple[Parameter, ...]:
        """Return the parameters, the repeated one as often as there are arguments for it."""
        extra = length - len(self.parameters)
        return self.parameters if extra <= 0 else self.parameters + self.parameters[-1:] * extra


MISSING = object()


def _spread(given: list[object], parameters: tuple[Parameter, ...]) -> list[object] | None:
    if not given:
        return None
    if len(given) == 1:
        return [given[0] if isinstance(native(given[0]), list) else [given[0]]]
    return [given]


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in function under one name."""

    name: str
    signatures: tuple[Signature, ...]

    def call(self, run: Run, given: list[object], names: tuple[str, ...], at: int) -> object:
        """Return the result for the evaluated arguments; null with a warning when they do not fit."""
        run.spend(1 + sum(map(_weight, given)), at)
        reasons: list[Null] = []
        for signature in self.signatures:
            arranged = signature.arrange(given, names)
            if arranged is None:
                continue
            try:
                return signature.invoke(arranged)
            except Null as reason:
                reasons.append(reason)
        run.warn(f"`{self.name}` {_why(reasons, len(given))}", at)
        return None

    def as_value(self, run: Run) -> Function:
        """Return the built-in as a function value."""
        parameters = self.signatures[0].parameters
        names = tuple(parameter.name for parameter in parameters)
        return _AS_VALUES.setdefault(
            self.name,
            Function(self.name, names, lambda *given: self.call(_detached(), list(given), (), 0), variadic=True),
        )


def _why(reasons: list[Null], given: int) -> str:
    """Return why there is no result: what a way of calling said that took the arguments, before those that did not."""
    if not reasons:
        return f"does not take these {given} arguments." if given != 1 else "does not take this argument."
    return f"has no result: {min(reasons, key=lambda reason: isinstance(reason, Misfit))}"


_AS_VALUES: dict[str, Function] = {}


def _detached() -> Run:
    return Run("", {}, Limits(100_000, 100_000), None)


def _weight(value: object) -> int:
    return len(value) >> 3 if isinstance(value, (list, str, dict)) else 0


def define(signature: str, body: Callable[..., object]) -> tuple[str, Signature]:
    """Return the name and the signature that `signature` describes, with the Python function behind it."""
    call, _, returns = signature.partition(") -> ")
    name, _, parameters = call.partition("(")
    written = tuple(_parameter(text) for text in parameters.split(",") if text.strip())
    return name, Signature(written, body, "" if returns == "any" else returns)


def _parameter(text: str) -> Parameter:
    name, _, written = (part.strip() for part in text.partition(":"))
    optional = written.endswith("=")
    written = written.removesuffix("=").strip()
    variadic, repeated = written.endswith("..."), written.endswith("*")
    written = written.removesuffix("...").removesuffix("*")
    nullable = written.endswith("?")
    kinds = [
        kind for part in written.removesuffix("?").split("|") for kind in _GROUPS.get(part.strip(), [part.strip()])
    ]
    return Parameter(name, frozenset(kinds), nullable, optional, variadic, repeated)


_GROUPS = {
    "any": [],
    "duration": ["days and time duration", "years and months duration"],
}


def gathered(*families: Iterable[tuple[str, Signature]]) -> dict[str, Builtin]:
    """Return the built-ins of all `families` by name, definitions of one name together."""
    signatures: dict[str, list[Signature]] = {}
    for family in families:
        for name, signature in family:
            signatures.setdefault(name, []).append(signature)
    return {name: Builtin(name, tuple(found)) for name, found in signatures.items()}
