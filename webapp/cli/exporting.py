"""Writes what is stored into files for others."""

import shutil
import zipfile
from pathlib import Path
from typing import Any

import click

from webapp.cli.opening import opened
from webapp.cli.output import as_json_option, report


@click.group()
def export() -> None:
    """Write all about a case into one file."""


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


def _write(target: Path, found: Any, store: Any) -> None:
    from models.database import canonical_json

    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("case.json", canonical_json(found.facts))
        for file in found.files:
            with store.open(file.sha256) as content, archive.open(file.path, "w") as place:
                shutil.copyfileobj(content, place)
