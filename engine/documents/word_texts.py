"""Plain words as a Word document, for scripts that are set from right to left or whose letters join."""

import io
import unicodedata

FIRST_SHAPED = 0x0590  # Hebrew, and most of what follows: Arabic, the scripts of India, of China


def needs_shaping(text: str) -> bool:
    """Say whether a text has letters that cannot be written one beside the other from left to right."""
    return any(ord(sign) >= FIRST_SHAPED and unicodedata.category(sign)[0] == "L" for sign in text)


def as_word(title: str, date: str, text: str) -> bytes:
    """Return a text as a Word document, a line a paragraph."""
    import docx  # here: it takes long to import

    document, file = docx.Document(), io.BytesIO()
    document.add_heading(_sound(title), 1)
    document.add_paragraph(_sound(date))
    for line in text.split("\n"):
        document.add_paragraph(_sound(line))
    document.save(file)
    return file.getvalue()


def _sound(line: str) -> str:
    """Take out what XML cannot hold."""
    return "".join(sign for sign in line if sign == "\t" or (unicodedata.category(sign) not in ("Cc", "Cs")))
