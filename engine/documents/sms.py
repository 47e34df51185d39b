"""How long a text message is: characters, parts and alphabet as 3GPP TS 23.038 and 23.040 count them."""

import math
from typing import NamedTuple

# 3GPP TS 23.038, 6.2.1 and 6.2.1.1; what stands in the extension table takes two places.
GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
SINGLE = {"GSM-7": 160, "UCS-2": 70}  # places in a message of one part
PART = {"GSM-7": 153, "UCS-2": 67}  # in each of several: the header that joins them takes the rest
MOST_PARTS = 6  # what gateways take: 918 characters of GSM-7

# Signs that a word processor makes of plain ones; with one of them a message would hold less than half.
PLAIN = {
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "‑": "-", "−": "-", "…": "...",
    "•": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200b": "", "\u00ad": "", "\ufeff": "", "\t": " ",
}  # fmt: skip
_PLAINER = str.maketrans(PLAIN)


class Length(NamedTuple):
    """The length of a message: places taken in its alphabet, the parts that are paid for, and the alphabet."""

    characters: int
    segments: int
    alphabet: str


def sms_length(text: str) -> Length:
    """Return how long a message is; a sign of two places is never parted, so that a part may stay one short."""
    alphabet = "GSM-7" if all(sign in GSM_7 or sign in EXTENSION for sign in text) else "UCS-2"
    places = [_places(sign, alphabet) for sign in text]
    total = sum(places)
    return Length(total, 1 if total <= SINGLE[alphabet] else _parts(places, PART[alphabet])[0], alphabet)


def room(text: str) -> int:
    """Return how many more places a message takes before it needs another part."""
    length = sms_length(text)
    if length.segments == 1:
        return SINGLE[length.alphabet] - length.characters
    return PART[length.alphabet] - _parts([_places(sign, length.alphabet) for sign in text], PART[length.alphabet])[1]


def costly(text: str) -> list[str]:
    """Return the signs, each once, for which a message cannot be written in GSM-7."""
    return [sign for sign in dict.fromkeys(text) if sign not in GSM_7 and sign not in EXTENSION]


def plainer(text: str) -> str:
    """Return a text with typewriter's signs in the place of typographic ones, which cost more than they say."""
    return text.translate(_PLAINER)


def _places(sign: str, alphabet: str) -> int:
    if alphabet == "GSM-7":
        return 2 if sign in EXTENSION else 1
    return 2 if ord(sign) > 0xFFFF else 1  # a pair of surrogates


def _parts(places: list[int], most: int) -> tuple[int, int]:
    """Return how many parts there are, and how many places of the last are taken."""
    if 2 not in places:
        parts = math.ceil(len(places) / most)
        return parts, len(places) - (parts - 1) * most
    parts, taken = 1, 0
    for place in places:
        if taken + place > most:
            parts, taken = parts + 1, 0
        taken += place
    return parts, taken
