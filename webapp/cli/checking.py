"""Checks files before they are deployed, and repairs what others have drawn."""

import sys
from pathlib import Path
from typing import Any

import click

from webapp.cli.output import as_json_option, report

MARKS = {"error": "✗", "warning": "!", "info": "·"}


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--repair",
    "out",
    type=click.Path(path_type=Path),
    help="Repair what can be, and write the outcome into this folder, or a lone diagram to this .bpmn file.",
)
@as_json_option
def check(paths: tuple[Path, ...], out: Path | None, as_json: bool) -> None:
    """Check diagrams, decisions, forms, rules and letters; a folder with a category.toml is checked as a whole.

    Each fault is told with its element, what is wrong and what to do. Exit code 1 when a file cannot be used.
    """
    from engine.definitions.checking import check_paths
    from engine.definitions.mending import repair_paths

    count = bad = 0
    for found in check_paths(paths) if out is None else repair_paths(paths, out):
        count, bad = count + 1, bad + (not found.is_fine)
        report(found.as_json(), *_lines(found), as_json=as_json)
    if not as_json:
        click.echo(f"\n{count} {'file' if count == 1 else 'files'} checked, {bad or 'none'} with errors.")
    if bad:
        sys.exit(1)


def _lines(found: Any) -> list[str]:
    lines = [f"{'✓' if found.is_fine else '✗'} {found.file}"]
    for fault in found.faults:
        place = f"{fault.element}: " if fault.element else ""
        lines.append(f"    {MARKS[fault.severity]} {place}{fault.message} {fault.remedy}".rstrip())
    for change in found.repairs:
        lines.append(f"    + {change.message}")
    if found.lost:
        lines.append(f"    ✗ Would not run: {', '.join(found.lost)}")
    return lines
