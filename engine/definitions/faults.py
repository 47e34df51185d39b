"""What is wrong with the files of a category, said with the element, a sentence and what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from engine.definitions.changes import Change

Severity = Literal["error", "warning", "info"]
WORST_FIRST = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `element` is the id of a node, flow, field, rule or letter; "" is the whole file."""

    element: str
    code: str
    severity: Severity
    message: str
    remedy: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class FileReport:
    """What the check found in one file: `lost` nodes would not run; `repairs` were made on the way in."""

    file: str
    process: str = ""
    dialect: str = ""
    nodes: int = 0
    lost: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    repairs: tuple[Change, ...] = ()

    @property
    def errors(self) -> list[Fault]:
        """Return the faults that keep the file from being used."""
        return [fault for fault in self.faults if fault.severity == "error"]

    @property
    def is_fine(self) -> bool:
        """Say whether the file can be used and nothing of it would be left out."""
        return not self.errors and not self.lost

    def as_json(self) -> dict[str, Any]:
        """Return the report as `casewright check --json` prints it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found in the files of one category."""

    files: tuple[FileReport, ...] = field(default=())

    @property
    def faults(self) -> list[tuple[str, Fault]]:
        """Return every fault with its file, the worst first."""
        found = [(report.file, fault) for report in self.files for fault in report.faults]
        return sorted(found, key=lambda pair: WORST_FIRST[pair[1].severity])

    @property
    def errors(self) -> list[tuple[str, Fault]]:
        """Return the faults that keep the category from being deployed, with their files."""
        return [(file, fault) for file, fault in self.faults if fault.severity == "error"]

    def count(self, severity: Severity) -> int:
        """Return how many faults of one severity there are."""
        return sum(fault.severity == severity for _, fault in self.faults)

    def sentences(self) -> dict[str, str]:
        """Return the errors as `Invalid` carries them: place to sentence and remedy."""
        said: dict[str, str] = {}
        for file, fault in self.errors:
            place = f"{file}: {fault.element}" if fault.element else file
            sentence = f"{fault.message} {fault.remedy}".strip()
            said[place] = f"{said[place]} {sentence}" if place in said else sentence
        return said


def from_json(files: Iterable[Mapping[str, Any]]) -> Report:
    """Return the report that `as_json` wrote down, file by file."""
    return Report(tuple(_file(file) for file in files))


def _file(file: Mapping[str, Any]) -> FileReport:
    faults = tuple(Fault(**fault) for fault in file["faults"])
    repairs = tuple(Change(**change) for change in file["repairs"])
    return FileReport(**{**file, "lost": tuple(file["lost"]), "faults": faults, "repairs": repairs})
