"""Reads the properties of one component, noting a fault for each that is not of its kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.errors import EngineError
from engine.forms.expressions import Expression, compile_text, is_expression
from engine.forms.faults import Faults
from engine.forms.templates import EMPTY, Template, read

LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Properties:
    """The JSON object of a component (or of a part of one), the place where it stands, and where faults are noted."""

    raw: Mapping[str, Any]
    place: str
    element: str
    faults: Faults

    def part(self, name: str) -> "Properties":
        """Return the object under `name`, empty when there is none."""
        found = self.raw.get(name)
        if found is not None and not isinstance(found, dict):
            self._bad(name, "an object")
        return Properties(found if isinstance(found, dict) else {}, f"{self.place}.{name}", self.element, self.faults)

    def text(self, name: str, default: str = "") -> str:
        """Return a text."""
        found = self.raw.get(name)
        if found is None:
            return default
        if not isinstance(found, str) or len(found) > LONGEST_TEXT:
            self._bad(name, f"a text of at most {LONGEST_TEXT:,} characters")
            return default
        return found

    def template(self, name: str) -> Template:
        """Return a text that may have `{{places}}` for values."""
        text = self.text(name)
        try:
            return read(text, place=f"{self.place}.{name}")
        except EngineError as error:
            self._bad_expression(name, text, error)
            return EMPTY

    def expression(self, name: str) -> Expression | None:
        """Return an expression, with or without a leading `=`; none when there is none."""
        text = self.text(name)
        if not text.strip():
            return None
        try:
            return compile_text(text, place=f"{self.place}.{name}")
        except EngineError as error:
            self._bad_expression(name, text, error)
            return None

    def flag(self, name: str, default: bool = False) -> bool:
        """Return true or false."""
        found = self.raw.get(name)
        if found is None:
            return default
        if not isinstance(found, bool):
            self._bad(name, "true or false")
            return default
        return found

    def flag_or_expression(self, name: str) -> bool | Expression:
        """Return true, false or the expression that says which."""
        if is_expression(self.raw.get(name)):
            return self.expression(name) or False
        return self.flag(name)

    def whole(self, name: str, *, least: int = 0, most: int = 1_000_000) -> int | None:
        """Return a whole number between `least` and `most`; a text of digits is read too."""
        found = _number(self.raw.get(name))
        if self.raw.get(name) in (None, ""):
            return None
        if found is None or found != int(found) or not least <= found <= most:
            self._bad(name, f"a whole number from {least} to {most:,}")
            return None
        return int(found)

    def whole_or_expression(self, name: str) -> int | Expression | None:
        """Return a whole number or the expression that works it out."""
        return self.expression(name) if is_expression(self.raw.get(name)) else self.whole(name)

    def number(self, name: str) -> Decimal | None:
        """Return a number; a text of digits is read too."""
        if self.raw.get(name) in (None, ""):
            return None
        found = _number(self.raw.get(name))
        if found is None:
            self._bad(name, "a number")
        return found

    def number_or_expression(self, name: str) -> Decimal | Expression | None:
        """Return a number or the expression that works it out."""
        return self.expression(name) if is_expression(self.raw.get(name)) else self.number(name)

    def items(self, name: str, *, most: int) -> list[Any]:
        """Return a list of at most `most` things, empty when there is none."""
        found = self.raw.get(name)
        if found is None:
            return []
        if not isinstance(found, list) or len(found) > most:
            self._bad(name, f"a list of at most {most:,}")
            return []
        return found

    def error(self, code: str, message: str, remedy: str, *, name: str = "") -> None:
        """Note a fault of this component."""
        self.faults.error(code, message, remedy, place=self._at(name), element=self.element)

    def warning(self, code: str, message: str, remedy: str, *, name: str = "") -> None:
        """Note a warning about this component."""
        self.faults.warning(code, message, remedy, place=self._at(name), element=self.element)

    def _at(self, name: str) -> str:
        return f"{self.place}.{name}" if name else self.place

    def _bad(self, name: str, expected: str) -> None:
        self.error("property-bad", f"“{name}” must be {expected}.", "Correct it in the form editor.", name=name)

    def _bad_expression(self, name: str, text: str, error: EngineError) -> None:
        message = f"The expression “{text[:120]}” cannot be read: {error.message}"
        self.error("expression", message, error.remedy or "Correct the expression.", name=name)


def _number(value: object) -> Decimal | None:
    """Return a JSON number, or a text that is one, as Decimal; none when it is neither or beyond all use."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)):
        return None
    try:
        found = Decimal(value.strip() if isinstance(value, str) else value)
    except ArithmeticError:
        return None
    return found if found.is_finite() and (not found or abs(found.adjusted()) < 30) else None
