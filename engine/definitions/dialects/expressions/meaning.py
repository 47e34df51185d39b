"""Gives a tree its meaning in FEEL: null counts as false where the other language says so, lists count from 1.

Where FEEL's null would change what a condition says, the form is chosen that keeps it: `!approved` is true of a
variable without a value, and so is `approved != true`, which `not(approved)` is not.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from engine.definitions.dialects.expressions.fields import field_name
from engine.definitions.dialects.expressions.nodes import (
    FALSE,
    NULL,
    TRUE,
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
    Unsure,
    number,
)

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
TESTS = (*COMPARISONS, "and", "or")
ANSWER_YES_OR_NO = frozenset(
    ("contains", "starts with", "ends with", "matches", "list contains", "is defined", "all", "any", "even", "odd")
)
GIVE_TEXTS = frozenset(("string", "upper case", "lower case", "substring", "trim", "replace", "string join"))
NOTHING = (NULL, Literal(""), Items(()), Entries(()))
_CONVERTED = re.compile(r"true|false|-?\d+(\.\d+)?")

Method = Callable[[Node, tuple[Node, ...]], Node]


@dataclass(frozen=True, slots=True)
class Language:
    """What the words of a language mean: functions by name, methods by name, names that stand for something of ours.

    Functions get their arguments, methods their target too, both in FEEL already. `any_value_is_true`: a text, number
    or list that is not empty counts as true (Groovy, JavaScript, Python); else only true itself does.
    """

    functions: Mapping[str, Callable[[tuple[Node, ...]], Node]] = field(default_factory=dict)
    methods: Mapping[str, Method] = field(default_factory=dict)
    names: Mapping[str, Node] = field(default_factory=dict)
    holders: tuple[str, ...] = ()  # objects whose properties are the variables of the process
    engine_names: frozenset[str] = frozenset()  # of objects of the engine itself, such as execution
    any_value_is_true: bool = False
    has_getters: bool = False  # getName() reads name
    converts_texts: bool = False  # JUEL: 'true' == true, '5' == 5
    adds_texts: bool = True  # JUEL does not: "a" + "b" is a sum


class Meaning:
    """Translates the trees of one language."""

    def __init__(self, language: Language, booleans: frozenset[str] = frozenset()) -> None:
        """Translate from `language`; `booleans` are the fields that are known to be true, false or empty."""
        self.language = language
        self.booleans = booleans

    def condition(self, node: Node) -> Node:
        """Return what tells whether a condition holds; null stands for “no”, as everywhere in FEEL."""
        match node:
            case Unary("not", operand):
                return negated(self.condition(operand))
            case Binary("and" | "or"):
                return Binary(node.operator, self.condition(node.left), self.condition(node.right))
            case Choice():
                return Choice(self.condition(node.condition), self.condition(node.then), self.condition(node.otherwise))
        found = self.value(node)
        if not self.language.any_value_is_true or is_boolean(found) or dotted(found) in self.booleans:
            return found
        return has_value(found)

    def value(self, node: Node) -> Node:
        """Return what gives the value of an expression."""
        match node:
            case Literal():
                return node
            case Name():
                return self._name(node)
            case Path():
                return self._path(node)
            case Index():
                return self._index(node)
            case Call():
                return self._call(node)
            case Unary():
                return self._unary(node)
            case Binary():
                return self._binary(node)
            case Choice():
                return Choice(self.condition(node.condition), self.value(node.then), self.value(node.otherwise))
            case Items():
                return Items(tuple(map(self.value, node.items)))
            case Entries():
                return Entries(tuple((key, self.value(value)) for key, value in node.entries))
            case OneOf():
                return OneOf(self.value(node.operand), tuple(map(self.value, node.items)))
            case OfKind():
                return OfKind(self.value(node.operand), node.kind)

    def _name(self, node: Name) -> Node:
        if node.name in self.language.engine_names:
            raise Unsure(f"“{node.name}” is an object of the other engine.")
        return self.language.names.get(node.name) or Name(field_name(node.name))

    def _path(self, node: Path) -> Node:
        whole = dotted(node)
        if dotted(node.target) in self.language.holders:
            return Name(field_name(node.name))
        if whole in self.language.names:
            return self.language.names[whole]
        if whole.partition(".")[0] in self.language.engine_names:
            raise Unsure(f"“{whole}” is a value of the other engine.")
        return Path(self.value(node.target), node.name)

    def _index(self, node: Index) -> Node:
        target = self.value(node.target)
        if isinstance(node.index, Literal) and isinstance(node.index.value, str):
            return Path(target, node.index.value)
        if isinstance(node.index, Literal) and isinstance(node.index.value, Decimal):
            return Index(target, Literal(node.index.value + 1))
        raise Unsure("What stands in square brackets is worked out, and may be a place in a list or a key.")

    def _call(self, node: Call) -> Node:
        if node.target is None:
            function = self.language.functions.get(node.name)
            if function is None:
                raise Unsure(f"The function “{node.name}” is not known here.")
            return function(tuple(map(self.value, node.arguments)))
        method = self.language.methods.get(f"{dotted(node.target)}.{node.name}")
        if method is not None:
            return method(NULL, tuple(map(self.value, node.arguments)))
        method = self.language.methods.get(node.name)
        if method is not None:
            return method(self.value(node.target), tuple(map(self.value, node.arguments)))
        if self.language.has_getters and (read := _getter(node)):
            return self.value(Path(node.target, read))
        raise Unsure(f"What “{node.name}(…)” does is not known here.")

    def _unary(self, node: Unary) -> Node:
        if node.operator == "not":
            return negated(self.condition(node.operand))
        operand = self.value(node.operand)
        if node.operator == "empty":
            return OneOf(operand, NOTHING)
        if isinstance(operand, Literal) and isinstance(operand.value, Decimal):
            return Literal(-operand.value)
        return Unary("-", operand)

    def _binary(self, node: Binary) -> Node:
        if node.operator in ("and", "or"):
            return self._logic(node)
        if node.operator in ("=", "!=") and node.right == number(0) and (rest := self._rest(node.left)):
            return Binary(node.operator, rest, node.right)
        left, right = self.value(node.left), self.value(node.right)
        if node.operator in COMPARISONS:
            return self._comparison(node.operator, left, right)
        if node.operator == "%":
            return remainder(left, right)
        return self._sum(left, right) if node.operator == "+" else Binary(node.operator, left, right)

    def _rest(self, node: Node) -> Node | None:
        """Return `modulo(a, b)` of a remainder; that nothing remains is the same whichever way the division rounds."""
        match node:
            case Binary("%", dividend, divisor):
                return Call(None, "modulo", (self.value(dividend), self.value(divisor)))
        return None

    def _logic(self, node: Binary) -> Node:
        """Return “and” or “or” as a value; where it may give one of its operands, that is not certain."""
        if not self.language.any_value_is_true:
            return self.condition(node)
        left, right = self.value(node.left), self.value(node.right)
        if not is_boolean(left) or not is_boolean(right):
            raise Unsure(f"“{node.operator}” may give any value here, not only true or false.")
        return Binary(node.operator, left, right)

    def _comparison(self, operator: str, left: Node, right: Node) -> Node:
        if not self.language.converts_texts:
            return Binary(operator, left, right)
        if operator not in ("=", "!=") and (_is_text_of_other(left) or _is_text_of_other(right)):
            raise Unsure("A number in quotes is compared, as a number or as a text.")
        if _is_text_of_other(right) and not _is_text(left):
            left = as_text(left)
        elif _is_text_of_other(left) and not _is_text(right):
            right = as_text(right)
        return Binary(operator, left, right)

    def _sum(self, left: Node, right: Node) -> Node:
        if not _is_text(left) and not _is_text(right):
            return Binary("+", left, right)
        if not self.language.adds_texts:
            raise Unsure("“+” adds numbers there, and one of these is a text.")
        return Binary("+", as_text(left), as_text(right))


def negated(node: Node) -> Node:
    """Return that a condition does not hold; what has no value does not hold either."""
    match node:
        case Literal(bool() as value):
            return FALSE if value else TRUE
        case Binary("!=", left, Literal(True)) if is_boolean(left):
            return left
        case Binary("=", left, right):
            return Binary("!=", left, right)
        case Binary("!=", left, right):
            return Binary("=", left, right)
    return Binary("!=", node, TRUE)


def has_value(node: Node) -> Node:
    """Return that a value counts as true: it is not null, false, 0, or an empty text, list or context."""
    return Binary("!=", OneOf(node, (*NOTHING, FALSE, number(0))), TRUE)


def is_boolean(node: Node) -> bool:
    """Say whether a tree in FEEL gives true, false or null, and nothing else."""
    match node:
        case Binary(operator):
            return operator in TESTS
        case Literal(value):
            return isinstance(value, bool)
        case Call(None, name):
            return name in ANSWER_YES_OR_NO
        case Choice(_, then, otherwise):
            return is_boolean(then) and is_boolean(otherwise)
    return isinstance(node, (OneOf, OfKind))


def remainder(left: Node, right: Node) -> Node:
    """Return what remains of a division that rounds towards zero, as machines divide; FEEL's modulo rounds down."""
    whole = Call(None, "round down", (Binary("/", left, right), number(0)))
    return Binary("-", left, Binary("*", right, whole))


def as_text(node: Node) -> Node:
    """Return the text of a value."""
    return node if _is_text(node) else Call(None, "string", (node,))


def dotted(node: Node) -> str:
    """Return a path of names as it is written; empty when it is anything else."""
    match node:
        case Name(name):
            return name
        case Path(target, name):
            before = dotted(target)
            return f"{before}.{name}" if before else ""
    return ""


def _getter(node: Call) -> str:
    """Return the property that a call such as getName() or isOpen() reads."""
    for prefix in ("get", "is"):
        rest = node.name.removeprefix(prefix)
        if not node.arguments and rest != node.name and rest[:1].isupper():
            return rest[0].lower() + rest[1:]
    return ""


def _is_text(node: Node) -> bool:
    match node:
        case Literal(value):
            return isinstance(value, str)
        case Call(None, name):
            return name in GIVE_TEXTS
        case Binary("+", left, right):
            return _is_text(left) or _is_text(right)
    return False


def _is_text_of_other(node: Node) -> bool:
    """Say whether a text in quotes reads as a number, true or false, which JUEL would convert."""
    text = node.value if isinstance(node, Literal) else None
    return isinstance(text, str) and bool(_CONVERTED.fullmatch(text))
