"""Reads the tokens of a language that looks like C into a tree: one reader, with what each language differs in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.definitions.dialects.expressions.lexing import END, Token, tokens
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
    Path,
    Unary,
    Unsure,
)

DEEPEST = 60

CLASSES = frozenset("String Integer Long Short Double Float Boolean Number BigDecimal Object boolean int".split())
EMPTY: dict[str, Node] = {
    **dict.fromkeys(("ArrayList", "LinkedList", "HashSet"), Items(())),
    **dict.fromkeys(("HashMap", "LinkedHashMap"), Entries(())),
}

SYMBOLS = {
    "||": (1, "or"),
    "&&": (2, "and"),
    "==": (3, "="),
    "!=": (3, "!="),
    "<": (4, "<"),
    ">": (4, ">"),
    "<=": (4, "<="),
    ">=": (4, ">="),
    "+": (5, "+"),
    "-": (5, "-"),
    "*": (6, "*"),
    "/": (6, "/"),
    "%": (6, "%"),
}


@dataclass(frozen=True, slots=True)
class Grammar:
    """What one language has: its binary operators with precedence and meaning, its prefixes, its constants."""

    binary: Mapping[str, tuple[int, str]] = field(default_factory=lambda: SYMBOLS)
    prefixes: Mapping[str, str] = field(default_factory=lambda: {"!": "not", "-": "-"})
    constants: Mapping[str, Literal] = field(default_factory=lambda: {"true": TRUE, "false": FALSE, "null": NULL})
    function_groups: frozenset[str] = frozenset()  # JUEL: variables in variables:get(x)
    has_elvis: bool = False  # Groovy: a ?: b
    is_java: bool = False  # (String) a, new Date()
    is_javascript: bool = False  # {a: 1}, new Date()


def parse(text: str, grammar: Grammar) -> Node:
    """Return the tree of one expression; raise Unsure when it cannot be read to its end."""
    reader = Reader([token for token in tokens(text) if token.kind != "newline"], grammar)
    found = reader.expression()
    reader.expect_end()
    return found


class Reader:
    """Reads one expression after the other from a list of tokens."""

    def __init__(self, found: list[Token], grammar: Grammar) -> None:
        self.tokens = found
        self.grammar = grammar
        self.position = 0
        self.depth = 0

    @property
    def here(self) -> Token:
        """Return the token to be read next."""
        return self.tokens[self.position] if self.position < len(self.tokens) else END

    def ahead(self, distance: int = 1) -> Token:
        """Return a token after the next."""
        place = self.position + distance
        return self.tokens[place] if place < len(self.tokens) else END

    def advance(self) -> Token:
        """Take the next token."""
        token = self.here
        self.position += 1
        return token

    def take(self, *texts: str) -> bool:
        """Take the next token if it is one of `texts`, and say whether it was."""
        if self.here.kind in ("symbol", "name") and self.here.text in texts:
            self.position += 1
            return True
        return False

    def expect(self, text: str) -> None:
        """Take the token `text`, or raise Unsure."""
        if not self.take(text):
            raise Unsure(f"“{text}” is missing {self._where()}.")

    def expect_end(self) -> None:
        """Raise Unsure unless everything has been read."""
        if self.here.kind != "end":
            raise Unsure(f"What follows cannot be read {self._where()}.")

    def expression(self) -> Node:
        """Read one expression with its conditional operators."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unsure("It is nested too deeply to be translated.")
        found = self._conditional(self._binary(1))
        self.depth -= 1
        return found

    def _conditional(self, condition: Node) -> Node:
        if self.grammar.has_elvis and self.take("?:"):
            return Choice(condition, condition, self.expression())
        if not self.take("?"):
            return condition
        then = self.expression()
        self.expect(":")
        return Choice(condition, then, self.expression())

    def _binary(self, least: int) -> Node:
        left = self._unary()
        while True:
            precedence, operator = self.grammar.binary.get(self._operator(), (0, ""))
            if precedence < least:
                return left
            self.advance()
            if operator.startswith("?"):
                raise Unsure(f"“{operator[1:]}” has no certain meaning here.")
            left = Binary(operator, left, self._binary(precedence + 1))

    def _operator(self) -> str:
        return self.here.text if self.here.kind in ("symbol", "name") else ""

    def _unary(self) -> Node:
        operators = []
        while (prefix := self.grammar.prefixes.get(self._operator())) is not None:
            operators.append(prefix)
            self.advance()
            if len(operators) > DEEPEST:
                raise Unsure("It is nested too deeply to be translated.")
        found = self._postfix(self._primary())
        for operator in reversed(operators):
            found = Unary(operator, found)
        return found

    def _postfix(self, found: Node) -> Node:
        while True:
            if self.take(".", "?."):
                found = self._member(found)
            elif self.take("["):
                index = self.expression()
                self.expect("]")
                found = Index(found, index)
            else:
                return found

    def _member(self, target: Node) -> Node:
        token = self.advance()
        if token.kind == "string":
            return Path(target, str(token.value))
        if token.kind != "name":
            raise Unsure(f"A name is missing {self._where()}.")
        return Call(target, token.text, self.arguments()) if self.take("(") else Path(target, token.text)

    def arguments(self) -> tuple[Node, ...]:
        """Read the arguments of a call behind its bracket."""
        return self._list(")")

    def _list(self, closing: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.take(closing):
            if found:
                self.expect(",")
            found.append(self.expression())
        return tuple(found)

    def _primary(self) -> Node:
        token = self.advance()
        if token.kind in ("number", "string"):
            return Literal(token.value)
        if token.kind == "name":
            return self._named(token.text)
        if token.text == "(":
            if self.grammar.is_java and self._is_cast():
                self.position += 2
                return self._unary()
            found = self.expression()
            self.expect(")")
            return found
        if token.text == "[":
            return self._bracketed()
        if token.text == "{" and self.grammar.is_javascript:
            return self._entries("}")
        self.position -= 1
        raise Unsure(f"A value is missing {self._where()}.")

    def _named(self, name: str) -> Node:
        if name == "new" and (self.grammar.is_java or self.grammar.is_javascript):
            return self._constructed()
        if name in self.grammar.constants:
            return self.grammar.constants[name]
        if self.take("("):
            return Call(None, name, self.arguments())
        if name in self.grammar.function_groups and self.here.text == ":" and self.ahead(2).text == "(":
            function = f"{name}:{self.ahead().text}"
            self.position += 3
            return Call(None, function, self.arguments())
        return Name(name)

    def _is_cast(self) -> bool:
        after = self.ahead(2)
        is_operand = after.kind in ("name", "string", "number") or after.text == "("
        return self.here.text in CLASSES and self.ahead().text == ")" and is_operand

    def _constructed(self) -> Node:
        """Read what `new` makes: a moment, an empty list or map, or the value that it wraps."""
        name = self.advance().text
        while self.take("."):
            name = self.advance().text
        self.expect("(")
        arguments = self.arguments()
        if name == "Date" and not arguments:
            return Call(None, "now")
        if name in EMPTY and not arguments:
            return EMPTY[name]
        if name in CLASSES and len(arguments) == 1:
            return arguments[0]
        raise Unsure(f"What “new {name}” makes is not known here.")

    def _bracketed(self) -> Node:
        """Read a list, or Groovy's map, behind its bracket."""
        if self.take(":"):
            self.expect("]")
            return Entries(())
        if self.here.kind in ("name", "string") and self.ahead().text == ":":
            return self._entries("]")
        return Items(self._list("]"))

    def _entries(self, closing: str) -> Node:
        found: list[tuple[str, Node]] = []
        while not self.take(closing):
            if found:
                self.expect(",")
            key = self.advance()
            if key.kind not in ("name", "string"):
                raise Unsure(f"A key is missing {self._where()}.")
            self.expect(":")
            found.append((str(key.value or key.text), self.expression()))
        return Entries(tuple(found))

    def _where(self) -> str:
        return "at its end" if self.here.kind == "end" else f"before “{self.here.text[:40]}”"
