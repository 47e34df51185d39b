"""The time limits in force, as a table."""

from typing import Any

import click

from webapp.cli.opening import opened
from webapp.cli.output import as_json_option, report


@click.command()
@click.argument("source", required=False)
@click.option("--text", "as_text", is_flag=True, help="Write the text (TOML) of SOURCE as it is in force.")
@as_json_option
def rules(source: str | None, as_text: bool, as_json: bool) -> None:
    """Show the rules in force: of the category SOURCE, of "common", or of all."""
    from engine import law
    from engine.law import publishing
    from engine.transactions import reading

    if as_text and source is None:
        raise click.UsageError("Say whose text: a category, or common.")
    with reading(opened().sessions) as session:
        found = [publishing.source(session, source)] if source else publishing.sources(session)
        if as_text:
            click.echo(publishing.text_in_force(session, source or ""), nl=False)
            return
        books = [(each, law.book(session, each.edition)) for each in found if each.edition is not None]
    for each, book in books:
        number = each.edition.number if each.edition else 0
        for rule_id in book.ids:
            for rule in book.versions(rule_id):
                report(_facts(each.key, number, rule), *_lines(rule), as_json=as_json)


def _facts(source: str, edition: int, rule: Any) -> dict[str, Any]:
    from engine.rules import rule_in_words

    return {
        "source": source,
        "edition": edition,
        "rule": rule.id,
        "name": rule.name,
        "class": rule.kind,
        "in_force_from": rule.in_force_from.isoformat() if rule.in_force_from else None,
        "in_force_to": rule.in_force_to.isoformat() if rule.in_force_to else None,
        "words": rule_in_words(rule),
        "citation": rule.citation.text if rule.citation else "",
        "link": rule.citation.url if rule.citation else "",
    }


def _lines(rule: Any) -> list[str]:
    from engine.rules import rule_in_words

    return [rule.id, f"    {rule_in_words(rule)}"]
