"""Writes a tree as FEEL, with no more brackets than its precedence needs."""

import re

from engine.definitions.dialects.expressions.nodes import (
    Binary,
    Call,
    Choice,
    Entries,
    Index,
    Items,
    Literal,
    Name,
    Node,
    OfKind,
    OneOf,
    Path,
    Unary,
)

PRECEDENCE = {"or": 1, "and": 2, "+": 4, "-": 4, "*": 5, "/": 5}
COMPARISON, NEGATION, OPERAND = 3, 6, 7
_ENTRY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def feel(node: Node) -> str:
    """Return the FEEL text of a tree."""
    return _written(node)[0]


def quoted(text: str) -> str:
    """Return a text as a FEEL literal."""
    return '"' + "".join(_ESCAPES.get(sign, sign) for sign in text) + '"'


def _written(node: Node) -> tuple[str, int]:
    """Return the text of a node and how tightly it binds."""
    match node:
        case Literal():
            return _literal(node)
        case Name():
            return node.name, OPERAND
        case Path():
            return _path(node), OPERAND
        case Index():
            return f"{_within(node.target, OPERAND)}[{feel(node.index)}]", OPERAND
        case Call():
            return f"{node.name}({_listed(node.arguments)})", OPERAND
        case Unary():
            return f"-{_within(node.operand, OPERAND)}", NEGATION
        case Binary():
            return _binary(node)
        case OneOf():
            return f"{_within(node.operand, COMPARISON + 1)} in ({_listed(node.items)})", COMPARISON
        case OfKind():
            return f"{_within(node.operand, OPERAND)} instance of {node.kind}", COMPARISON
        case Choice():
            condition, then, otherwise = feel(node.condition), feel(node.then), feel(node.otherwise)
            return f"if {condition} then {then} else {otherwise}", 0
        case Items():
            return f"[{_listed(node.items)}]", OPERAND
        case Entries():
            return "{" + ", ".join(f"{_key(key)}: {feel(value)}" for key, value in node.entries) + "}", OPERAND


def _literal(node: Literal) -> tuple[str, int]:
    value = node.value
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower(), OPERAND
    if isinstance(value, str):
        return quoted(value), OPERAND
    return f"{value:f}", OPERAND if value >= 0 else NEGATION


def _binary(node: Binary) -> tuple[str, int]:
    if node.operator not in PRECEDENCE:  # comparisons do not chain: bracket both sides that are one
        left, right = _within(node.left, COMPARISON + 1), _within(node.right, COMPARISON + 1)
        return f"{left} {node.operator} {right}", COMPARISON
    strength = PRECEDENCE[node.operator]
    left, right = _within(node.left, strength), _within(node.right, strength + 1)
    return f"{left} {node.operator} {right}", strength


def _path(node: Path) -> str:
    if not _ENTRY.fullmatch(node.name):
        return f"get value({feel(node.target)}, {quoted(node.name)})"
    return f"{_within(node.target, OPERAND)}.{node.name}"


def _within(node: Node, strength: int) -> str:
    text, own = _written(node)
    return text if own >= strength else f"({text})"


def _listed(found: tuple[Node, ...]) -> str:
    return ", ".join(feel(node) for node in found)


def _key(key: str) -> str:
    return key if _ENTRY.fullmatch(key) else quoted(key)
