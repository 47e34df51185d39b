"""Letters and words of a PDF's pages with where they stand, as PDFium finds them; runs in the limited child only."""

import math
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from ctypes import byref, c_double, c_int
from dataclasses import dataclass
from typing import Any

import pypdfium2
from pypdfium2 import raw

MOST_CHARACTERS = 100_000  # of a page
BROKEN, SOFT_HYPHEN = "\x02\ufffe", "\u00ad"  # the first are what PDFium gives for a hyphen at the end of a line
HYPHENS, LINE_ENDS = f"-\u2010\u2011{BROKEN}{SOFT_HYPHEN}", "\r\n"
# Letters that Unicode does not take apart, and signs that are typed in several ways.
SAME = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "ł": "l", "ø": "o", "đ": "d", "ı": "i", "ħ": "h"}
STEPS = 1_000_000  # across a page and down it: PDFium tells places in whole numbers

Box = tuple[float, float, float, float]  # left, top, right, bottom, as parts of the page that is looked at


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on a page, from 1, that is struck out."""

    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Sign:
    """A letter and where it stands."""

    text: str
    box: Box | None  # none of what PDFium puts in between
    is_upright: bool = True  # or does its line run down the page


def found(document: pypdfium2.PdfDocument, phrases: Sequence[str]) -> Iterator[tuple[int, Mark]]:
    """Yield a mark for each place where a phrase stands as whole words, line by line, with the position of the phrase.

    Case and accents do not matter. A hyphen at the end of a line may be the word's own or not: both are looked for.
    """
    for number in range(1, len(document) + 1) if phrases else ():
        letters = list(signs(document, number))
        for which, hit in sorted(_hits(letters, phrases)):
            yield from ((which, Mark(number, box)) for box in _lines([letters[n] for n in hit]))


def _hits(letters: Sequence[Sign], phrases: Sequence[str]) -> set[tuple[int, tuple[int, ...]]]:
    """Return which phrases stand where: their position, and those of their letters."""
    found = set()
    for keeps_hyphens in (True, False):
        text, places = _plain(letters, keeps_hyphens=keeps_hyphens)
        for which, phrase in enumerate(phrases):
            wanted = plain_text(phrase, keeps_hyphens=keeps_hyphens)
            for start in starts(text, wanted) if wanted else ():
                found.add((which, tuple(sorted(set(places[start : start + len(wanted)])))))
    return found


def starts(text: str, phrase: str) -> Iterator[int]:
    """Yield where a phrase stands in a text with no letter or digit at either side."""
    start = text.find(phrase)
    while start >= 0:
        before, after = text[start - 1 : start] if start else "", text[start + len(phrase) : start + len(phrase) + 1]
        if not (before.isalnum() and phrase[0].isalnum()) and not (after.isalnum() and phrase[-1].isalnum()):
            yield start
        start = text.find(phrase, start + 1)


def _plain(letters: Sequence[Sign], *, keeps_hyphens: bool) -> tuple[str, list[int]]:
    """Return letters as they are compared, and of each the sign that it comes from."""
    text, is_joined = "", False
    places: list[int] = []
    for number, sign in enumerate(letters):
        if sign.text.isspace():
            if not is_joined and not text.endswith(" "):
                text, places = text + " ", [*places, number]
            continue
        is_joined = sign.text in BROKEN or (sign.text in HYPHENS and _ends_line(letters, number))
        plain = _plain_letters("-" if sign.text in BROKEN else sign.text, keeps_hyphens=keeps_hyphens)
        text += plain
        places += [number] * len(plain)
    return text, places


def _ends_line(letters: Sequence[Sign], number: int) -> bool:
    return number + 1 < len(letters) and letters[number + 1].text in LINE_ENDS


def plain_text(phrase: str, *, keeps_hyphens: bool = True) -> str:
    """Return a text as it is compared."""
    signs_of = (_plain_letters(sign, keeps_hyphens=keeps_hyphens) if not sign.isspace() else " " for sign in phrase)
    return " ".join("".join(signs_of).split())


def _plain_letters(sign: str, *, keeps_hyphens: bool) -> str:
    """Return a letter without case and accents, a ligature as its letters, dashes and quotes as plain ones."""
    if sign == SOFT_HYPHEN or (sign in HYPHENS and not keeps_hyphens):
        return ""
    plain = unicodedata.normalize("NFKD", SAME.get(sign, sign)).casefold()
    return "".join(SAME.get(one, one) for one in plain if not unicodedata.combining(one))


def _lines(letters: Sequence[Sign]) -> Iterator[Box]:
    """Join the boxes of letters that stand side by side, a little wider than they are."""
    joined: Sign | None = None
    for sign in letters:
        if sign.box is None:
            continue
        if joined is not None and joined.box is not None and _is_beside(joined, sign):
            joined = Sign("", _around(joined.box, sign.box), sign.is_upright)
            continue
        if joined is not None and joined.box is not None:
            yield _wider(joined.box)
        joined = sign
    if joined is not None and joined.box is not None:
        yield _wider(joined.box)


def _around(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _is_beside(one: Sign, other: Sign) -> bool:
    """Say whether two letters stand in one line, which runs across the page, or down it."""
    if one.box is None or other.box is None or one.is_upright != other.is_upright:
        return False
    along, over = (0, 1) if one.is_upright else (1, 0)
    middle, tall = (other.box[over] + other.box[over + 2]) / 2, other.box[over + 2] - other.box[over]
    is_near = other.box[along] <= one.box[along + 2] + 3 * tall and other.box[along + 2] >= one.box[along] - 3 * tall
    return one.box[over] <= middle <= one.box[over + 2] and is_near


def _wider(box: Box) -> Box:
    by = (box[3] - box[1]) * 0.12
    return max(0.0, box[0] - by / 2), max(0.0, box[1] - by), min(1.0, box[2] + by / 2), min(1.0, box[3] + by)


def signs(document: pypdfium2.PdfDocument, number: int) -> Iterator[Sign]:
    """Yield the letters of a page in their order, with where they stand on the page as it is looked at."""
    with closing(document[number - 1]) as page, closing(page.get_textpage()) as text:
        for index in range(min(text.count_chars(), MOST_CHARACTERS)):
            code = raw.FPDFText_GetUnicode(text.raw, index)
            yield Sign(
                chr(code) if 0 < code < 0x110000 else " ", _place(page, text, index), _is_upright(page, text, index)
            )


def _is_upright(page: Any, text: Any, index: int) -> bool:
    turned = math.degrees(raw.FPDFText_GetCharAngle(text.raw, index)) + page.get_rotation()
    return not 45 < turned % 180 < 135


def _place(page: Any, text: Any, index: int) -> Box | None:
    if raw.FPDFText_IsGenerated(text.raw, index) == 1:
        return None
    tight, loose = _tight(text, index), raw.FS_RECTF()
    corners = [tight] if tight else []
    if raw.FPDFText_GetLooseCharBox(text.raw, index, byref(loose)):
        corners.append((loose.left, loose.bottom, loose.right, loose.top))
    points = [
        _on_page(page, x, y) for left, bottom, right, top in corners for x in (left, right) for y in (bottom, top)
    ]
    if not points:
        return None
    xs, ys = [x / STEPS for x, _ in points], [y / STEPS for _, y in points]
    box = (min(xs), min(ys), max(xs), max(ys))
    return box if box[2] > 0 and box[0] < 1 and box[3] > 0 and box[1] < 1 else None


def _tight(text: Any, index: int) -> tuple[float, float, float, float] | None:
    left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
    known = raw.FPDFText_GetCharBox(text.raw, index, byref(left), byref(right), byref(bottom), byref(top))
    return (left.value, bottom.value, right.value, top.value) if known else None


def _on_page(page: Any, x: float, y: float) -> tuple[int, int]:
    """Return where a point of a page's own space is on the page as it is looked at."""
    across, down = c_int(), c_int()
    raw.FPDF_PageToDevice(page.raw, 0, 0, STEPS, STEPS, 0, x, y, byref(across), byref(down))
    return across.value, down.value


def words(letters: Iterator[Sign], boxes: Sequence[Box]) -> Iterator[tuple[str, Box]]:
    """Yield the words of which nothing lies in one of the boxes."""
    text, word = "", Sign("", None)
    for sign in [*letters, Sign(" ", None)]:
        is_letter = sign.box is not None and not sign.text.isspace()
        if text and word.box and not (is_letter and _is_beside(word, sign)):
            if not any(_meet(word.box, box) for box in boxes):
                yield text, word.box
            text, word = "", Sign("", None)
        if is_letter and sign.box:
            text += "-" if sign.text in BROKEN else sign.text
            word = Sign("", _around(word.box, sign.box) if word.box else sign.box, sign.is_upright)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
