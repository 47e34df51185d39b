"""What is wrong with a form, said with its place and its remedy."""

from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a form.

    `element` is the id or key of the component, `place` its address in the file (`components[2].validate.pattern`).
    """

    element: str
    code: str
    severity: Severity
    message: str
    remedy: str
    place: str = ""
    line: int | None = None

    def as_json(self) -> dict[str, str | int | None]:
        """Return the fault as `casewright check --json` prints it."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.place}: {self.message} {self.remedy}" if self.place else f"{self.message} {self.remedy}"


class Faults:
    """The faults found so far in one form; `line` numbers are looked up in its text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.found: list[Fault] = []

    def error(self, code: str, message: str, remedy: str, *, place: str, element: str = "") -> None:
        """Note something that keeps the form from being used."""
        self._add("error", code, message, remedy, place, element)

    def warning(self, code: str, message: str, remedy: str, *, place: str, element: str = "") -> None:
        """Note something that is left out or done differently."""
        self._add("warning", code, message, remedy, place, element)

    def _add(self, severity: Severity, code: str, message: str, remedy: str, place: str, element: str) -> None:
        fault = Fault(element, code, severity, message, remedy, place, self._line_of(element))
        if fault not in self.found:
            self.found.append(fault)

    def _line_of(self, element: str) -> int | None:
        """Return the line on which the component's id or key is first written, counted from 1."""
        if not element:
            return None
        at = self._text.find(f'"{element}"')
        return self._text.count("\n", 0, at) + 1 if at >= 0 else None
