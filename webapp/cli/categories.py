"""Categories and shared templates from files and to files."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from webapp.cli.opening import opened
from webapp.cli.output import as_json_option, report


@click.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--letters",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of its .docx files; doc_templates/NAME by default.",
)
@click.option("--note", default="", help="What changed, for those who look at the versions.")
@click.option(
    "--from",
    "first_day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Of shared templates: the day from which they are in force; today by default.",
)
@as_json_option
def deploy(path: Path, letters: Path | None, note: str, first_day: datetime | None, as_json: bool) -> None:
    """Deploy the category in the folder PATH as a new version; cases that run stay on theirs.

    Or the shared templates in it (doc_templates/common): each that differs is a new version, for the next letter.
    """
    if (path / "templates.toml").is_file():
        _deploy_shared(path, note, first_day, as_json=as_json)
        return
    if first_day is not None:
        raise click.UsageError("--from is for a folder of shared templates: a category is in force at once.")
    from engine.definitions import deploying, elsewhere
    from engine.permissions import PLATFORM
    from engine.transactions import writing
    from models.category import Category

    files = deploying.files_of(path.resolve(), letters)
    with writing(opened(create=True).sessions) as session:
        version = deploying.deploy(session, files, by=PLATFORM, note=note)
        category = session.get_one(Category, version.category_id)
        unknown = elsewhere.unknown_categories(session, version)
    facts = {"category": category.key, "version": version.number, "content_hash": version.content_hash}
    facts["warnings"] = [{"element": each.element, "message": each.message, "remedy": each.remedy} for each in unknown]
    warnings = [f"Warning: {each.message} {each.remedy}" for each in unknown]
    report(facts, f"{category.name} now runs on version {version.number}.", *warnings, as_json=as_json)


def _deploy_shared(path: Path, note: str, first_day: datetime | None, *, as_json: bool) -> None:
    from engine.permissions import PLATFORM
    from engine.templates import folders, storing
    from engine.templates.kinds import path_of
    from engine.transactions import writing

    files = folders.files_of(path.resolve())
    with writing(opened(create=True).sessions) as session:
        folders.ship(session)
        start = first_day.date() if first_day is not None else None
        made = folders.deploy(session, files, by=PLATFORM, note=note, effective_from=start)
        facts = [_published(storing.template_of(session, each), each, path_of) for each in made]
    lines = [f"{each['path']}: version {each['version']}, in force from {each['effective_from']}." for each in facts]
    report({"published": facts}, *(lines or ["Nothing has changed."]), as_json=as_json)


def _published(template: Any, version: Any, path_of: Any) -> dict[str, Any]:
    return {
        "path": path_of(template.kind, template.key),
        "version": version.number,
        "sha256": version.sha256,
        "effective_from": version.effective_from.isoformat(),
    }


@click.command()
@click.argument("key")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@as_json_option
def pull(key: str, folder: Path, as_json: bool) -> None:
    """Write the current version of the category KEY as files into FOLDER; "common" are the shared templates."""
    from engine import law
    from engine.definitions import deploying
    from engine.templates import folders
    from engine.transactions import reading

    with reading(opened().sessions) as session:
        written = folders.pull(session, folder) if key == law.COMMON else deploying.pull(session, key, folder)
    facts = {"category": key, "files": [str(path) for path in written]}
    report(facts, *(str(path) for path in written), as_json=as_json)
