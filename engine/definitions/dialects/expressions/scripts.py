"""Reads scripts of the languages that look like C, statement by statement."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from engine.definitions.dialects.expressions.lexing import END, Token, tokens
from engine.definitions.dialects.expressions.meaning import dotted
from engine.definitions.dialects.expressions.nodes import NULL, Binary, Call, Literal, Name, Node, Path, Unsure, number
from engine.definitions.dialects.expressions.parsing import Grammar, Reader
from engine.definitions.dialects.expressions.statements import Assign, If, Result, Says, Statement

SETTERS = ("setVariable", "setVariableLocal", "setProcessVariable")
HOLDERS = ("execution", "kcontext", "context", "task", "delegateTask", "caseExecution", "bindings")
# Whose calls change nothing of the process: they write to a log, or pause.
LOGS = (
    "println",
    "print",
    "printf",
    "System.out",
    "System.err",
    "console",
    "log",
    "logger",
    "LOG",
    "LOGGER",
    "out",
    "Thread",
)
NOT_READ = frozenset("for while do try throw new function switch class break continue delete assert".split())
DECLARING = frozenset(
    "def var let const final String int Integer long Long short Short boolean Boolean double Double float Float Object "
    "BigDecimal Number List Map Date ArrayList HashMap char".split()
)


@dataclass(frozen=True, slots=True)
class Scripting:
    """How a language writes scripts: `outputs` are the objects whose properties are the variables of the process.

    `stores_names`: a name that is set without being declared is a variable of the process.
    """

    grammar: Grammar
    outputs: tuple[str, ...] = field(default=())
    stores_names: bool = False

    def storing(self) -> "Scripting":
        """Return the same, for a script that says so itself."""
        return replace(self, stores_names=True)


def read(text: str, scripting: Scripting) -> list[Statement]:
    """Return the statements of a script; raise Unsure for what cannot be read."""
    reader = _Script(_without_line_ends(tokens(text)), scripting)
    found = list(reader.statements())
    reader.expect_end()
    return found


def _without_line_ends(found: list[Token]) -> list[Token]:
    """Return the tokens with a semicolon for each line's end that ends a statement."""
    kept: list[Token] = []
    depth = 0
    for place, token in enumerate(found):
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        if token.kind != "newline":
            kept.append(token)
        elif depth <= 0 and not _goes_on(kept[-1] if kept else END, _next(found, place)):
            kept.append(Token("symbol", ";"))
    return kept


def _next(found: list[Token], place: int) -> Token:
    return next((token for token in found[place:] if token.kind != "newline"), END)


def _goes_on(before: Token, after: Token) -> bool:
    """Say whether a statement goes on over the end of a line."""
    open_ended = ("=", "+", "-", "*", "/", "&&", "||", "?", ":", ",", ".", "==", "!=", "<", ">", "<=", ">=")
    continuing = (".", "?.", "&&", "||", "?", ":", "+")
    return (before.kind == "symbol" and before.text in open_ended) or after.text in continuing


class _Script(Reader):
    def __init__(self, found: list[Token], scripting: Scripting) -> None:
        super().__init__(found, scripting.grammar)
        self.scripting = scripting

    def statements(self) -> Iterator[Statement]:
        """Yield the statements up to the end of the script or of a block."""
        while self.here.kind != "end" and self.here.text != "}":
            if not self.take(";"):
                yield from self._statement()

    def _statement(self) -> Iterator[Statement]:
        word = self.here.text if self.here.kind == "name" else ""
        if word in NOT_READ:
            raise Unsure(f"“{word}” is not translated.")
        if word in ("import", "package"):
            self._pass_over()
        elif word == "if":
            yield self._if()
        elif word == "return":
            self.advance()
            yield Result(self.expression() if self.here.kind != "end" and self.here.text not in (";", "}") else NULL)
        elif word in LOGS[:3] and self.ahead().text != "(":
            yield Says(self._pass_over())
        else:
            yield from self._simple()

    def _pass_over(self) -> str:
        """Take everything up to the end of the statement, and return it."""
        words = []
        while self.here.kind != "end" and self.here.text not in (";", "}"):
            words.append(self.advance().text)
        return " ".join(words)

    def _if(self) -> If:
        self.depth += 1
        if self.depth > 30:
            raise Unsure("It is nested too deeply to be translated.")
        self.advance()
        self.expect("(")
        condition = self.expression()
        self.expect(")")
        then = self._block()
        while self.here.text == ";" and self.ahead().text in (";", "else"):
            self.advance()
        otherwise = self._block() if self.take("else") else ()
        self.depth -= 1
        return If(condition, then, otherwise)

    def _block(self) -> tuple[Statement, ...]:
        while self.take(";"):
            pass
        if not self.take("{"):
            return tuple(self._statement())
        found = tuple(self.statements())
        self.expect("}")
        return found

    def _simple(self) -> Iterator[Statement]:
        is_declared = self._declared()
        target = self.expression()
        if is_declared and self.here.text in (";", "") and isinstance(target, Name):
            yield Assign(target.name, NULL, is_local=True)
        elif self.take("="):
            yield self._assigned(target, self.expression(), is_declared)
        elif self.here.text in ("+=", "-=", "*="):
            operator = self.advance().text[0]
            yield self._assigned(target, Binary(operator, target, self.expression()), is_declared)
        elif self.here.text in ("++", "--"):
            yield self._assigned(target, Binary(self.advance().text[0], target, number(1)), is_declared)
        elif isinstance(target, Call):
            yield self._called(target)
        else:
            yield Result(target)
        if self.here.kind != "end" and self.here.text not in (";", "}"):
            self.expect_end()

    def _declared(self) -> bool:
        """Take the words that declare a name, such as `final String`, and say whether there were any."""
        found = False
        while self.here.text in DECLARING and self.ahead().kind == "name":
            self.advance()
            found = True
        return found

    def _assigned(self, target: Node, value: Node, is_declared: bool) -> Assign:
        match target:
            case Name(name):
                return Assign(name, value, is_local=is_declared or not self.scripting.stores_names)
            case Path(holder, name) if dotted(holder) in self.scripting.outputs:
                return Assign(name, value, is_named=True)
        raise Unsure("It sets something that is not a variable of the process.")

    def _called(self, call: Call) -> Statement:
        holder = dotted(call.target) if call.target is not None else ""
        if call.name in SETTERS and holder in HOLDERS:
            return _set_by_name(call)
        if call.name in ("removeVariable", "removeVariableLocal") and holder in HOLDERS and len(call.arguments) == 1:
            return Assign(_name(call.arguments[0]), NULL, is_named=True)
        if call.name in LOGS or holder in LOGS or holder.partition(".")[0] in LOGS[4:]:
            return Says(call.name)
        if call.target is None and call.name == "next" and len(call.arguments) < 3:
            return Result(call.arguments[1] if len(call.arguments) == 2 else NULL)
        return Result(call)


def _set_by_name(call: Call) -> Assign:
    if len(call.arguments) != 2:
        raise Unsure(f"“{call.name}” is called with {len(call.arguments)} arguments.")
    return Assign(_name(call.arguments[0]), call.arguments[1], is_named=True)


def _name(node: Node) -> str:
    match node:
        case Literal(str() as name) if name:
            return name
    raise Unsure("A variable is set by a name that is worked out.")
