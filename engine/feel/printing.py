"""Writes the tree of an expression as text, in one way for each tree: what the reader understood, to be shown."""

from collections.abc import Callable
from decimal import Decimal

from engine.feel import syntax
from engine.feel.parser import ADDITION, AND, BINDING, COMPARISON, INSTANCE, NEGATION, OR
from engine.feel.syntax import Node, TypeName
from engine.feel.text import number_text, quoted

WORDS, POSTFIX, VALUE = 0, INSTANCE + 1, INSTANCE + 2  # beside the operators: `if` and its like, paths, plain values
MAX_PLAIN = 30  # digits of a number that are written out


def printed(node: Node) -> str:
    """Return the text of a tree; reading it gives the same tree."""
    return _WRITERS[type(node)](node)[0]


Written = tuple[str, int]  # a text, and how tightly it holds together


def _within(node: Node, least: int) -> str:
    """Return a part in parentheses unless it holds together at least as tightly as its place asks."""
    text, binding = _WRITERS[type(node)](node)
    return text if binding >= least else f"({text})"


def _constant(node: syntax.Literal) -> Written:
    value = node.value
    if isinstance(value, str):
        return quoted(value), VALUE
    if isinstance(value, Decimal):
        return number_text(value) if abs(value.adjusted()) < MAX_PLAIN else str(value), INSTANCE
    return {True: "true", False: "false"}.get(value, "null"), VALUE  # type: ignore[call-overload]


def _path(node: syntax.Path) -> Written:
    return f"{_within(node.target, POSTFIX)}.{node.name}", POSTFIX


def _filter(node: syntax.Filter) -> Written:
    return f"{_within(node.target, POSTFIX)}[{printed(node.predicate)}]", POSTFIX


def _call(node: syntax.Call) -> Written:
    arguments = [printed(argument) for argument in node.arguments]
    if node.names:
        arguments = [f"{name}: {text}" for name, text in zip(node.names, arguments, strict=True)]
    return f"{_within(node.function, POSTFIX)}({', '.join(arguments)})", POSTFIX


def _negation(node: syntax.Negate) -> Written:
    text = _within(node.operand, NEGATION)
    is_signed = text[0].isdigit() and not isinstance(node.operand, syntax.Literal)  # the sign would be the number's
    return f"-({text})" if is_signed else f"-{text}", NEGATION


def _arithmetic(node: syntax.Arithmetic) -> Written:
    binding = BINDING[node.operator]
    return f"{_within(node.left, binding)} {node.operator} {_within(node.right, binding + 1)}", binding


def _compare(node: syntax.Compare) -> Written:
    return f"{_within(node.left, COMPARISON)} {node.operator} {_within(node.right, ADDITION)}", COMPARISON


def _logic(node: syntax.Logic) -> Written:
    binding = OR if node.operator == "or" else AND
    return f" {node.operator} ".join(_within(operand, binding + 1) for operand in node.operands), binding


def _between(node: syntax.Between) -> Written:
    low, high = _within(node.low, ADDITION), _within(node.high, ADDITION)
    return f"{_within(node.value, COMPARISON)} between {low} and {high}", COMPARISON


def _membership(node: syntax.In) -> Written:
    return f"{_within(node.value, COMPARISON)} in ({', '.join(map(printed, node.tests))})", COMPARISON


def _instance_of(node: syntax.InstanceOf) -> Written:
    return f"{_within(node.value, INSTANCE)} instance of {_type(node.type)}", INSTANCE


def _interval(node: syntax.Interval) -> Written:
    opening, closing = "[" if node.start_included else "(", "]" if node.end_included else ")"
    return f"{opening}{_within(node.start, ADDITION)}..{_within(node.end, ADDITION)}{closing}", VALUE


def _comparison(node: syntax.Comparison) -> Written:
    return f"({node.operator} {_within(node.operand, ADDITION)})", VALUE


def _conditional(node: syntax.If) -> Written:
    return f"if {printed(node.condition)} then {printed(node.then)} else {printed(node.otherwise)}", WORDS


def _loop(node: syntax.For) -> Written:
    return f"for {_bindings(node.bindings)} return {printed(node.body)}", WORDS


def _quantified(node: syntax.Quantified) -> Written:
    return f"{node.quantifier} {_bindings(node.bindings)} satisfies {printed(node.body)}", WORDS


def _bindings(bindings: tuple[syntax.Binding, ...]) -> str:
    return ", ".join(_binding(binding) for binding in bindings)


def _binding(binding: syntax.Binding) -> str:
    end = f"..{_within(binding.end, ADDITION)}" if binding.end is not None else ""
    return f"{binding.name} in {_within(binding.source, ADDITION)}{end}"


def _function(node: syntax.FunctionDefinition) -> Written:
    parameters = ", ".join(name if kind is None else f"{name}: {_type(kind)}" for name, kind in node.parameters)
    return f"function({parameters}) {'external ' if node.external else ''}{printed(node.body)}", WORDS


def _list(node: syntax.ListLiteral) -> Written:
    return f"[{', '.join(map(printed, node.items))}]", VALUE


def _context(node: syntax.ContextLiteral) -> Written:
    return f"{{{', '.join(f'{_key(key)}: {printed(value)}' for key, value in node.entries)}}}", VALUE


def _key(key: str) -> str:
    return key if key.isidentifier() else quoted(key)


def _unary_tests(node: syntax.UnaryTests) -> Written:
    tests = ", ".join(map(_test, node.tests)) or "-"
    return f"not({tests})" if node.negated else tests, VALUE


def _test(node: Node) -> str:
    text = printed(node)
    return text[1:-1] if isinstance(node, syntax.Comparison) else text


def _type(node: TypeName) -> str:
    parts = ", ".join(f"{name}: {_type(kind)}" if name else _type(kind) for name, kind in node.parts)
    returns = f" -> {_type(node.returns)}" if node.returns is not None else ""
    return f"{node.name}<{parts}>{returns}" if parts or returns else node.name


_WRITERS: dict[type, Callable[..., Written]] = {
    syntax.Literal: _constant,
    syntax.AtLiteral: lambda node: (f"@{quoted(node.text)}", VALUE),
    syntax.Name: lambda node: (node.name, VALUE),
    syntax.Path: _path,
    syntax.Filter: _filter,
    syntax.Call: _call,
    syntax.Negate: _negation,
    syntax.Arithmetic: _arithmetic,
    syntax.Compare: _compare,
    syntax.Logic: _logic,
    syntax.Between: _between,
    syntax.In: _membership,
    syntax.Interval: _interval,
    syntax.Comparison: _comparison,
    syntax.InstanceOf: _instance_of,
    syntax.If: _conditional,
    syntax.For: _loop,
    syntax.Quantified: _quantified,
    syntax.FunctionDefinition: _function,
    syntax.ListLiteral: _list,
    syntax.ContextLiteral: _context,
    syntax.UnaryTests: _unary_tests,
}
