"""Writes what is stored into files for others."""

import shutil
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click

from webapp.cli.importing import WORDS
from webapp.cli.opening import opened
from webapp.cli.output import as_json_option, report

Histories = Callable[[Any, str], Iterator[bytes]]


@click.group()
def export() -> None:
    """Write what is stored into files: the record, all about a case, or a category's histories for process mining."""


@export.command("case")
@click.argument("reference")
@click.option(
    "--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="The file; REFERENCE.zip by default."
)
@as_json_option
def case(reference: str, target: Path | None, as_json: bool) -> None:
    """Write everything about the case REFERENCE: case.json, and its documents, in a zip file."""
    from engine.documents.store import FolderStore
    from engine.exporting import export_case
    from engine.permissions import PLATFORM
    from engine.transactions import reading

    now = opened()
    with reading(now.sessions) as session:
        found = export_case(session, reference, by=PLATFORM)
    target = target or Path(f"{found.facts['case']['reference']}.zip")
    _write(target, found, FolderStore(now.settings.files))
    facts = {"file": str(target), "events": len(found.facts["case_event"]), "documents": len(found.files)}
    report(facts, f"Wrote {target}: {facts['events']} events, {facts['documents']} documents.", as_json=as_json)


@export.command("xes")
@click.argument("category")
@click.option(
    "--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="The file; CATEGORY.xes by default."
)
@as_json_option
def write_xes(category: str, target: Path | None, as_json: bool) -> None:
    """Write the histories of a CATEGORY's cases as XES (IEEE 1849); no field or name of a resident is in it."""
    from engine.history.xes import xes

    _mined(xes, category, target or Path(f"{category}.xes"), as_json=as_json)


@export.command("ocel")
@click.argument("category")
@click.option(
    "--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="The file; CATEGORY.json by default."
)
@as_json_option
def write_ocel(category: str, target: Path | None, as_json: bool) -> None:
    """Write the same as OCEL 2.0 (JSON), with the people, homes and tenancies that each case is about, by number."""
    from engine.history.ocel import ocel

    _mined(ocel, category, target or Path(f"{category}.json"), as_json=as_json)


def _mined(write: Histories, category: str, target: Path, *, as_json: bool) -> None:
    from engine.history.stays import require_category
    from engine.transactions import reading

    with reading(opened().sessions) as session:
        require_category(session, category)
        with target.open("wb") as file:
            for part in write(session, category):
                file.write(part)
    report({"file": str(target), "bytes": target.stat().st_size}, f"Wrote {target}.", as_json=as_json)


def _write(target: Path, found: Any, store: Any) -> None:
    from models.database import canonical_json

    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("case.json", canonical_json(found.facts))
        for file in found.files:
            with store.open(file.sha256) as content, archive.open(file.path, "w") as place:
                shutil.copyfileobj(content, place)


def _record(what: str, target: Path | None, *, as_json: bool) -> None:
    from engine.importing import exporting, own_fields
    from engine.importing.targets import target as target_of
    from engine.permissions import PLATFORM
    from engine.transactions import reading
    from webapp.spreadsheets import csv_pieces, write_xlsx

    path, count = target or Path(f"{what}.csv"), 0

    def counted(rows: Iterator[list[Any]]) -> Iterator[list[Any]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    with reading(opened().sessions) as session:
        aim = target_of(what, own_fields.of_kind(session, target_of(what).kind, by=PLATFORM))
        rows = counted(exporting.rows(session, aim, by=PLATFORM))
        if path.suffix.lower() == ".xlsx":
            with path.open("wb") as file:
                write_xlsx(file, exporting.headings(aim), rows)
        else:
            with path.open("w", encoding="utf-8", newline="") as text:
                text.writelines(csv_pieces(exporting.headings(aim), rows))
    report({"file": str(path), "rows": count}, f"Wrote {path}: {count:,} rows.", as_json=as_json)


def _of(word: str) -> click.Command:
    """Return the command for one kind of the record: `casewright export people`."""
    kind = click.Path(dir_okay=False, path_type=Path)
    options: list[click.Parameter] = [
        click.Option(["--to", "target"], type=kind, help=f"The file, .csv or .xlsx; {word}.csv by default."),
        click.Option(["--json", "as_json"], is_flag=True, help="Report as JSON, one object a line."),
    ]
    help_text = f"Write the record's {word} as CSV or XLSX; `casewright import {word}` takes the CSV again."
    return click.Command(word, params=options, callback=partial(_callback, word), help=help_text, short_help=help_text)


def _callback(word: str, target: Path | None, as_json: bool) -> None:
    _record(word, target, as_json=as_json)


for _word in WORDS:
    export.add_command(_of(_word))
