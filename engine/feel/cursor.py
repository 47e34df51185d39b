"""Moves over the tokens of one text: what stands here, is it a name, what is missing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Never, TypeVar

from engine.feel.faults import FeelError
from engine.feel.lexer import Token, tokens
from engine.feel.names import KnownNames

MAX_NESTING = 80
MAX_BACKTRACKS = 40
NAME_SYMBOLS = frozenset((".", "/", "-", "'", "\u2019", "+", "*", "**"))  # allowed in a name that is being declared

_INSTEAD = {
    "=": "write one `=` to compare.",
    "&": "write `and`.",
    "|": "write `or`.",
    "!": "write `not(…)`, or `!=` for unequal.",
    ":": "in place of `… ? … : …` write `if … then … else …`.",
    "%": "write `modulo(…, …)` for what remains of a division.",
    "'": 'a text stands in double quotes: "…".',
    "\u2018": 'a text stands in straight double quotes: "…".',
    "\u201c": 'a text stands in straight double quotes: "…".',
    "$": "names stand by themselves, without `${…}`.",
    "#": "names stand by themselves, without `#{…}`.",
    ";": "an expression is one value; there are no statements.",
}

T = TypeVar("T")


class Cursor:
    """A place among the tokens, and the names of several words that are known there."""

    def __init__(self, text: str, names: KnownNames) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.position = 0
        self.nesting = 0
        self.backtracks = 0
        self.filters_allowed = True
        self.scopes = [names]

    # Moving on

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def at(self, text: str) -> bool:
        return self.token.text == text and self.token.kind != "string"

    def advance(self) -> Token:
        token = self.tokens[self.position]
        if token.kind != "end":
            self.position += 1
        return token

    def accept(self, text: str) -> bool:
        if self.at(text):
            self.position += 1
            return True
        return False

    def expect(self, text: str, sentence: str = "") -> None:
        if not self.accept(text):
            found = f"`{self.token.text}`" if self.token.text else "the end"
            raise self.fault(sentence or f"`{text}` is missing here; {found} was found.")

    def expect_end(self) -> None:
        if self.token.kind != "end":
            sentence = self.of_another_language() or "the expression is complete before it."
            raise self.fault(f"`{self.token.text}` was not expected here: {sentence}")

    def of_another_language(self) -> str:
        """Return what to write instead of a sign that other languages have, nothing for any other."""
        return _INSTEAD.get(self.token.text, "") if self.token.kind == "symbol" else ""

    def separated(self, read: Callable[[], T]) -> tuple[T, ...]:
        items = [read()]
        while self.accept(","):
            items.append(read())
        return tuple(items)

    def attempt(self, read: Callable[[], T]) -> T | None:
        """Return what `read` reads, or come back to this place with None when it cannot."""
        position, nesting, scopes = self.position, self.nesting, len(self.scopes)
        try:
            return read()
        except FeelError:
            self.backtracks += 1
            if self.backtracks > MAX_BACKTRACKS:
                raise
            self.position, self.nesting = position, nesting
            del self.scopes[scopes:]
            return None

    # Where we are

    @contextmanager
    def nested(self) -> Iterator[None]:
        """Count one level of nesting and refuse too many."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise self.fault(f"The expression is nested more than {MAX_NESTING} levels deep.")
        yield
        self.nesting -= 1

    @contextmanager
    def filtering(self, allowed: bool) -> Iterator[None]:
        """Say whether `[` opens a filter while the block reads."""
        before, self.filters_allowed = self.filters_allowed, allowed
        try:
            yield
        finally:
            self.filters_allowed = before

    @contextmanager
    def local(self, *names: str) -> Iterator[None]:
        """Open a scope for names that are declared while the block reads."""
        self.scopes.append(KnownNames(names))
        yield
        self.scopes.pop()

    # Names

    def known_name(self) -> str | None:
        for scope in reversed(self.scopes):
            match = scope.match(self.tokens, self.position)
            if match is not None:
                self.position += match[1]
                return match[0]
        return None

    def member_name(self) -> str:
        """Read the name after a dot."""
        name = self.known_name()
        if name is not None:
            return name
        if self.token.kind not in ("name", "keyword"):
            raise self.fault("A name is missing after `.`.")
        return self.adjacent_words()

    def adjacent_words(self) -> str:
        """Read words that follow one another as one name: two values never stand side by side in FEEL."""
        first = self.advance()
        last = first
        while self.token.kind == "name" or (self.token.kind == "number" and self.token.text.isdigit()):
            last = self.advance()
        return self.written(first, last)

    def key_before_colon(self) -> str | None:
        """Read `name:` if a name and a colon stand here."""
        position = self.position
        while self.tokens[position].kind in ("name", "keyword", "number") or self.tokens[position].text in NAME_SYMBOLS:
            position += 1
        if position == self.position or self.tokens[position].text != ":":
            return None
        name = self.written(self.token, self.tokens[position - 1])
        self.position = position + 1
        return name

    def words_until(self, stops: tuple[str, ...]) -> str:
        """Read a name being declared, up to one of `stops`."""
        first = last = self.token
        while self.token.kind in ("name", "keyword", "number") or self.token.text in NAME_SYMBOLS:
            if self.token.text in stops:
                break
            last = self.advance()
        if self.token is first:
            raise self.fault("A name is missing.")
        return self.written(first, last)

    def written(self, first: Token, last: Token) -> str:
        return " ".join(self.text[first.at : last.end].split())

    # Faults

    def fault(self, sentence: str, token: Token | None = None) -> FeelError:
        """Return the error that says `sentence` about `token`, or about the token here."""
        return FeelError(sentence, text=self.text, at=(token or self.token).at)

    def missing(self, sentence: str) -> Never:
        """Raise the error that says `sentence` about the token here."""
        raise self.fault(sentence)
