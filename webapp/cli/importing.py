"""Brings the shared record in from CSV files."""

import csv
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from webapp.cli.opening import opened
from webapp.cli.output import Bar, as_json_option, report

if TYPE_CHECKING:
    from engine.importing.faults import Fault
    from engine.importing.running import Outcome

WORDS = (
    "people", "organisations", "assets", "tenures", "members", "accounts", "charges", "transactions", "certificates",
    "repairs", "contacts", "alerts",
)  # fmt: skip
SHOWN = 20  # faults on the screen, where no file takes them
COLUMNS = ("line", "column", "value", "message", "remedy")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("what", type=click.Choice(WORDS))
@click.argument("file", type=_FILE)
@click.option("--mapping", "mapping_file", type=_FILE, help="A TOML file that says which column is which field.")
@click.option("--dry-run", is_flag=True, help="Tell what would happen to each line, and do nothing.")
@click.option("--whole", is_flag=True, help="Write nothing unless every line is accepted.")
@click.option("--anew", is_flag=True, help="Begin at the first line, also where the same file was stopped before.")
@click.option("--errors", "errors_file", type=click.Path(dir_okay=False, path_type=Path), help="Write faults as CSV.")
@click.option("--encoding", default="", help="Of the file; found out unless given.")
@click.option("--separator", default="", help="Between cells, one character or “tab”; found out unless given.")
@as_json_option
def import_(
    what: str,
    file: Path,
    mapping_file: Path | None,
    dry_run: bool,
    whole: bool,
    anew: bool,
    errors_file: Path | None,
    encoding: str,
    separator: str,
    as_json: bool,
) -> None:
    """Bring the record's WHAT in from the CSV FILE. The same file again adds nothing twice.

    Lines that are refused are listed with line, column, value, what is wrong and what to do; all others are written.
    Exit code 1 when a line was refused.
    """
    from engine.importing import mapping, own_fields, running
    from engine.importing.targets import target
    from engine.permissions import PLATFORM
    from engine.transactions import reading

    separator = "\t" if separator == "tab" else separator
    if len(separator) > 1:
        raise click.BadParameter("Give one character, or tab.", param_hint="--separator")
    sessions = opened(create=True).sessions
    with reading(sessions) as session:
        aim = target(what, own_fields.of_kind(session, target(what).kind, by=PLATFORM))
    known = mapping.read(mapping_file, aim) if mapping_file is not None else mapping.Mapping()
    wanted = running.Wanted(aim, file, known, dry_run, whole, anew, encoding, separator)
    with _reporting(errors_file, as_json=as_json) as tell, Bar(quiet=as_json or not sys.stderr.isatty()) as told:
        done = running.run(
            sessions,
            wanted,
            by=PLATFORM,
            on_fault=tell,
            on_progress=lambda read, size: told(file.name, read, size),
        )
    report(_facts(what, file, dry_run, done), *_lines(what, dry_run, done, errors_file), as_json=as_json)
    if done.faults:
        sys.exit(1)


@contextmanager
def _reporting(path: Path | None, *, as_json: bool) -> Iterator[Callable[["Fault"], None]]:
    """Give what is told of each fault: into a file, as JSON, or the first of them on the screen."""
    from engine.formula_safe import safe

    if path is not None:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            yield lambda fault: writer.writerow([safe(str(part)) for part in asdict(fault).values()])
        return
    shown = 0

    def tell(fault: "Fault") -> None:
        nonlocal shown
        shown += 1
        if as_json or shown <= SHOWN:
            place = f"Line {fault.line}, {fault.column}" if fault.column else f"Line {fault.line}"
            report(asdict(fault), f"{place}: “{fault.value}”. {fault.message} {fault.remedy}", as_json=as_json)

    yield tell


def _facts(what: str, file: Path, dry_run: bool, done: "Outcome") -> dict[str, Any]:
    counts = {name: getattr(done, name) for name in ("lines", "added", "changed", "same", "refused", "faults")}
    read = {"what": what, "file": str(file), "read_as": done.source.said, "went_on_after": done.went_on_after}
    return {**read, "dry_run": dry_run, "written": done.is_written, **counts}


def _lines(what: str, dry_run: bool, done: "Outcome", errors_file: Path | None) -> list[str]:
    would = "would be " if dry_run or not done.is_written else ""
    lines = [f"Read as {done.source.said}."]
    if done.went_on_after:
        lines.append(f"It had been stopped after line {done.went_on_after:,} and went on from there.")
    lines.append(
        f"{done.lines:,} lines of {what}: {done.added:,} {would}added, {done.changed:,} {would}changed, "
        f"{done.same:,} the same already, {done.refused:,} refused."
    )
    if done.faults > SHOWN and errors_file is None:
        lines.append(f"{done.faults - SHOWN:,} more faults are not shown; --errors FILE writes all of them.")
    if errors_file is not None:
        lines.append(f"Wrote {done.faults:,} faults to {errors_file}.")
    if not dry_run and not done.is_written:
        lines.append("Nothing was written, because lines were refused.")
    return lines
