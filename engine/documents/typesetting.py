"""Sheets of our own in a PDF: words set in lines, with ReportLab; runs in the limited child only.

A font of the machine is used where one of a few is there, since the fonts that every PDF reader has know no letter
outside Western Europe. Signs that the font lacks are written without their accents, or as "?".
"""

import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

A4 = (595.28, 841.89)  # points
MARGIN = 56.0
INK, MUTED, BRAND, RULE = (0.09, 0.14, 0.17), (0.3, 0.36, 0.4), (0.05, 0.345, 0.41), (0.76, 0.8, 0.82)
LEADING = 1.35  # of the size of the letters
MOST_LINES = 20_000  # of one text

PLACES = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts", r"C:\Windows\Fonts")
PAIRS = (
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("Carlito-Regular.ttf", "Carlito-Bold.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
    ("arial.ttf", "arialbd.ttf"),
)
PLAIN, STRONG = "Helvetica", "Helvetica-Bold"
_fonts = {PLAIN: PLAIN, STRONG: STRONG}


def load_fonts() -> None:
    """Read the first pair of fonts that is on this machine; what is not there is done without."""
    files = {path.name: path for place in PLACES for path in Path(place).rglob("*.ttf")}
    for plain, strong in PAIRS:
        if plain in files and strong in files:
            try:
                for name, file in ((PLAIN, plain), (STRONG, strong)):
                    font = TTFont(f"Casewright {name}", io.BytesIO(files[file].read_bytes()))
                    pdfmetrics.registerFont(font)
                    _fonts[name] = font.fontName
            except (TTFError, OSError):
                continue
            return


def is_known(sign: str) -> bool:
    """Say whether the font has a sign."""
    face = pdfmetrics.getFont(_fonts[PLAIN]).face
    if hasattr(face, "charToGlyph"):
        return ord(sign) in face.charToGlyph
    try:
        sign.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def shown(text: str) -> str:
    """Return a text in signs that the font has."""
    return "".join(sign if sign == "\n" or is_known(sign) else _instead(sign) for sign in text.replace("\t", "    "))


def _instead(sign: str) -> str:
    if unicodedata.category(sign)[0] in "CM" or sign in "\u2028\u2029":
        return ""
    plain = {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "ı": "i", "\u2011": "-"}.get(sign, "")
    plain = plain or unicodedata.normalize("NFKD", sign)[0]
    return plain if is_known(plain) else "?"


def width_of(text: str, size: float, font: str = PLAIN) -> float:
    """Return the width of a line in points."""
    return float(pdfmetrics.stringWidth(text, _fonts[font], size))


def wrapped(text: str, size: float, width: float, font: str = PLAIN) -> Iterator[str]:
    """Yield the lines of a text that are no wider than `width`; a word that is wider is cut."""
    for paragraph in shown(text).split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if width_of(longer, size, font) <= width:
                line = longer
                continue
            if line:
                yield line
            line = word
            while width_of(line, size, font) > width:
                most = _fitting(line, size, width, font)
                yield line[:most]
                line = line[most:]
        yield line


def _fitting(word: str, size: float, width: float, font: str) -> int:
    """Return how many signs of a word fit, at least one."""
    least, most = 1, len(word)
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if width_of(word[:middle], size, font) <= width else (least, middle - 1)
    return least


class Sheets:
    """Sheets of A4 that are written on from the top; a new one begins when one is full."""

    def __init__(self, title: str) -> None:
        self.file = io.BytesIO()
        self.canvas = Canvas(self.file, pagesize=A4, invariant=1, pageCompression=1)
        self.canvas.setTitle(title)
        self.number = 0  # of the sheet that is written on, from 0
        self.y = A4[1] - MARGIN

    def room(self, needed: float) -> None:
        """Begin a new sheet unless so many points are left above the foot."""
        if self.y - needed < MARGIN + 20:
            self.turn()

    def turn(self) -> None:
        """Begin a new sheet."""
        self.canvas.showPage()
        self.number += 1
        self.y = A4[1] - MARGIN

    def write(
        self,
        text: str,
        size: float = 10.5,
        font: str = PLAIN,
        *,
        colour: tuple[float, float, float] = INK,
        left: float = MARGIN,
        width: float = A4[0] - 2 * MARGIN,
        after: float = 4,
    ) -> None:
        """Write a text below what is there, in as many lines as it needs."""
        for number, line in enumerate(wrapped(text, size, width, font)):
            if number >= MOST_LINES:
                return
            self.room(size * LEADING)
            self.y -= size * LEADING
            self.put(line, left, self.y, size, font, colour=colour)
        self.y -= after

    def put(
        self,
        line: str,
        left: float,
        bottom: float,
        size: float,
        font: str = PLAIN,
        *,
        colour: tuple[float, float, float] = INK,
        to_right: bool = False,
    ) -> None:
        """Write one line at a place of this sheet; `to_right` ends it there."""
        self.canvas.setFillColorRGB(*colour)
        self.canvas.setFont(_fonts[font], size)
        (self.canvas.drawRightString if to_right else self.canvas.drawString)(left, bottom, shown(line))

    def rule(self, colour: tuple[float, float, float] = RULE, thickness: float = 0.7, after: float = 8) -> None:
        """Draw a line across."""
        self.y -= 4
        self.canvas.setStrokeColorRGB(*colour)
        self.canvas.setLineWidth(thickness)
        self.canvas.line(MARGIN, self.y, A4[0] - MARGIN, self.y)
        self.y -= after

    def picture(self, jpeg: bytes, size: tuple[int, int], caption: str) -> None:
        """Put a picture on the sheet, as large as it can be, with its caption below."""
        across, down = A4[0] - 2 * MARGIN, A4[1] - 2 * MARGIN - 40
        scale = min(across / size[0], down / size[1])
        width, height = size[0] * scale, size[1] * scale
        self.canvas.drawImage(ImageReader(io.BytesIO(jpeg)), (A4[0] - width) / 2, self.y - height, width, height)
        self.y -= height + 6
        self.write(caption, 9, colour=MUTED)

    def done(self) -> bytes:
        """Return the sheets as PDF."""
        self.canvas.save()
        return self.file.getvalue()
