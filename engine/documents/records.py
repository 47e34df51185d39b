"""The data of a letter as its template sees it: groups and lists that know their paths, and fields without a value."""

from typing import Any

from jinja2.exceptions import UndefinedError
from jinja2.runtime import StrictUndefined
from jinja2.utils import missing


class FieldMissing(UndefinedError):
    """A field is needed that has no value; the message is its dotted path."""


class Absent(StrictUndefined):
    """A name that the case does not have. Whatever is done with it, except asking whether it is defined, raises."""

    __slots__ = ()

    def __init__(self, hint: str | None = None, obj: Any = missing, name: Any = None, exc: Any = None) -> None:
        """Keep `name`, the dotted path; Jinja gives a `hint` instead where no field is meant (an empty list)."""
        super().__init__(hint, obj, name, UndefinedError if hint else FieldMissing)

    @property
    def _undefined_message(self) -> str:
        return self._undefined_hint or str(self._undefined_name)


class Empty(Absent):
    """A field that the case has, without a value: false in a condition, equal only to nothing, an error in print."""

    __slots__ = ()

    def __bool__(self) -> bool:  # type: ignore[override]
        return False

    def __eq__(self, other: object) -> bool:  # type: ignore[override]
        return other is None or isinstance(other, Empty)

    def __ne__(self, other: object) -> bool:  # type: ignore[override]
        return not self == other

    __hash__ = object.__hash__  # type: ignore[assignment]


class Record(dict[str, Any]):
    """A group of fields that knows its own dotted path, and what it is in FEEL once that was asked."""

    __slots__ = ("as_feel", "path")

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.as_feel: dict[str, Any] | None = None


class Rows(list[Any]):
    """A list that knows its own dotted path, and what it is in FEEL once that was asked."""

    __slots__ = ("as_feel", "path")

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.as_feel: list[Any] | None = None
