"""Cuts a FEEL text into tokens (DMN 1.5, section 10.3.1)."""

import re
from dataclasses import dataclass
from decimal import Decimal, DecimalException

from engine.feel.faults import FeelError
from engine.feel.values import ARITHMETIC

MAX_LENGTH = 20_000
MAX_DIGITS = 400

KEYWORDS = frozenset(
    "and or in between if then else for return some every satisfies instance function external true false null".split()
)

_NAME_START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME_PART = _NAME_START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_TOKEN = re.compile(
    rf"""
    (?P<space>[\s\u0085\u180e\u200b\ufeff]+|//[^\n]*|/\*.*?\*/)
  | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?![{_NAME_PART}]))
  | (?P<name>[{_NAME_START}][{_NAME_PART}]*|\d+[{_NAME_PART}]+)
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<symbol>\.\.|\*\*|<=|>=|!=|->|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL
)
_SIMPLE_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `kind` is name, keyword, number, string, symbol or end; `value` is the literal's value."""

    kind: str
    text: str
    at: int
    end: int
    value: object = None


def tokens(text: str) -> list[Token]:
    """Return the tokens of `text`, closed by one of kind `end`; raise FeelError for what no token can be."""
    if len(text) > MAX_LENGTH:
        raise FeelError(f"The expression has {len(text):,} characters; the limit is {MAX_LENGTH:,}.")
    found = [_token(match, text) for match in _TOKEN.finditer(text) if match.lastgroup != "space"]
    found.append(Token("end", "", len(text), len(text)))
    return found


def _token(match: re.Match[str], text: str) -> Token:
    kind, word, at, end = str(match.lastgroup), match.group(), match.start(), match.end()
    if kind == "name" and word in KEYWORDS:
        return Token("keyword", word, at, end)
    if kind == "number":
        return Token(kind, word, at, end, _number(word, text, at))
    if kind == "string":
        return Token(kind, word, at, end, unescape(word[1:-1]))
    if word == '"':
        raise FeelError('A text begins here with " but does not end: put " after it.', text=text, at=at)
    return Token(kind, word, at, end)


def _number(word: str, text: str, at: int) -> Decimal:
    if len(word) > MAX_DIGITS:
        raise FeelError(f"This number has {len(word)} digits; the limit is {MAX_DIGITS}.", text=text, at=at)
    try:
        return ARITHMETIC.create_decimal(word)
    except DecimalException as error:
        raise FeelError("This number is too large.", text=text, at=at) from error


def unescape(body: str) -> str:
    """Return the characters that a string literal's `body` stands for; an unknown escape stays as written."""
    return _ESCAPE.sub(_unescape_one, body) if "\\" in body else body


def _unescape_one(match: re.Match[str]) -> str:
    escape = match.group()
    if len(escape) == 12:
        return (chr(int(escape[2:6], 16)) + chr(int(escape[8:], 16))).encode("utf-16", "surrogatepass").decode("utf-16")
    if len(escape) > 2:
        code = int(escape[2:], 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else escape
    return _SIMPLE_ESCAPES.get(escape[1], escape)
