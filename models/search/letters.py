"""Letters as search compares them: without accents and case, in Python and as SQL that gives the same.

"Łukasz" is found as "lukasz", "O'Brien" as "o brien" and as "obrien", "Smith-Jones" as "smith jones" or "smithjones".
"""

import re
import unicodedata

# Letters that Unicode does not take apart into a letter and an accent.
SINGLE = {"ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ħ": "h", "Ħ": "h", "ı": "i"}
DOUBLE = {"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th"}
INNER = "'’‘ʼ`-‐‑–"  # apostrophes and hyphens: a name is found with and without them
HYPHEN = "-"
MARKS = ' !"#$%&()*+,./:;<=>?@[\\]^_{|}~£€¥§©®°·•…“”„«»—¬¡¿×÷\t\n\r\f\v\u00a0\u200b'
_RANGES = ((0xC0, 0x250), (0x1E00, 0x1F00))  # the letters of the Latin alphabets that carry an accent, and others
_ACCENTED = "".join(f"{chr(first)}-{chr(end - 1)}" for first, end in _RANGES)
_WORD = re.compile(r"[^\W_]+")
_SPECIAL = str.maketrans(SINGLE | DOUBLE)


def fold(text: str) -> str:
    """Return the text in small letters without accents; what is no letter or digit stays as it is."""
    apart = unicodedata.normalize("NFKD", text.translate(_SPECIAL))
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).lower()


def words(text: str) -> list[str]:
    """Return the words of a text, folded, in their order."""
    return _WORD.findall(fold(text))


def sqlite_words(value: str) -> str:
    """Return SQL for the text, followed by itself with the letters plain that SQLite's tokenizer leaves as they are."""
    return f"{value} || {_sqlite_replaced(value, SINGLE | DOUBLE)}"


def sqlite_name(value: str) -> str:
    """Return SQL for the same, followed by the text without apostrophes and hyphens."""
    return f"{sqlite_words(value)} || {_sqlite_replaced(value, dict.fromkeys(INNER, ''))}"


def _sqlite_replaced(value: str, replaced: dict[str, str]) -> str:
    """Return SQL for the text with letters replaced, after a space; for nothing where it has none of them."""
    result = value
    for letter, other in replaced.items():
        result = f"replace({result}, {_quoted(letter)}, {_quoted(other)})"
    any_of = _quoted(f"*[{''.join(sorted(replaced, key=HYPHEN.__eq__))}]*")  # a hyphen elsewhere would be a range
    return f"CASE WHEN {value} GLOB {any_of} THEN ' ' || {result} ELSE '' END"


def postgresql_functions() -> tuple[str, str]:
    """Return the statements that create `search_plain` and `search_name`: folded text, its marks made spaces.

    Text without accents, which most is, is spared the long way: a long letter takes that fifty milliseconds. Their
    costs, of a hundred words and of a name, have the planner read no more rows than it must. Neither calls the other:
    PostgreSQL 17 looks for functions in its own schema alone while it keeps an index.
    """
    letters, plain = _accented()
    marks = _quoted(MARKS + INNER)
    spaced = f"translate(value, {marks}, {_quoted(' ' * len(MARKS + INNER))})"
    folded = f"translate({spaced}, {_quoted(letters)}, {_quoted(plain)})"
    for letter, double in DOUBLE.items():
        folded = f"replace({folded}, '{letter}', '{double}')"
    is_plain = f"octet_length(value) = length(value) OR value !~ '[{_ACCENTED}]'"
    body = f"IF {is_plain} THEN RETURN lower({spaced}); END IF; RETURN lower({folded}); END"
    joined = f"IF translate(value, {_quoted(INNER)}, '') <> value THEN "
    joined += f"value := value || ' ' || translate(value, {_quoted(INNER)}, ''); END IF;"
    head = "(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST"
    create = "CREATE OR REPLACE FUNCTION"
    return (
        f"{create} search_plain{head} 100000 AS $$ BEGIN {body} $$",
        f"{create} search_name{head} 2000 AS $$ BEGIN {joined} {body} $$",
    )


def _accented() -> tuple[str, str]:
    """Return the letters of the Latin alphabets that carry an accent, and for each the plain small letter."""
    folded = {letter: fold(letter) for each in _RANGES for letter in map(chr, range(*each))}
    pairs = {letter: to for letter, to in folded.items() if len(to) == 1 and to.isascii() and to.isalpha()}
    return "".join(pairs), "".join(pairs.values())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
