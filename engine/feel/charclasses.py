"""Sets of characters that XPath's regular expressions know and RE2 does not: blocks, name characters, subtraction."""

from functools import lru_cache

import re2

from engine.feel.faults import Null

NAME_START = (
    r":A-Z_a-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}\x{200C}-\x{200D}"
    r"\x{2070}-\x{218F}\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}"
)
NAME_CHARACTERS = NAME_START + r"\-.0-9\x{B7}\x{300}-\x{36F}\x{203F}-\x{2040}"

# Unicode blocks by the names that XML Schema gives them: those of European scripts and of signs.
BLOCKS = {
    "BasicLatin": (0x00, 0x7F), "Latin-1Supplement": (0x80, 0xFF), "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F), "IPAExtensions": (0x250, 0x2AF), "SpacingModifierLetters": (0x2B0, 0x2FF),
    "CombiningDiacriticalMarks": (0x300, 0x36F), "Greek": (0x370, 0x3FF), "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF), "Armenian": (0x530, 0x58F), "Hebrew": (0x590, 0x5FF), "Arabic": (0x600, 0x6FF),
    "Devanagari": (0x900, 0x97F), "Bengali": (0x980, 0x9FF), "Gurmukhi": (0xA00, 0xA7F), "Tamil": (0xB80, 0xBFF),
    "Thai": (0xE00, 0xE7F), "Georgian": (0x10A0, 0x10FF), "HangulJamo": (0x1100, 0x11FF),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF), "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F), "SuperscriptsandSubscripts": (0x2070, 0x209F),
    "CurrencySymbols": (0x20A0, 0x20CF), "LetterlikeSymbols": (0x2100, 0x214F), "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF), "MathematicalOperators": (0x2200, 0x22FF), "MiscellaneousTechnical": (0x2300, 0x23FF),
    "BoxDrawing": (0x2500, 0x257F), "BlockElements": (0x2580, 0x259F), "GeometricShapes": (0x25A0, 0x25FF),
    "MiscellaneousSymbols": (0x2600, 0x26FF), "Dingbats": (0x2700, 0x27BF), "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF), "CJKUnifiedIdeographs": (0x4E00, 0x9FFF), "HangulSyllables": (0xAC00, 0xD7A3),
}  # fmt: skip
_LAST = 0x2FFFF  # beyond the ideographs there is only private use


@lru_cache(maxsize=128)
def subtracted(outer: str, inner: str) -> str:
    """Return the class of the characters of `outer` that are not in `inner`, both written for RE2."""
    try:
        keep, drop = re2.compile(outer), re2.compile(inner)
    except re2.error as error:
        raise Null("a class of the pattern cannot be read.") from error
    text = _every_character()
    ranges = [(match.start(), match.end()) for match in re2.finditer(f"(?:{keep.pattern})+", text)]
    pieces = []
    for start, end in ranges:
        pieces += [(text[start:end][a], text[start:end][b - 1]) for a, b in _gaps(text[start:end], drop.pattern)]
    return (
        "[" + "".join(f"\\x{{{ord(first):x}}}-\\x{{{ord(last):x}}}" for first, last in pieces) + "]"
        if pieces
        else r"[^\x00-\x{10FFFF}]"
    )


def _gaps(text: str, pattern: str) -> list[tuple[int, int]]:
    gaps, last = [], 0
    for match in re2.finditer(f"(?:{pattern})+", text):
        if match.start() > last:
            gaps.append((last, match.start()))
        last = match.end()
    return [*gaps, (last, len(text))] if last < len(text) else gaps


@lru_cache(maxsize=1)
def _every_character() -> str:
    return "".join(chr(code) for code in range(_LAST + 1) if not 0xD800 <= code < 0xE000)
