"""How many parts a text message is sent in: each is paid for."""

_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)  # of GSM 03.38
_EXTENDED = frozenset("^{}\\[~]|€\f")  # of its extension: each takes the place of two
ALONE, JOINED = (160, 153), (70, 67)  # in that alphabet, and in Unicode: (a single part, each of several)


def units(text: str) -> tuple[int, bool]:
    """Return how much room a text takes, and whether it fits the alphabet in which the most goes into a part."""
    if all(letter in _ALPHABET or letter in _EXTENDED for letter in text):
        return len(text) + sum(letter in _EXTENDED for letter in text), True
    return len(text.encode("utf-16-le")) // 2, False


def parts(text: str) -> int:
    """Return in how many parts a text message goes; none when it is empty."""
    length, is_plain = units(text)
    single, several = ALONE if is_plain else JOINED
    return (length > 0) + (0 if length <= single else -(-length // several) - 1)
