"""Python: conditions and simple assignments, read by Python's own reader of syntax and never run."""

import ast
import warnings
from collections.abc import Iterator
from decimal import Decimal

from engine.definitions.dialects.expressions.nodes import (
    NULL,
    Binary,
    Call,
    Choice,
    Entries,
    Index,
    Items,
    Literal,
    Name,
    Node,
    Path,
    Unary,
    Unsure,
)
from engine.definitions.dialects.expressions.statements import Assign, If, Result, Says, Statement

LONGEST = 4_000  # characters
DEEPEST = 40
ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "=",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "=",
    ast.IsNot: "!=",
}


def read(text: str) -> list[Statement]:
    """Return the statements of a script, or the one of an expression; raise Unsure for what cannot be read."""
    found: list[Statement] = []
    for statement in _parsed(text).body:
        found.extend(_statement(statement))
    return found


def _parsed(text: str) -> ast.Module:
    if len(text) > LONGEST:
        raise Unsure(f"It has {len(text):,} characters; {LONGEST:,} are read.")
    if _depth(text) > DEEPEST:
        raise Unsure("It is nested too deeply to be translated.")
    try:
        with warnings.catch_warnings():  # about what is written, such as "\\d", and of no use here
            warnings.simplefilter("ignore")
            return ast.parse(_dedented(text))
    except SyntaxError as error:
        raise Unsure(f"It is not Python: {error.msg}.") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unsure("It cannot be read as Python.") from error


def _depth(text: str) -> int:
    """Return how deep the brackets go at most; what is in quotes counts too, which only makes it more."""
    deepest = depth = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _dedented(text: str) -> str:
    lines = text.expandtabs(4).splitlines()
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    least = min(indents, default=0)
    return "\n".join(line[least:] for line in lines)


def _statement(statement: ast.stmt) -> Iterator[Statement]:
    match statement:
        case ast.Assign(targets, value):
            for target in targets:
                yield from _assigned(target, value)
        case ast.AnnAssign(target, _, ast.expr() as value):
            yield from _assigned(target, value)
        case ast.AugAssign(target, operator, value):
            yield from _assigned_node(target, _arithmetic(_node(target), operator, _node(value)))
        case ast.If(test, body, orelse):
            yield If(_node(test), tuple(_all(body)), tuple(_all(orelse)))
        case ast.Expr(value):
            yield from _expression(value)
        case ast.Delete(targets):
            yield from (Assign(target.id, NULL) for target in targets if isinstance(target, ast.Name))
        case ast.Import() | ast.ImportFrom() | ast.Pass():
            return
        case _:
            raise Unsure(f"“{type(statement).__name__.lower()}” in line {statement.lineno} is not translated.")


def _all(statements: list[ast.stmt]) -> Iterator[Statement]:
    for statement in statements:
        yield from _statement(statement)


def _expression(value: ast.expr) -> Iterator[Statement]:
    match value:
        case ast.Call(ast.Name("print" | "log")):
            yield Says("print")
        case ast.Call(ast.Attribute(ast.expr() as target, "append"), [item]):
            yield from _assigned_node(target, Call(None, "append", (_node(target), _node(item))))
        case ast.Constant(str()):
            yield Result(_node(value))
        case _:
            yield Result(_node(value))


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[Statement]:
    match target, value:
        case ((ast.Tuple(targets) | ast.List(targets)), (ast.Tuple(values) | ast.List(values))):
            if len(targets) != len(values):
                raise Unsure("More names are set than there are values, or fewer.")
            yield from _together(targets, values)
        case _:
            yield from _assigned_node(target, _node(value))


def _together(targets: list[ast.expr], values: list[ast.expr]) -> Iterator[Statement]:
    """Yield assignments of which none sees another."""
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    read = {node.id for value in values[1:] for node in ast.walk(value) if isinstance(node, ast.Name)}
    if len(names) != len(targets) or read & set(names):
        raise Unsure("Several names are set at once, each from another.")
    for name, value in zip(names, values, strict=True):
        yield Assign(name, _node(value))


def _assigned_node(target: ast.expr, value: Node) -> Iterator[Statement]:
    """Yield the assignment of a value to a name, or to an entry of a context, which becomes a new context."""
    match target:
        case ast.Name(name):
            yield Assign(name, value)
        case ast.Attribute(holder, key) | ast.Subscript(holder, ast.Constant(str() as key)):
            whole = Call(None, "context put", (_node(holder), Literal(key), value))
            yield from _assigned_node(holder, whole)
        case _:
            raise Unsure("It sets something that is not a variable.")


def _node(value: ast.expr) -> Node:
    match value:
        case ast.Constant(constant):
            return _constant(constant)
        case ast.Name(name):
            return Name(name)
        case ast.Attribute(target, name):
            return Path(_node(target), name)
        case ast.Subscript(target, index):
            return Index(_node(target), _index(index))
        case ast.Call():
            return _call(value)
        case ast.BoolOp(operator, values):
            return _chained("and" if isinstance(operator, ast.And) else "or", [_node(each) for each in values])
        case ast.UnaryOp(operator, operand):
            return _unary(operator, operand)
        case ast.BinOp(left, operator, right):
            return _arithmetic(_node(left), operator, _node(right))
        case ast.Compare():
            return _compared(value)
        case ast.IfExp(test, body, orelse):
            return Choice(_node(test), _node(body), _node(orelse))
        case ast.List(items) | ast.Tuple(items) | ast.Set(items):
            return Items(tuple(map(_node, items)))
        case ast.Dict(keys, values):
            return _dict(keys, values)
        case ast.JoinedStr(values):
            return _joined(values)
    raise Unsure(f"“{ast.unparse(value)[:60]}” is not translated.")


def _constant(constant: object) -> Node:
    if constant is None or isinstance(constant, (str, bool)):
        return Literal(constant)
    if isinstance(constant, (int, float)) and abs(constant) < 1e50:
        return Literal(Decimal(repr(constant)))
    raise Unsure("It has a value that FEEL does not know.")


def _index(index: ast.expr) -> Node:
    match index:
        case ast.UnaryOp(ast.USub(), ast.Constant(int() as back)):
            return Literal(Decimal(-back - 1))  # counts from the end, in both languages: one is added later
    return _node(index)


def _unary(operator: ast.unaryop, operand: ast.expr) -> Node:
    if isinstance(operator, ast.Not):
        return Unary("not", _node(operand))
    if isinstance(operator, ast.USub):
        return Unary("-", _node(operand))
    raise Unsure("A sign is not translated.")


def _arithmetic(left: Node, operator: ast.operator, right: Node) -> Node:
    if isinstance(operator, ast.Mod) and not (isinstance(left, Literal) and isinstance(left.value, str)):
        return Call(None, "modulo", (left, right))
    if isinstance(operator, ast.FloorDiv):
        return Call(None, "floor", (Binary("/", left, right),))
    if type(operator) not in ARITHMETIC:
        raise Unsure(f"The operator {type(operator).__name__} is not translated.")
    return Binary(ARITHMETIC[type(operator)], left, right)


def _chained(operator: str, values: list[Node]) -> Node:
    found = values[0]
    for value in values[1:]:
        found = Binary(operator, found, value)
    return found


def _compared(value: ast.Compare) -> Node:
    sides = [_node(side) for side in (value.left, *value.comparators)]
    return _chained("and", [_pair(sides[i], operator, sides[i + 1]) for i, operator in enumerate(value.ops)])


def _pair(left: Node, operator: ast.cmpop, right: Node) -> Node:
    if isinstance(operator, ast.In):
        return Call(right, "contains", (left,))
    if isinstance(operator, ast.NotIn):
        return Unary("not", Call(right, "contains", (left,)))
    return Binary(COMPARISONS[type(operator)], left, right)


def _dict(keys: list[ast.expr | None], values: list[ast.expr]) -> Node:
    names = [key.value if isinstance(key, ast.Constant) else None for key in keys]
    if not all(isinstance(name, str) for name in names):
        raise Unsure("The keys of a dictionary are not all texts.")
    return Entries(tuple((str(name), _node(value)) for name, value in zip(names, values, strict=True)))


def _joined(values: list[ast.expr]) -> Node:
    parts: list[Node] = []
    for value in values:
        match value:
            case ast.Constant(str() as text):
                parts.append(Literal(text))
            case ast.FormattedValue(inner, -1, None):
                parts.append(Call(None, "str", (_node(inner),)))
            case _:
                raise Unsure("A value is written in a form of its own.")
    return _chained("+", parts or [Literal("")])


def _call(value: ast.Call) -> Node:
    if value.keywords:
        return _with_keywords(value)
    if any(isinstance(argument, ast.Starred) for argument in value.args):
        raise Unsure("A list is handed over as arguments.")
    arguments = tuple(map(_node, value.args))
    match value.func:
        case ast.Name(name):
            return Call(None, name, arguments)
        case ast.Attribute(target, name):
            return Call(_node(target), name, arguments)
    raise Unsure("What is called is worked out.")


def _with_keywords(value: ast.Call) -> Node:
    """Return the call that `timedelta(days=1, hours=2)` stands for: one for each part."""
    called = ast.unparse(value.func)
    if called not in ("timedelta", "datetime.timedelta") or value.args:
        raise Unsure(f"“{called[:60]}” is called with named arguments.")
    return _chained("+", [Call(None, f"timedelta {each.arg}", (_node(each.value),)) for each in value.keywords])
