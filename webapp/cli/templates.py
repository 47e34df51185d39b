"""Element templates for the desktop modeller."""

from pathlib import Path

import click

from webapp.cli.output import as_json_option, report


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--category",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of a category, whose letters, rules and teams are then offered by name.",
)
@as_json_option
def templates(folder: Path, category: Path | None, as_json: bool) -> None:
    """Write the element templates into FOLDER, for the desktop modeller's resources/element-templates."""
    from engine.definitions import element_templates

    made = element_templates.templates(**_offered(category))
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "casewright.json"
    target.write_text(_json(made), encoding="utf-8")
    facts = {"file": str(target), "templates": [template["id"] for template in made]}
    report(facts, f"{target}: {', '.join(template['name'] for template in made)}.", as_json=as_json)


def _offered(category: Path | None) -> dict[str, list[str]]:
    if category is None:
        return {}
    from engine.definitions.category import read
    from engine.definitions.deploying import files_of

    definition = read(files_of(category))
    return {
        "letters": definition.template_names(".docx"),
        "emails": definition.template_names(".email"),
        "texts": definition.template_names(".sms"),
        "rules": list(definition.rules.ids),
        "teams": list(definition.settings.teams.values()),
    }


def _json(made: list[dict[str, object]]) -> str:
    import json

    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"
