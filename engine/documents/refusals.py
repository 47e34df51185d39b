"""Why a template or a letter was refused, with the place in it."""

from dataclasses import dataclass

from engine.errors import Invalid, TemplateError


class LetterRefused(TemplateError):
    """The letter could not be merged."""

    def __init__(
        self, message: str, *, remedy: str, field: str = "", paragraph: str = "", code: str = "template"
    ) -> None:
        """Keep `field` (dotted path) and `paragraph` (its text) where they are known; `code` is for programs."""
        super().__init__(message, remedy=remedy)
        self.field = field
        self.paragraph = paragraph
        self.code = code

    def as_data(self) -> dict[str, str]:
        """Return what crosses the pipe."""
        return {
            "message": self.message,
            "remedy": self.remedy,
            "field": self.field,
            "paragraph": self.paragraph,
            "code": self.code,
        }


class PackageRefused(Exception):
    """A file is not what it should be; `reason` ends the sentence "… was refused because it"."""

    def __init__(self, reason: str, *, remedy: str, code: str) -> None:
        """Keep the reason, what to do about it, and a word for programs."""
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy
        self.code = code


@dataclass(frozen=True, slots=True)
class Held:
    """A refused file whose bytes are in the quarantine; `name` is as its sender gave it."""

    name: str
    sha256: str
    size: int


class UploadRefused(Invalid):
    """This file may not be kept."""

    held: Held | None = None

    def __init__(self, message: str, *, remedy: str, code: str) -> None:
        """Keep `code`, a word for programs: macro, external, too_large, polyglot, encrypted, …"""
        super().__init__(message, remedy=remedy)
        self.code = code
