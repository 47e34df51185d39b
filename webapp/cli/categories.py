"""Categories from files and to files."""

from pathlib import Path

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
@as_json_option
def deploy(path: Path, letters: Path | None, note: str, as_json: bool) -> None:
    """Deploy the category in the folder PATH as a new version; cases that run stay on theirs."""
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


@click.command()
@click.argument("key")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@as_json_option
def pull(key: str, folder: Path, as_json: bool) -> None:
    """Write the current version of the category KEY as files into FOLDER."""
    from engine.definitions import deploying
    from engine.transactions import reading

    with reading(opened().sessions) as session:
        written = deploying.pull(session, key, folder)
    facts = {"category": key, "files": [str(path) for path in written]}
    report(facts, *(str(path) for path in written), as_json=as_json)
