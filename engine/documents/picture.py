"""A picture among the data of a letter: an officer's signature, a QR code, a photograph."""

import re
from dataclasses import dataclass

# What is read for a letter only where a tag of its template names it.
PHOTOGRAPHS, SIGNATURE = "photographs", "signature"
_TAG = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)
_NAMED = re.compile(rf"\b(?:{PHOTOGRAPHS}|{SIGNATURE})\b")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, no larger than so many millimetres; without a name and content it is none, and prints nothing.

    Its content, JPEG or PNG, goes to the limited child beside the data, under its name.
    """

    name: str = ""
    height: float = 90
    width: float | None = None  # as wide as the text or cell in which it stands
    words: str = ""  # what it shows, for those who have it read out
    content: bytes = b""  # of one that is made while the letter is merged

    def __bool__(self) -> bool:
        return bool(self.name or self.content)

    def __str__(self) -> str:
        """Refuse to be a text: `upper`, `~` and what else asks for one."""
        raise TypeError("a picture stands by itself, in a tag with nothing but its name")

    def as_data(self) -> list[object]:
        """Return what crosses the pipe."""
        return [self.name, self.height, self.width, self.words]


NONE = Picture()


def asked(text: str) -> list[str]:
    """Return which pictures the tags in a text name."""
    return sorted({name for tag in _TAG.findall(text) for name in _NAMED.findall(tag)})
