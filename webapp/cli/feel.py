"""Evaluates an expression, so that an analyst can try it before it stands in a diagram."""

import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from webapp.cli.output import as_json_option, report

if TYPE_CHECKING:
    from engine.errors import EngineError
    from engine.feel import Problem

Found = list["Problem"]


@click.command()
@click.argument("expression")
@click.option(
    "--context",
    "context_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON file: the object of the values that the expression may name.",
)
@as_json_option
def feel(expression: str, context_file: Path | None, as_json: bool) -> None:
    """Evaluate EXPRESSION (FEEL, with or without the leading "=") and show its value and the type of it.

    Texts of the context stay texts: write date(day) in the expression, or @"2026-12-03". The functions today(), now(),
    working days() and add working days() are those of a case in England and Wales; due() and amber() are not known
    here, for they need a case.
    Exit code 1 when the expression cannot be read or evaluated; a value that came to null says why in a warning.
    """
    from engine.errors import EngineError
    from engine.feel import shown, type_of

    context = _context(context_file) if context_file else {}
    found: Found = []
    try:
        value = _value(expression, context, found)
        text = shown(value)
    except EngineError as error:
        _refuse(error, as_json=as_json)
        sys.exit(1)
    facts = {"value": _plain(value), "type": type_of(value), "shown": text, "warnings": _as_json(found)}
    report(facts, f"{text}    {type_of(value)}", *(f"! {problem}" for problem in found), as_json=as_json)


def _context(path: Path) -> dict[str, Any]:
    from engine.feel.builtins.conversion import from_json
    from engine.feel.faults import Null

    try:
        context = from_json(path.read_text("utf-8"))
    except (ValueError, Null) as error:
        raise click.ClickException(f"{path} is not JSON: {str(error).rstrip('.')}.") from None
    if not isinstance(context, dict):
        raise click.ClickException(f"{path} must hold a JSON object: names and their values.")
    return context


def _value(expression: str, context: dict[str, Any], found: Found) -> object:
    from engine import feel as language
    from engine.trying import functions_without_case

    functions = functions_without_case()
    text = expression.strip().removeprefix("=")
    compiled = language.compile(text, names=frozenset(context), extra_names=frozenset(functions))
    return compiled.evaluate(context, functions=functions, warnings=found)


def _refuse(error: "EngineError", *, as_json: bool) -> None:
    from engine.feel import FeelError

    facts: dict[str, object] = {"message": error.message, "remedy": error.remedy}
    if isinstance(error, FeelError):
        facts |= {"message": error.sentence, "line": error.line, "column": error.column}
    report({"error": facts}, f"✗ {error}", as_json=as_json)


def _as_json(found: Found) -> list[dict[str, object]]:
    return [{"line": each.line, "column": each.column, "code": each.code, "message": each.sentence} for each in found]


def _plain(value: object) -> object:
    """Return a value as JSON knows it; what it does not know (dates, durations, ranges) as FEEL writes it."""
    from engine.feel import shown

    if value is None or isinstance(value, str | bool | int | Decimal):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return shown(value)
