"""Texts with `{{places}}` for values: labels, hints, paragraphs (the templating of form-js, "feelers").

`{{x}}` inserts a value, `{{#if x}}…{{/if}}` keeps a part, `{{#loop list}}…{{/loop}}` repeats one; a text that begins
with `=` is one expression. Within a loop the item is `this`, the scope around it `parent`, and an item's own names may
be used bare.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.errors import ExpressionError
from engine.forms.expressions import Expression, Names, compile_text, is_expression
from engine.forms.words import shown

LONGEST = 200_000
"""Characters of the finished text; a loop over a long list stops there."""

MOST_TURNS = 1_000
MOST_PARTS = 50_000
DEEPEST = 8

_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)

Encode = Callable[[str], str]


@dataclass(frozen=True)
class Piece:
    """A part of a template: plain text, a value, a condition or a loop (`kind`)."""

    kind: str
    text: str = ""
    expression: Expression | None = None
    pieces: tuple["Piece", ...] = ()


@dataclass(frozen=True)
class Template:
    """A text, some of it filled in from the answers and the case."""

    source: str
    pieces: tuple[Piece, ...]

    @cached_property
    def is_static(self) -> bool:
        """Say whether the text is the same whatever the answers."""
        return all(piece.kind == "text" for piece in self.pieces)

    def render(self, names: Names, *, encode: Encode = str) -> str:
        """Return the text with its places filled; `encode` makes each value safe for where the text is shown."""
        if self.is_static:
            return self.source
        return "".join(_limited(_parts(self.pieces, names, encode)))

    def expressions(self) -> Iterator[Expression]:
        """Return every expression in the text."""
        yield from _expressions(self.pieces)


EMPTY = Template("", ())


def literal(text: str) -> Template:
    """Return a text in which nothing is filled in, whatever marks it has."""
    return Template(text, (Piece("text", text),) if text else ())


def read(text: str, *, place: str) -> Template:
    """Return the template in `text`; raise `ExpressionError` when a place in it cannot be read."""
    if is_expression(text):
        return Template(text, (Piece("value", expression=compile_text(text, place=place)),))
    if "{{" not in text:
        return Template(text, (Piece("text", text),) if text else ())
    return Template(text, _Reader(text, place).read())


class _Reader:
    """Reads one template from left to right, keeping the blocks that are still open."""

    def __init__(self, text: str, place: str) -> None:
        self.text, self.place = text, place
        self.open: list[tuple[str, Expression | None, list[Piece]]] = [("", None, [])]

    def read(self) -> tuple[Piece, ...]:
        at = 0
        for tag in _TAG.finditer(self.text):
            self._keep_text(self.text[at : tag.start()])
            self._take(tag[1].strip())
            at = tag.end()
        self._keep_text(self.text[at:])
        if len(self.open) > 1:
            raise ExpressionError(f"{{{{#{self.open[-1][0]}}}}} is never closed.", remedy="Add the closing mark.")
        return tuple(self.open[0][2])

    def _keep_text(self, text: str) -> None:
        if text:
            self.open[-1][2].append(Piece("text", text))

    def _take(self, mark: str) -> None:
        word, _, rest = mark.partition(" ")
        if word in ("#if", "#loop"):
            self._open(word[1:], rest)
        elif word in ("/if", "/loop"):
            self._close(word[1:])
        else:
            self.open[-1][2].append(Piece("value", expression=self._expression(mark.removeprefix("@"))))

    def _open(self, kind: str, rest: str) -> None:
        if len(self.open) > DEEPEST:
            raise ExpressionError(f"Blocks are nested more than {DEEPEST} deep.", remedy="Take some of them out.")
        self.open.append((kind, self._expression(rest), []))

    def _close(self, kind: str) -> None:
        if self.open[-1][0] != kind:
            raise ExpressionError(f"{{{{/{kind}}}}} closes nothing.", remedy="Take it out or open the block first.")
        _, expression, pieces = self.open.pop()
        self.open[-1][2].append(Piece(kind, expression=expression, pieces=tuple(pieces)))

    def _expression(self, text: str) -> Expression:
        if not text.strip():
            raise ExpressionError("Nothing stands between the braces.", remedy="Write the name of a field there.")
        return compile_text(text, place=self.place)


def _parts(pieces: tuple[Piece, ...], names: Names, encode: Encode) -> Iterator[str]:
    for piece in pieces:
        value = piece.expression.evaluate(names) if piece.expression else None
        if piece.kind == "text":
            yield piece.text
        elif piece.kind == "value":
            yield encode(shown(value))
        elif piece.kind == "if" and value is True:
            yield from _parts(piece.pieces, names, encode)
        elif piece.kind == "loop" and isinstance(value, list):
            for item in value[:MOST_TURNS]:
                yield ""  # a turn counts against the limit even when it prints nothing
                yield from _parts(piece.pieces, _within(item, names), encode)


def _within(item: object, names: Names) -> Names:
    inner = {"this": item, "_this_": item, "parent": names, "_parent_": names}
    own = dict(item) if isinstance(item, Mapping) else {}
    return names.within(own).within(inner)


def _limited(parts: Iterator[str]) -> Iterator[str]:
    length = 0
    for number, part in enumerate(parts):
        length += len(part)
        if length > LONGEST or number > MOST_PARTS:
            yield "…"
            return
        yield part


def _expressions(pieces: tuple[Piece, ...]) -> Iterator[Expression]:
    for piece in pieces:
        if piece.expression:
            yield piece.expression
        yield from _expressions(piece.pieces)
