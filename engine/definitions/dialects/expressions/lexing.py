"""Cuts texts of the languages that look like C (JUEL, Groovy, JavaScript, Java, MVEL) into tokens."""

import re
from dataclasses import dataclass
from decimal import Decimal

from engine.definitions.dialects.expressions.nodes import Unsure

LONGEST = 10_000  # characters
MOST_DIGITS = 100  # of a number

_TOKEN = re.compile(
    r"""
    (?P<newline>\n)
  | (?P<space>[ \t\r\f\v\u00a0]+|//[^\n]*|/\*.*?\*/)
  | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?[lLfFdDgG]?(?![\w$]))
  | (?P<name>[^\W\d][\w$]*|\$\w[\w$]*)
  | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<symbol>===|!==|==~|<=>|\?\.|\?:|&&|\|\||==|!=|<=|>=|=~|\+\+|--|\+=|-=|\*=|->|=>|\*\*|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `kind` is name, number, string, symbol, newline or end; `value` is the literal's value."""

    kind: str
    text: str
    value: str | Decimal | None = None


END = Token("end", "")


def tokens(text: str) -> list[Token]:
    """Return the tokens of `text`, closed by one of kind `end`; raise Unsure for what cannot be one."""
    if len(text) > LONGEST:
        raise Unsure(f"It has {len(text):,} characters; {LONGEST:,} are read.")
    found = []
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "space":
            found.append(_token(str(match.lastgroup), match.group()))
    return [*found, END]


def _token(kind: str, word: str) -> Token:
    if kind == "number":
        return Token(kind, word, _number(word.rstrip("lLfFdDgG")))
    if kind == "string":
        return Token(kind, word, re.sub(r"\\(u[0-9a-fA-F]{4}|.)", _unescaped, word[1:-1], flags=re.DOTALL))
    if word in "\"'":
        raise Unsure(f"A text begins with {word} and does not end.")
    return Token(kind, word)


def _number(word: str) -> Decimal:
    value = Decimal(word) if len(word) <= MOST_DIGITS else Decimal("Infinity")
    if not value.is_finite() or abs(value.adjusted()) > MOST_DIGITS:
        raise Unsure("It has a number that is too large.")
    return value


def _unescaped(match: re.Match[str]) -> str:
    escape = match.group(1)
    if len(escape) > 1:
        code = int(escape[1:], 16)
        if 0xD800 <= code < 0xE000:
            raise Unsure(f"“\\{escape}” is half a character.")
        return chr(code)
    return _ESCAPES.get(escape, escape)
