"""Reads the flat names of a posted page (`address.postcode`, `works-0-cost`) back into answers, as they were typed."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from engine.errors import Invalid
from engine.forms import Form
from engine.forms.components import (
    ChoiceInput,
    Component,
    FileInput,
    Group,
    Input,
    MomentInput,
    RepeatingList,
    YesNoInput,
)
from engine.forms.guards import LARGEST
from engine.forms.paths import Path, get, posted, put, shown

MOST_NAMES = 5_000
DATE_PARTS = ("day", "month", "year")

_UNSTORABLE = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff]")


@dataclass(frozen=True)
class Command:
    """What a button other than the main one asked for: `update`, `add` or `remove` of a row, or the caller's word."""

    name: str
    target: str = ""


@dataclass
class Posted:
    """What a page sent: `answers` as typed, also when invalid, and `uploads`, new files under the path of their field.

    `focus` is the name of the input to go to after a row was added.
    """

    answers: dict[str, Any]
    uploads: dict[str, list[FileStorage]] = field(default_factory=dict)
    command: Command | None = None
    focus: str = ""
    _places: dict[str, Path] = field(default_factory=dict)

    def attach(self, path: str, file_ids: Sequence[str]) -> None:
        """Add the ids of files that were stored to the answer of the field at `path`."""
        place = self._places[path]
        put(self.answers, place, [*_held(self.answers, place), *map(str, file_ids)])


def answers_from(
    form: Form,
    posted_form: "MultiDict[str, str]",
    files: "MultiDict[str, FileStorage] | None" = None,
    *,
    besides: Collection[str] = ("csrf_token",),
) -> Posted:
    """Return the answers that a page sent; raise `Invalid` for names that the form does not have.

    Names that begin with `_` and those in `besides` are the caller's. Characters that cannot be stored become �. A row
    is added or removed here when a button asked for it.
    """
    reader = _Reader(posted_form, files if files is not None else MultiDict(), _command(posted_form))
    reader.read(form.components, (), reader.found.answers)
    reader.refuse_the_rest(besides)
    return reader.found


class _Reader:
    """Reads one posted page, crossing off the names that the form knows."""

    def __init__(self, texts: Any, files: Any, command: Command | None) -> None:
        self.texts, self.files = _checked(texts), files
        self.sorted_names = sorted({*self.texts.keys(), *files.keys()})
        self.read_names: set[str] = set()
        self.found = Posted({}, command=command)
        self.obeyed = command is None or command.name not in ("add", "remove")

    def read(self, components: Sequence[Component], base: Path, into: dict[str, Any]) -> None:
        for component in components:
            if isinstance(component, RepeatingList):
                self._list(component, (*base, *component.path), into)
            elif isinstance(component, Group):
                self.read(component.children, (*base, *component.path), into)
            elif isinstance(component, Input):
                self._input(component, (*base, *component.key), into)

    def _input(self, component: Input, path: Path, into: dict[str, Any]) -> None:
        name = posted(path)
        if isinstance(component, FileInput):
            self._files(name, path, into)
        elif isinstance(component, MomentInput) and component.subtype != "time" and name not in self.texts:
            self._parts(component, name, path, into)
        elif name in self.texts:
            put(into, path, self._value(component, name))

    def _value(self, component: Input, name: str) -> Any:
        values = self._take(name)
        if isinstance(component, YesNoInput):
            return values[-1] if values[-1] not in ("true", "false", "") else values[-1] == "true"
        if isinstance(component, ChoiceInput):
            chosen = [value for value in values if value]
            return chosen if component.takes_several else (chosen[-1] if chosen else "")
        if len(values) > 1:
            raise Invalid("The page sent one answer twice.", errors={name: "This was sent twice. Reload the page."})
        return values[0]

    def _parts(self, component: MomentInput, name: str, path: Path, into: dict[str, Any]) -> None:
        names = (*DATE_PARTS, "time") if component.subtype == "datetime" else DATE_PARTS
        parts = {part: self._take(f"{name}-{part}")[0] for part in names if f"{name}-{part}" in self.texts}
        if parts:
            put(into, path, parts)

    def _files(self, name: str, path: Path, into: dict[str, Any]) -> None:
        self.found._places[shown(path)] = path
        if name in self.texts:
            put(into, path, [value for value in self._take(name) if value])
        uploads = [upload for upload in self.files.getlist(name) if upload.filename]
        self.read_names.add(name)
        if uploads:
            self.found.uploads[shown(path)] = uploads

    def _list(self, component: RepeatingList, path: Path, into: dict[str, Any]) -> None:
        name = posted(path)
        numbers = self._row_numbers(name)
        if not numbers and name not in self.texts and not self._is_told(name):
            return
        self._take(name)
        if len(numbers) > component.maximum or numbers != list(range(len(numbers))):
            raise Invalid("The page sent rows that it does not have.", errors={shown(path): "Reload the page."})
        rows: list[Any] = [{} for _ in numbers]
        put(into, path, rows)
        for number in numbers:
            self._take(f"{name}-{number}")
            self.read(component.children, (*path, number), into)
        put(into, path, self._obey(component, path, rows))

    def _row_numbers(self, name: str) -> list[int]:
        """Return the numbers of the rows that were sent, smallest first."""
        start, numbers = bisect_left(self.sorted_names, f"{name}-"), set()
        for posted_name in self.sorted_names[start:]:
            if not posted_name.startswith(f"{name}-"):
                break
            digits, _, _ = posted_name[len(name) + 1 :].partition("-")
            if re.fullmatch(r"0|[1-9]\d{0,3}", digits, re.ASCII):
                numbers.add(int(digits))
        return sorted(numbers)

    def _is_told(self, name: str) -> bool:
        command = self.found.command
        return bool(command and command.name == "add" and command.target == name)

    def _obey(self, component: RepeatingList, path: Path, rows: list[Any]) -> list[Any]:
        """Add or remove the row that a button named."""
        command, name = self.found.command, posted(path)
        if command is None or not component.may_add:
            return rows
        if command.name == "add" and command.target == name and len(rows) < component.maximum:
            self.obeyed = True
            self.found.focus = posted((*path, len(rows)))
            return [*rows, {}]
        targets = [f"{name}-{number}" for number in range(len(rows))]
        if command.name == "remove" and command.target in targets:
            self.obeyed = True
            del rows[targets.index(command.target)]
        return rows

    def _take(self, name: str) -> list[str]:
        self.read_names.add(name)
        return [_UNSTORABLE.sub("\ufffd", value) for value in self.texts.getlist(name)]

    def refuse_the_rest(self, besides: Collection[str]) -> None:
        """Raise `Invalid` when names are left that nobody knows, or a button named a row that is not there."""
        rest = [n for n in self.sorted_names if n not in self.read_names and n not in besides and not n.startswith("_")]
        if rest:
            raise Invalid(
                "The page sent answers that this form does not ask for.",
                errors={_printable(name): "This form does not ask for this." for name in rest[:20]},
                remedy="Reload the page and answer it again.",
            )
        if not self.obeyed:
            raise Invalid("That row is not there to be added or removed.", remedy="Reload the page.")


def _command(texts: Any) -> Command | None:
    """Return what the pressed button asked for: `add:works`, `remove:works-1`, `update`."""
    found = texts.get("_command")
    if not found:
        return None
    name, _, target = found.partition(":")
    return Command(name[:40], target[:400])


def _checked(texts: Any) -> Any:
    """Return the posted texts when they are of a size that a person can have typed."""
    if len(texts) > MOST_NAMES:
        raise Invalid(f"The page sent more than {MOST_NAMES:,} answers.", remedy="Use a smaller form.")
    size = sum(len(name) + len(value) for name, values in texts.lists() for value in values)
    if size > LARGEST:
        raise Invalid(f"The answers are larger than {LARGEST // 1024} KB.", remedy="Attach long texts as files.")
    return texts


def _printable(name: str) -> str:
    return _UNSTORABLE.sub("\ufffd", name[:200])


def _held(answers: dict[str, Any], place: Path) -> Iterator[str]:
    held = get(answers, place)
    return iter(held if isinstance(held, list) else [])
