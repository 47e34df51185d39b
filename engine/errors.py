"""What the engine may refuse, as exceptions that carry a sentence and a remedy.

Only `webapp/errors.py` turns them into status codes; only it, the command line and the job runner catch them.
"""

from collections.abc import Mapping
from typing import Any


class EngineError(Exception):
    """The case platform could not do this."""

    members: Mapping[str, Any] = {}

    def __init__(self, message: str = "", *, remedy: str = "") -> None:
        """Keep `message` (what was expected, what was found) and `remedy` (what to do about it)."""
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        self.remedy = remedy
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class NotAllowed(EngineError):
    """You do not have the permission that this needs."""


class NotFound(EngineError):
    """There is nothing here, or nothing that you may see."""


class NotPossible(EngineError):
    """This cannot be done in the present state."""


class Unavailable(NotPossible):
    """Something that this needs cannot be used just now; later it may."""


class Invalid(EngineError):
    """What was given cannot be accepted."""

    def __init__(self, message: str = "", *, errors: Mapping[str, str] | None = None, remedy: str = "") -> None:
        """Keep `errors`: field path (`address.postcode`, `works[2].cost`) to the sentence about it."""
        super().__init__(message, remedy=remedy)
        self.errors = dict(errors or {})


class Conflict(EngineError):
    """Somebody else changed this first."""


class ExpressionError(EngineError):
    """An expression could not be read or evaluated."""


class RuleError(EngineError):
    """A rule could not be read or applied."""


class TemplateError(EngineError):
    """A document template could not be read or merged."""


class StepFailed(EngineError):
    """A step of the diagram failed; the case waits with an incident."""
