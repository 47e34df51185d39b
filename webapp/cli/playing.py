"""Plays diagrams headless and in memory."""

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import click

from webapp.cli.output import Bar, as_json_option, report

MARKS = {"completed": "✓", "waiting": "…", "incident": "✗", "refused": "✗", "nothing_executable": "·"}


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--repair", is_flag=True, help="Repair first what keeps a diagram from running.")
@click.option("--steps", default=2_000, show_default=True, type=click.IntRange(1), help="Stop after so many steps.")
@click.option("--seconds", default=10.0, show_default=True, type=click.FloatRange(0.1, 600), help="For each file.")
@click.option(
    "--services",
    default="answer",
    show_default=True,
    type=click.Choice(["answer", "refuse"]),
    help="Answer service tasks and decisions that are not known here, or let them be an incident.",
)
@click.option(
    "--answers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON or TOML: element id to its answers, or to a list of them, one for each visit.",
)
@click.option("--process", default="", help="Id of the process to play, where a file holds several.")
@click.option("--plays", default=1, show_default=True, type=click.IntRange(1, 10_000), help="Play so often.")
@as_json_option
def play(paths: tuple[Path, ...], answers: Path | None, as_json: bool, **options: Any) -> None:
    """Play diagrams or category folders in memory: answer, let time pass, send what is waited for, and tell the end.

    With several plays each goes where none was before, and the nodes and flows that were never reached are told. Exit
    code 1 when one was not played to its end.
    """
    from engine.playing import Options, play_paths
    from engine.playing.files import found_under

    wanted = Options(answers=_given(answers) if answers else {}, **options)
    places = found_under(paths)
    bad = 0
    with Bar(quiet=as_json or len(places) < 2 or not sys.stderr.isatty()) as told:
        for number, found in enumerate(play_paths(places, wanted), start=1):
            bad += not found.is_fine
            report(found.as_json(), *_lines(found), as_json=as_json)
            told("Playing", number, len(places))
    if not as_json and len(places) != 1:
        click.echo(f"\n{len(places)} diagrams played, {bad or 'none'} not to the end.")
    if bad:
        sys.exit(1)


def _given(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        found = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except ValueError as error:
        raise click.BadParameter(f"{path} cannot be read: {error}.", param_hint="--answers") from error
    if not isinstance(found, dict):
        raise click.BadParameter(f"{path} holds no object of element ids.", param_hint="--answers")
    return found


def _lines(found: Any) -> list[str]:
    where = f" at {found.element}" if found.element else ""
    head = f"{MARKS[found.outcome]} {found.file}: {found.outcome.replace('_', ' ')}{where}"
    lines = [f"{head} ({found.steps} steps, {found.user_tasks} answered by people, {found.seconds:.2f} s)"]
    if found.reason:
        lines.append(f"    {found.reason}")
    if found.coverage is not None:
        covered = found.coverage
        lines.append(
            f"    reached {covered.nodes_reached} of {covered.nodes} nodes and {covered.flows_taken} of "
            f"{covered.flows} flows"
        )
        if covered.never_reached:
            lines.append(f"    never reached: {', '.join(covered.never_reached)}")
        if covered.never_taken:
            lines.append(f"    never taken: {', '.join(covered.never_taken)}")
    return lines
