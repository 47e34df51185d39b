"""Reads a FEEL text into its tree: precedence climbing over the tokens (DMN 1.5, section 10.3.1.2)."""

from collections.abc import Callable

from engine.feel import syntax
from engine.feel.cursor import MAX_NESTING, Cursor
from engine.feel.lexer import Token
from engine.feel.names import known
from engine.feel.syntax import Node, TypeName
from engine.feel.temporal import at_literal

COMPARISONS = frozenset(("=", "!=", "<", "<=", ">", ">="))
# How tightly an operator binds; a higher number binds tighter (the order of grammar rules 2 and 4).
OR, AND, COMPARISON, ADDITION, MULTIPLICATION, POWER, NEGATION, INSTANCE = range(1, 9)
BINDING = {"or": OR, "and": AND, "between": COMPARISON, "in": COMPARISON, "instance": INSTANCE}
BINDING |= dict.fromkeys(COMPARISONS, COMPARISON)
BINDING |= {"+": ADDITION, "-": ADDITION, "*": MULTIPLICATION, "/": MULTIPLICATION, "**": POWER}


def parse(text: str, names: frozenset[str], *, unary: bool = False) -> Node:
    """Return the tree of `text`; `names` are those of several words. Raise FeelError at the first fault."""
    parser = Parser(text, known(names))
    return parser.whole_unary_tests() if unary else parser.whole_expression()


class Parser(Cursor):
    """One reading of one text."""

    # Entries

    def whole_expression(self) -> Node:
        """Read the text as one expression."""
        if self.token.kind == "end":
            raise self.fault("There is no expression here.")
        node = self.expression()
        self.expect_end()
        return node

    def whole_unary_tests(self) -> Node:
        """Read the text as the cell of a decision table: `-`, `not(…)`, or tests with commas between."""
        start = self.token
        if start.kind == "end" or (start.text == "-" and self.tokens[1].kind == "end"):
            return syntax.UnaryTests(0, (), False)
        return self.negated_tests() or self.positive_tests()

    def negated_tests(self) -> Node | None:
        if not (self.at("not") and self.tokens[1].text == "("):
            return None
        self.position = 2
        tests = self.separated(self.unary_test)
        if not self.accept(")") or self.token.kind != "end":
            self.position = 0  # such as `not(a) and b`: an expression after all
            return None
        return syntax.UnaryTests(0, tests, True)

    def positive_tests(self) -> Node:
        tests = self.separated(self.unary_test)
        self.expect_end()
        return syntax.UnaryTests(0, tests, False)

    def unary_test(self) -> Node:
        return self.comparison_test() or self.expression()

    def comparison_test(self) -> Node | None:
        token = self.token
        if token.kind != "symbol" or token.text not in COMPARISONS:
            return None
        self.advance()
        return syntax.Comparison(token.at, token.text, self.expression(ADDITION))

    # Operators

    def expression(self, least: int = OR) -> Node:
        """Read an expression whose operators bind at least as tightly as `least`."""
        with self.nested():
            left = self.operand()
            while (binding := self.binding()) >= least:
                left = self.operation(left, binding)
            return left

    def binding(self) -> int:
        token = self.token
        return BINDING.get(token.text, 0) if token.kind in ("symbol", "keyword") else 0

    def operation(self, left: Node, binding: int) -> Node:
        token = self.advance()
        if binding in (OR, AND):
            return self.logic(token, left, binding)
        if token.text == "between":
            return self.between(token, left)
        if token.text == "in":
            return self.membership(token, left)
        if token.text == "instance":
            self.expect("of")
            return syntax.InstanceOf(token.at, left, self.type_name())
        if binding == COMPARISON:
            return syntax.Compare(token.at, token.text, left, self.expression(ADDITION))
        return syntax.Arithmetic(token.at, token.text, left, self.expression(binding + 1))

    def logic(self, token: Token, left: Node, binding: int) -> Node:
        operands = [left, self.expression(binding + 1)]
        while self.accept(token.text):
            operands.append(self.expression(binding + 1))
        return syntax.Logic(token.at, token.text, tuple(operands))

    def between(self, token: Token, value: Node) -> Node:
        low = self.expression(ADDITION)
        self.expect("and", "`between` needs two values: write `between 1 and 10`.")
        return syntax.Between(token.at, value, low, self.expression(ADDITION))

    def membership(self, token: Token, value: Node) -> Node:
        if self.at("("):
            tests = self.attempt(self.parenthesised_tests)
            if tests is not None:
                return syntax.In(token.at, value, tests)
        test = self.comparison_test() or self.expression(ADDITION)
        return syntax.In(token.at, value, (test,))

    def parenthesised_tests(self) -> tuple[Node, ...]:
        self.expect("(")
        tests = self.separated(self.unary_test)
        self.expect(")")
        if self.token.text in ("..", "[", ".", "*", "/", "+", "-", "**"):
            raise self.fault("These parentheses belong to a value.")
        return tests

    # Operands

    def operand(self) -> Node:
        token = self.token
        if token.kind == "symbol" and token.text == "-":
            self.advance()
            if self.token.kind == "number":  # the sign belongs to the number (grammar rule 37)
                return self.postfix(syntax.Negate(token.at, syntax.Literal(self.token.at, self.advance().value)))
            return syntax.Negate(token.at, self.expression(NEGATION))
        return self.postfix(self.primary())

    def postfix(self, node: Node) -> Node:
        """Read the paths, filters and calls that follow a value."""
        count = 0
        while True:
            token = self.token
            if token.kind != "symbol":
                return node
            if token.text == ".":
                self.advance()
                node = syntax.Path(token.at, node, self.member_name())
            elif token.text == "[" and self.filters_allowed:
                node = self.filter(node)
            elif token.text == "(":
                node = self.call(node)
            else:
                return node
            count += 1
            if count > MAX_NESTING:
                raise self.fault(f"More than {MAX_NESTING} paths, filters and calls follow one another here.")

    def filter(self, node: Node) -> Node:
        token = self.advance()
        with self.filtering(True):
            predicate = self.expression()
        self.expect("]")
        return syntax.Filter(token.at, node, predicate)

    def call(self, function: Node) -> Node:
        token = self.advance()
        with self.filtering(True):
            pairs = () if self.at(")") else self.separated(self.argument)
        self.expect(")")
        names = tuple(name for name, _ in pairs if name is not None)
        if names and len(names) != len(pairs):
            raise self.fault("Arguments are given either all by name or all by place, not mixed.", token)
        return syntax.Call(function.at, function, tuple(node for _, node in pairs), names)

    def argument(self) -> tuple[str | None, Node]:
        return self.key_before_colon(), self.expression()

    def primary(self) -> Node:
        token = self.token
        if token.kind in ("number", "string"):
            self.advance()
            return syntax.Literal(token.at, token.value)
        if token.kind == "end":
            raise self.fault("The expression ends here, but a value is missing.")
        name = self.known_name()
        if name is not None:
            return syntax.Name(token.at, name)
        reader = _READERS.get(token.text)
        if reader is not None:
            return reader(self)
        if token.kind == "name":
            return syntax.Name(token.at, self.adjacent_words())
        instead = self.of_another_language()
        raise self.fault(f"`{token.text}` was not expected here: {instead}" if instead else
                         f"A value is missing before `{token.text}`.")  # fmt: skip

    def constant(self, value: object) -> Node:
        return syntax.Literal(self.advance().at, value)

    def at_literal(self) -> Node:
        token = self.advance()
        string = self.advance()
        if string.kind != "string":
            raise self.fault('After @ stands a text in quotes, such as @"2026-12-03".', token)
        text = str(string.value)
        return syntax.AtLiteral(token.at, text, at_literal(text))

    def parenthesis(self) -> Node:
        with self.filtering(True):
            opening = self.advance()
            comparison = self.comparison_test()
            if comparison is None:
                return self.bracketed(opening, ")")
            self.expect(")")
            return comparison

    def bracketed(self, opening: Token, closing: str) -> Node:
        """Read what stands in parentheses: an expression, or an interval that leaves out its start."""
        node = self.expression()
        if self.accept(".."):
            return self.interval_end(opening, node)
        self.expect(closing, f"The `{opening.text}` of column {opening.at + 1} is not closed.")
        return node

    def bracket(self) -> Node:
        """Read a list, or an interval that includes its start."""
        opening = self.advance()
        with self.filtering(True):
            if self.accept("]"):
                return syntax.ListLiteral(opening.at, ())
            first = self.unary_test()
            if self.accept(".."):
                return self.interval_end(opening, first)
            items = (first, *(self.separated(self.unary_test) if self.accept(",") else ()))
        self.expect("]", f"The list that begins in column {opening.at + 1} is not closed with `]`.")
        return syntax.ListLiteral(opening.at, items)

    def interval(self, opening: Token) -> Node:
        with self.filtering(True):
            start = self.expression(ADDITION)
        self.expect("..", "An interval needs `..` between its two ends: `]1..10]`.")
        return self.interval_end(opening, start)

    def interval_end(self, opening: Token, start: Node) -> Node:
        """Read the end of an interval; `[` may close it, so a filter is tried first and then ruled out."""

        def closed(filters: bool) -> Node:
            with self.filtering(filters):
                end = self.expression(ADDITION)
            closing = self.advance()
            if closing.text not in (")", "]", "["):
                raise self.fault("An interval ends with `]`, `)` or `[`.", closing)
            return syntax.Interval(opening.at, start, end, opening.text == "[", closing.text == "]")

        end = self.attempt(lambda: closed(True))
        return end if end is not None else closed(False)

    def context(self) -> Node:
        opening = self.advance()
        with self.filtering(True), self.local():
            entries = () if self.at("}") else self.separated(self.context_entry)
        self.expect("}", f"The context that begins in column {opening.at + 1} is not closed with `}}`.")
        keys = [key for key, _ in entries]
        if len(set(keys)) < len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise self.fault(f"The context has two entries named `{twice}`.", opening)
        return syntax.ContextLiteral(opening.at, entries)

    def context_entry(self) -> tuple[str, Node]:
        token = self.token
        if token.kind == "string" and self.tokens[self.position + 1].text == ":":
            self.position += 2
            key = str(token.value)
        else:
            key = self.key_before_colon() or self.missing("An entry of a context is written `name: value`.")
        value = self.expression()
        self.scopes[-1].add(key)
        return key, value

    # Forms with words

    def conditional(self) -> Node:
        token = self.advance()
        with self.filtering(True):
            condition = self.expression()
            self.expect("then", "`if` needs `then`: write `if … then … else …`.")
            then = self.expression()
        self.expect("else", "`if` needs `else`: write `if … then … else …` (`else null` for nothing).")
        return syntax.If(token.at, condition, then, self.expression())

    def loop(self) -> Node:
        token = self.advance()
        with self.local("partial"):
            bindings = self.separated(self.binding_in)
            self.expect("return", "`for` needs `return`: write `for x in list return x`.")
            return syntax.For(token.at, bindings, self.expression())

    def quantified(self) -> Node:
        token = self.advance()
        with self.local():
            bindings = self.separated(self.binding_in)
            self.expect(
                "satisfies", f"`{token.text}` needs `satisfies`: write `{token.text} x in list satisfies x > 1`."
            )
            return syntax.Quantified(token.at, token.text, bindings, self.expression())

    def binding_in(self) -> syntax.Binding:
        token = self.token
        name = self.words_until(("in",))
        self.expect("in", "A name is followed by `in` and a list: `for x in list`.")
        with self.filtering(True):
            source = self.expression()
            end = self.expression() if self.accept("..") else None
        self.scopes[-1].add(name)
        return syntax.Binding(token.at, name, source, end)

    def function_definition(self) -> Node:
        token = self.advance()
        self.expect("(", "After `function` stand its parameters: `function(a, b) a + b`.")
        with self.local(), self.filtering(True):
            parameters = () if self.at(")") else self.separated(self.parameter)
            self.expect(")")
            external = self.accept("external")
            return syntax.FunctionDefinition(token.at, parameters, self.expression(), external)

    def parameter(self) -> tuple[str, TypeName | None]:
        name = self.words_until((":", ",", ")"))
        self.scopes[-1].add(name)
        return name, self.type_name() if self.accept(":") else None

    # Types

    def type_name(self) -> TypeName:
        """Read a type such as `number`, `list<date>`, `context<a: string>` or `function<number> -> string`."""
        with self.nested():
            token = self.token
            name = self.known_name() or self.type_words()
            parts: tuple[tuple[str, TypeName], ...] = ()
            if name in ("list", "range", "context", "function") and self.accept("<"):
                part = self.type_part if name == "context" else self.unnamed_type_part
                parts = () if self.at(">") else self.separated(part)
                self.expect(">", f"`{name}<` is not closed with `>`.")
            returns = self.type_name() if name == "function" and self.accept("->") else None
            return TypeName(token.at, name, parts, returns)

    def type_part(self) -> tuple[str, TypeName]:
        name = self.words_until((":",))
        self.expect(":", "A part of a context type is written `name: type`.")
        return name, self.type_name()

    def unnamed_type_part(self) -> tuple[str, TypeName]:
        return "", self.type_name()

    def type_words(self) -> str:
        """Read a type's name, where `and` belongs to it only in the three built-in names that have one."""
        first = last = self.token
        while self.token.kind in ("name", "keyword", "number") or self.at("."):
            if self.token is not first and self.ends_type(first):
                break
            last = self.advance()
        if self.token is first:
            raise self.fault("The name of a type is missing.")
        return self.written(first, last)

    def ends_type(self, first: Token) -> bool:
        if self.at("and"):
            return (first.text, self.tokens[self.position + 1].text) not in _TYPES_WITH_AND
        alone = first.text in _ONE_WORD_TYPES and self.tokens[self.position - 1] is first
        return self.token.kind == "keyword" or (alone and not self.at("."))


_TYPES_WITH_AND = frozenset((("date", "time"), ("days", "time"), ("years", "months")))
_ONE_WORD_TYPES = frozenset(("Any", "Null", "number", "string", "boolean", "date", "time"))
_READERS: dict[str, Callable[[Parser], Node]] = {
    "true": lambda parser: parser.constant(True),
    "false": lambda parser: parser.constant(False),
    "null": lambda parser: parser.constant(None),
    "if": Parser.conditional,
    "for": Parser.loop,
    "some": Parser.quantified,
    "every": Parser.quantified,
    "function": Parser.function_definition,
    "(": Parser.parenthesis,
    "[": Parser.bracket,
    "]": lambda parser: parser.interval(parser.advance()),
    "{": Parser.context,
    "@": Parser.at_literal,
}
