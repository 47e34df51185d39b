"""Regular expressions of FEEL, which are those of XPath (DMN 1.5, 10.3.4.3), on RE2, which cannot run away.

RE2 has no back-references (`\\1` in a pattern): such a pattern gives null, with a warning that says so.
"""

import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import re2

from engine.feel.bounds import MAX_TEXT, grow
from engine.feel.charclasses import BLOCKS, NAME_CHARACTERS, NAME_START, subtracted
from engine.feel.faults import FeelError, Null

MAX_PATTERN = 2_000
MAX_MATCHES = 5_000
MAX_MEMORY = 8 << 20
_META = frozenset("\\|.?*+(){}$-[]^")
_SPACE = frozenset(" \t\n\r")


@lru_cache(maxsize=1024)
def compiled(pattern: str, flags: str) -> "re2._Regexp":
    """Return the RE2 of an XPath pattern and its flags (any of s, m, i, x, q); raise Null when it is none.

    It matches UTF-8 bytes: on texts the library counts characters anew for every match.
    """
    if len(pattern) > MAX_PATTERN:
        raise Null(f"the pattern is longer than {MAX_PATTERN:,} characters.")
    if set(flags) - set("smixq"):
        raise Null(f"`{flags}` holds a flag that is none of s, m, i, x and q.")
    options = re2.Options()
    options.log_errors, options.max_mem = False, MAX_MEMORY
    options.case_sensitive = "i" not in flags
    try:
        return re2.compile(_translated(pattern, flags).encode(), options=options)
    except re2.error as error:
        raise Null(f"`{pattern}` is not a regular expression that can be used here.") from error


def _translated(pattern: str, flags: str) -> str:
    if "q" in flags:
        return str(re2.escape(pattern))
    if "x" in flags:
        pattern = _without_space(pattern)
    modes = "".join(flag for flag in "sm" if flag in flags)
    body = Translation(pattern, dot_all="s" in flags).whole()
    return f"(?{modes}:{body})" if modes else body


def _without_space(pattern: str) -> str:
    kept, depth = [], 0
    for place, character in enumerate(pattern):
        escaped = place > 0 and pattern[place - 1] == "\\"
        depth += ((character == "[") - (character == "]")) * (not escaped)
        if depth > 0 or character not in _SPACE:
            kept.append(character)
    return "".join(kept)


@dataclass(slots=True)
class Translation:
    """Reads an XPath pattern from left to right and writes it as RE2 does."""

    pattern: str
    dot_all: bool
    place: int = 0

    def whole(self) -> str:
        """Return the whole pattern."""
        return "".join(self._pieces())

    def _pieces(self) -> Iterator[str]:
        while self.place < len(self.pattern):
            character = self.pattern[self.place]
            if character == "\\":
                yield self.escape()
            elif character == "[":
                yield self.character_class()
            elif character == "." and not self.dot_all:
                self.place += 1
                yield r"[^\n\r]"
            else:
                self._refuse_extensions(character)
                self.place += 1
                yield character

    def _refuse_extensions(self, character: str) -> None:
        following = self.pattern[self.place + 1 : self.place + 3]
        if character == "(" and following[:1] == "?" and following != "?:":
            raise Null("`(?` is only known here as `(?:`.")

    def escape(self) -> str:
        """Return what the escape at this place stands for."""
        letter = self.pattern[self.place + 1 : self.place + 2]
        self.place += 2
        if letter in "pP" and letter:
            return self.category(letter)
        if letter in _ESCAPES and letter:
            return _ESCAPES[letter]
        if letter in _META and letter:
            return "\\" + letter
        if letter in string.digits and letter:
            raise Null("back-references such as `\\1` are not supported in a pattern.")
        raise Null(f"`\\{letter}` means nothing in a regular expression.")

    def category(self, letter: str) -> str:
        """Return the class of a Unicode category or block, such as \\p{Lu} or \\p{IsGreek}."""
        end = self.pattern.find("}", self.place)
        name = self.pattern[self.place + 1 : end]
        if end < 0 or self.pattern[self.place : self.place + 1] != "{":
            raise Null("a category is written `\\p{Lu}`.")
        self.place = end + 1
        if not name.startswith("Is"):
            return f"\\{letter}{{{name}}}"
        if name[2:] not in BLOCKS:
            raise Null(f"there is no Unicode block `{name[2:]}` known here.")
        first, last = BLOCKS[name[2:]]
        return f"[{'^' if letter == 'P' else ''}\\x{{{first:x}}}-\\x{{{last:x}}}]"

    def character_class(self) -> str:
        """Return a class in brackets; XPath's `[a-z-[aeiou]]` takes the inner class away."""
        self.place += 1
        negated = self.pattern[self.place : self.place + 1] == "^"
        self.place += negated
        parts: list[str] = []
        while (character := self.pattern[self.place : self.place + 1]) != "]" or not parts:
            if character in ("", "[", "]"):
                raise Null("a `[` of the pattern is not closed, or stands within another.")
            if character == "-" and self.pattern[self.place + 1 : self.place + 2] == "[":
                return self._subtraction("".join(parts), negated)
            parts.append(self._class_part(character))
        self.place += 1
        return f"[{'^' if negated else ''}{''.join(parts)}]"

    def _class_part(self, character: str) -> str:
        if character == "\\":
            escaped = self.escape()
            return escaped[1:-1] if escaped[0] == "[" and escaped[1] != "^" else escaped
        self.place += 1
        return "\\^" if character == "^" else character

    def _subtraction(self, parts: str, negated: bool) -> str:
        self.place += 1
        inner = self.character_class()
        if self.pattern[self.place : self.place + 1] != "]":
            raise Null("a class that takes another away ends after it.")
        self.place += 1
        return subtracted(f"[{'^' if negated else ''}{parts}]", inner)


_ESCAPES = {
    "n": r"\n", "r": r"\r", "t": r"\t", "d": r"\p{Nd}", "D": r"\P{Nd}", "s": r"[ \t\n\r]", "S": r"[^ \t\n\r]",
    "w": r"[^\pP\pZ\pC]", "W": r"[\pP\pZ\pC]",
    "i": f"[{NAME_START}]", "I": f"[^{NAME_START}]", "c": f"[{NAME_CHARACTERS}]", "C": f"[^{NAME_CHARACTERS}]",
}  # fmt: skip


def expanded(replacement: str, groups: int) -> list[str | int]:
    """Return a replacement as texts and group numbers; raise Null for a `$` or `\\` that stands for nothing."""
    parts: list[str | int] = []
    place = 0
    while place < len(replacement):
        character = replacement[place]
        following = replacement[place + 1 : place + 2]
        if character == "\\":
            if following not in ("\\", "$"):
                raise Null("in a replacement, `\\` stands before `\\` or `$` only.")
            parts.append(following)
            place += 2
        elif character == "$":
            number, place = _group_number(replacement, place + 1, groups)
            parts.append(number)
        else:
            parts.append(character)
            place += 1
    return parts


def _group_number(replacement: str, place: int, groups: int) -> tuple[int, int]:
    """Read as many digits as still make a group that exists."""
    digits = replacement[place : place + 1]
    if not digits or digits not in string.digits:
        raise Null("in a replacement, `$` stands before the number of a group.")
    place += 1
    while replacement[place : place + 1] in string.digits and replacement[place : place + 1]:
        if int(digits + replacement[place]) > groups:
            break
        digits += replacement[place]
        place += 1
    return int(digits), place


def replaced(text: str, pattern: str, replacement: str, flags: str) -> str:
    """Return `text` with every match replaced; raise Null when the pattern matches nothing at all (err:FORX0003)."""
    expression = _consuming(pattern, flags)
    parts: list[str | int] = [replacement] if "q" in flags else expanded(replacement, expression.groups)
    written = [part.encode() if isinstance(part, str) else part for part in parts]
    data, result, last, size = text.encode(), [], 0, 0
    for match in _counted(expression, data):
        piece = b"".join(part if isinstance(part, bytes) else _group(match, part) for part in written)
        result += [data[last : match.start()], piece]
        last, size = match.end(), size + len(piece)
        if size > 4 * MAX_TEXT:  # bytes
            grow(size)
    made = b"".join((*result, data[last:])).decode()
    grow(len(made))
    return made


def parts_between(text: str, pattern: str) -> list[str]:
    """Return the parts of `text` between the matches of a pattern that matches something."""
    data, parts, last = text.encode(), [], 0
    for match in _counted(_consuming(pattern, ""), data):
        parts.append(data[last : match.start()].decode())
        last = match.end()
    return [*parts, data[last:].decode()]


def found(text: str, pattern: str, flags: str) -> bool:
    """Return whether a pattern matches anywhere in `text`."""
    return compiled(pattern, flags).search(text.encode()) is not None


def all_matches(text: str, pattern: str) -> list[str]:
    """Return the parts of `text` that a pattern matches."""
    return [match.group().decode() for match in _counted(compiled(pattern, ""), text.encode())]


def _counted(expression: "re2._Regexp", data: bytes) -> Iterator["re2._Match"]:
    """Yield the matches in `data`, up to a limit: each costs the library ten microseconds or more."""
    for number, match in enumerate(expression.finditer(data)):
        if number >= MAX_MATCHES:
            raise FeelError(f"A regular expression matches more than {MAX_MATCHES:,} times.")
        yield match


def _consuming(pattern: str, flags: str) -> "re2._Regexp":
    expression = compiled(pattern, flags)
    if expression.fullmatch(b"") is not None:
        raise Null("the pattern matches the empty text.")
    return expression


def _group(match: "re2._Match", number: int) -> bytes:
    return (match.group(number) or b"") if number <= match.re.groups else b""
