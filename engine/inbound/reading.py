"""What a text says by which somebody could be found: references, telephone numbers, postcodes, addresses, names."""

import re
from collections.abc import Iterator

from models.search.keys import key_of
from models.search.letters import words

LOOKED_THROUGH = 20_000  # characters
MOST_KEYS = 60
_REFERENCE = re.compile(r"(?<![\w@.-])([A-Za-z]{1,10}[-/ ]?\d{3,12}|\d{5,14})(?![\w@])")
_PHONE = re.compile(r"(?<![\w+])(?:\+44[\s(0)]*|0)(?:[\s()-]*\d){9,10}(?!\d)")
_POSTCODE = re.compile(r"(?<!\w)([A-Za-z]{1,2}\d[A-Za-z\d]?)\s{0,2}(\d[A-Za-z]{2})(?!\w)")
_ADDRESS = re.compile(r"(?<![\w.])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")


def keys_of(text: str) -> list[str]:
    """Return what could be a key in a text, in its order: the likeliest kinds first, each once."""
    text = text[:LOOKED_THROUGH]
    kinds = (_REFERENCE, _ADDRESS, _PHONE, _POSTCODE)
    found = (key for kind in kinds for key in _matches(kind, text))
    return list(dict.fromkeys(key_of(key) for key in found))[:MOST_KEYS]


def has_words(text: str, wanted: str) -> bool:
    """Say whether words stand in a text one after the other, whatever their case and accents."""
    asked = words(wanted)
    return bool(asked) and f" {' '.join(asked)} " in f" {' '.join(words(text[:LOOKED_THROUGH]))} "


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    return (found[0] for found in pattern.finditer(text))
