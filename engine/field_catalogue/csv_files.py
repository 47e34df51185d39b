"""The catalogue of one owner as a CSV file: written, and read back into a plan that is tried before it is carried out.

A cell that a spreadsheet would take for a formula stands behind an apostrophe, which is taken away when it is read: an
export that is imported unchanged changes nothing.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from engine.definitions.checks.names import did_you_mean
from engine.errors import Invalid
from engine.field_catalogue import changing, conversions
from engine.field_catalogue.changing import Plan
from engine.field_catalogue.texts import COLUMNS, NO, YES, read, texts
from engine.fields import FieldDef, of_owner
from engine.formula_safe import plain, safe
from engine.instants import now
from engine.permissions import Actor, require

MOST_BYTES = 10 * 1024 * 1024
MOST_LINES = 10_000
MOST_FAULTS = 1_000
NEEDED = ("key", "type", "label")  # of a field that is not there yet


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line of the file: the column, and a sentence that says what to do. Line 1 is the heading."""

    line: int
    column: str
    message: str


@dataclass(slots=True)
class Import:
    """What a file would do. Nothing is done while there are faults."""

    plan: Plan
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)  # of each field, by path

    @property
    def is_idle(self) -> bool:
        """Say whether the file says what is there already."""
        return not self.plan.touched and not self.faults


def write(session: Session, owner_key: str) -> str:
    """Return the catalogue of an owner as CSV, retired fields too, in the order in which they are asked."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in of_owner(session, owner_key).definitions:
        found = texts(one)
        writer.writerow([safe(found[name]) for name in COLUMNS])
    return out.getvalue()


def examine(session: Session, owner_key: str, content: bytes, *, lock: bool = False) -> Import:
    """Return what a file would do to the catalogue of an owner, and everything that is wrong in it.

    Fields that the file does not name stay as they are; a column that it does not have is left alone.

    Raises:
        NotFound: no such entity or category.
        Invalid: the file is no CSV, is too large, or has a heading that is not known.
    """
    found = Import(changing.plan(session, owner_key, lock=lock))
    for line, given in _rows(content):
        if len(found.faults) >= MOST_FAULTS:
            break
        _take(found, line, given)
    if not found.faults:
        _check(session, found)
    return found


def carry_out(session: Session, owner_key: str, content: bytes, *, by: Actor, reason: str = "") -> Import:
    """Do what a file says, all of it or nothing.

    Raises:
        Invalid: something is wrong in it; `errors` names each line and column.
    """
    require(by, "change fields")
    found = examine(session, owner_key, content, lock=True)
    if found.faults:
        errors = {f"line {fault.line}, {fault.column}": fault.message for fault in found.faults}
        raise Invalid("The file has faults; nothing was changed.", errors=errors, remedy="Correct each, and try again.")
    if found.plan.touched:
        changing.carry_out(session, found.plan, by=by, reason=reason)
    return found


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    if len(content) > MOST_BYTES:
        raise Invalid(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB.", remedy="Split it.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Invalid(f"Line {line} is not UTF-8 text.", remedy="Save it as “CSV UTF-8”.") from error
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        heading = _heading(next(reader, []))
        begun = reader.line_num + 1
        for number, cells in enumerate(reader):
            if number >= MOST_LINES:
                raise Invalid(f"The file has more than {MOST_LINES:,} lines.", remedy="Split it.")
            if any(cell.strip() for cell in cells):
                yield begun, _given(heading, cells, begun)
            begun = reader.line_num + 1
    except csv.Error as error:
        raise Invalid(f"Line {reader.line_num} is not CSV: {error}.", remedy="Save it again as CSV.") from error


def _heading(cells: Sequence[str]) -> list[str]:
    names = [re.sub(r"\s+", "_", plain(cell).strip().lower()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if "key" not in names:
        raise Invalid("The first line must name the columns; “key” is not among them.", remedy=f"Use {_KNOWN}.")
    for number, name in enumerate(names):
        if name not in COLUMNS:
            hint = did_you_mean(name, COLUMNS, f"Use {_KNOWN}.")
            raise Invalid(f"Line 1: there is no column “{name[:60]}”.", remedy=hint)
        if name in names[:number]:
            raise Invalid(f"Line 1: the column “{name}” stands twice.", remedy="Take one of them out.")
    return names


_KNOWN = ", ".join(COLUMNS)


def _given(heading: Sequence[str], cells: Sequence[str], line: int) -> dict[str, str]:
    if any(cell.strip() for cell in cells[len(heading) :]):
        raise Invalid(
            f"Line {line} has {len(cells)} cells where there are {len(heading)} columns.",
            remedy="Put cells with commas in quotation marks.",
        )
    cells = [*cells, *[""] * (len(heading) - len(cells))]
    return {name: plain(cell) for name, cell in zip(heading, cells, strict=False)}


def _take(found: Import, line: int, given: dict[str, str]) -> None:
    """Put one line into the plan, or note its faults."""
    key, parent = given.get("key", "").strip(), given.get("parent", "").strip()
    path = f"{parent}[].{key}" if parent else key
    first = found.lines.setdefault(path.lower(), line)
    if first != line:
        found.faults.append(
            Fault(line, "key", f"The field “{path[:80]}” stands in line {first} already. Take one out.")
        )
        return
    before = found.plan.before.by_path.get(path)
    missing = [name for name in NEEDED if name not in given] if before is None else []
    if missing:
        message = f"The field is new, and the file has no column “{missing[0]}”. Add the column."
        found.faults.append(Fault(line, missing[0], message))
        return
    after, faults = read(found.plan.owner.key, given, before=before)
    if given.get("retired", "").strip().lower() not in YES | NO:
        faults["retired"] = "Write yes, or leave it empty."
    found.faults.extend(Fault(line, column, message) for column, message in faults.items())
    if faults or after is None:
        return
    after = _retired(after, given)
    if before is None:
        found.plan.added.append(after)
    elif after == before:
        found.unchanged += 1
    else:
        found.plan.changed.append((before, after))


def _retired(one: FieldDef, given: dict[str, str]) -> FieldDef:
    if "retired" not in given:
        return one
    is_retired = given["retired"].strip().lower() in YES
    if is_retired == bool(one.retired_at):
        return one
    return replace(one, retired_at=now() if is_retired else None)


def _check(session: Session, found: Import) -> None:
    """Note what is wrong between the fields, and with the values that there are."""
    for one, faults in found.plan.check():
        found.faults.extend(_told(found, one, faults.items()))
    for before, after in found.plan.changed if not found.faults else ():
        faults = conversions.faults(session, found.plan.owner, before, after)
        found.faults.extend(_told(found, after, faults.items()))
    found.faults.sort(key=lambda fault: fault.line)
    del found.faults[MOST_FAULTS:]


def _told(found: Import, one: FieldDef, faults: Iterable[tuple[str, Any]]) -> Iterator[Fault]:
    line = found.lines[one.path.lower()]
    yield from (Fault(line, column, message) for column, message in faults)
