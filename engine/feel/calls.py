"""Calls: which function a name means, how arguments reach it, and functions written in FEEL (section 10.3.2.13)."""

import inspect
import keyword
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import EngineError
from engine.feel import syntax
from engine.feel.builtins import BUILTINS
from engine.feel.faults import FeelError
from engine.feel.frames import Frame, Run
from engine.feel.host import HOST
from engine.feel.names import did_you_mean
from engine.feel.reach import Reach
from engine.feel.types import Type
from engine.feel.values import Function, native

if TYPE_CHECKING:
    from engine.feel.compiler import Code, Compiler

Arguments = list[object]
CALL_STEPS = 4


def call(node: syntax.Call, compiler: "Compiler", reach: Reach) -> "Code":
    """Compile a call: of a bound name, of a host function or built-in by name, or of any value."""
    arguments = [compiler.code(argument, reach) for argument in node.arguments]
    names, at = node.names, node.at
    if not isinstance(node.function, syntax.Name):
        target = compiler.code(node.function, reach)
        return lambda frame: _call_value(frame.run, target(frame), [a(frame) for a in arguments], names, at, "This")
    name, bound = node.function.name, reach.binds(node.function.name)
    hides = name in compiler.hiding

    def invoke(frame: Frame) -> object:
        given = [argument(frame) for argument in arguments]
        local = bound_value(frame, name) if bound else UNBOUND
        if local is UNBOUND and hides:
            local = _looked_up(frame.scope, name)
        if isinstance(local, Function) or (local not in (UNBOUND, None) and not is_known(frame.run, name)):
            return _call_value(frame.run, local, given, names, at, f"`{name}`")
        return call_named(frame, name, given, names, at)

    return invoke


UNBOUND = object()


def bound_value(frame: Frame, name: str) -> object:
    """Return what the expression itself binds to a name, looked for from the innermost frame outwards."""
    here: Frame | None = frame
    while here is not None:
        if name in here.values:
            return here.values[name]
        here = here.parent
    return UNBOUND


def is_known(run: Run, name: str) -> bool:
    """Tell whether the host or the language has a function of that name."""
    return name in run.functions or name in BUILTINS


def call_named(frame: Frame, name: str, given: Arguments, names: tuple[str, ...], at: int) -> object:
    """Call the host's function of that name, else the built-in, else the function value that the scope has."""
    run = frame.run
    host = run.functions.get(name)
    if host is not None:
        return _call_host(run, host, name, given, names, at)
    builtin = BUILTINS.get(name)
    if builtin is not None:
        return builtin.call(run, given, names, at)
    value = _looked_up(frame.scope, name)
    if value is None:
        hint = did_you_mean(name, (*run.functions, *BUILTINS))
        raise FeelError(f"There is no function `{name}`.{hint}", text=run.text, at=at)
    return _call_value(run, value, given, names, at, f"`{name}`")


def _looked_up(scope: Mapping[str, object], name: str) -> object:
    try:
        return scope[name]
    except KeyError:
        return None


def function_named(run: Run, name: str) -> Function | None:
    """Return the host's function or the built-in of that name as a value, None when there is none."""
    host = run.functions.get(name)
    if host is not None:
        return Function(name, (), lambda *given: _call_host(run, host, name, list(given), (), 0), variadic=True)
    builtin = BUILTINS.get(name)
    return builtin.as_value(run) if builtin else None


def _call_host(
    run: Run, host: Callable[..., object], name: str, given: Arguments, names: tuple[str, ...], at: int
) -> object:
    if isinstance(host, Function):
        return _call_value(run, host, given, names, at, f"`{name}`")
    run.spend(1, at)
    given, names = _by_place(name, given, names)
    positional = [] if names else given
    named = dict(zip(map(identifier, names), given, strict=True)) if names else {}
    try:
        inspect.signature(host).bind(*positional, **named)
    except TypeError as error:
        raise FeelError(f"`{name}` was called wrongly: {error}.", text=run.text, at=at) from error
    try:
        return native(host(*positional, **named))
    except EngineError:
        raise
    except Exception as error:
        raise FeelError(f"`{name}` failed: {error}", text=run.text, at=at) from error


def _by_place(name: str, given: Arguments, names: tuple[str, ...]) -> tuple[Arguments, tuple[str, ...]]:
    """Return named arguments of a function that the platform declares in the order of its parameters."""
    declared = HOST.get(name)
    arranged = declared.signatures[0].arrange(given, names) if declared is not None and names else None
    return (given, names) if arranged is None else (arranged, ())


def identifier(name: str) -> str:
    """Return the Python name of a parameter: `from date` is from_date, `from` is from_."""
    written = name.replace(" ", "_")
    return f"{written}_" if keyword.iskeyword(written) else written


def _call_value(run: Run, value: object, given: Arguments, names: tuple[str, ...], at: int, label: str) -> object:
    if not isinstance(value, Function):
        run.warn(f"{label} is not a function.", at)
        return None
    arguments = _arranged(value, given, names)
    if arguments is None:
        wanted = ", ".join(value.parameters) or "nothing"
        run.warn(f"{label} was given other arguments than it takes ({wanted}).", at)
        return None
    return value.body(*arguments)


def _arranged(function: Function, given: Arguments, names: tuple[str, ...]) -> Arguments | None:
    """Return the arguments in the order of the parameters, None when they do not match."""
    if not names:
        return given if function.variadic or len(given) == len(function.parameters) else None
    if not set(names) <= set(function.parameters) or len(set(names)) < len(names):
        return None
    by_name = dict(zip(names, given, strict=True))
    return [by_name.get(name) for name in function.parameters]  # what is not given is null (10.3.2.13.5)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call of a function written in FEEL uses up: steps, and levels of Python's stack."""

    steps: int
    height: int
    at: int


def closure(frame: Frame, names: tuple[str, ...], types: tuple[Type | None, ...], body: "Code", cost: Cost) -> Function:
    """Return the function that a definition makes at `frame`."""
    run, at = frame.run, cost.at

    def invoke(*arguments: object) -> object:
        if len(arguments) != len(names):
            return None
        values = _coerced(run, names, types, arguments, at)
        if values is None:
            return None
        run.spend(cost.steps, at)
        run.enter(cost.height, at)
        try:
            return body(frame.inner(dict(zip(names, values, strict=True))))
        finally:
            run.leave(cost.height)

    return Function("", names, invoke, types)


def _coerced(
    run: Run, names: tuple[str, ...], types: tuple[Type | None, ...], arguments: tuple[object, ...], at: int
) -> Arguments | None:
    """Return the arguments as their types have them; null for the whole call when one does not conform."""
    values = []
    for name, kind, argument in zip(names, types, arguments, strict=True):
        value = argument if kind is None else kind.coerced(argument)
        if value is None and argument is not None and kind is not None:
            run.warn(f"`{name}` should be a {kind.label or kind.name}.", at)
            return None
        values.append(value)
    return values
