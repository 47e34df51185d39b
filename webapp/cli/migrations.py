"""Moves running cases to another version of their category."""

import sys
from typing import TYPE_CHECKING, Any

import click

from webapp.cli.opening import opened
from webapp.cli.output import Bar, as_json_option, report

if TYPE_CHECKING:
    from engine.migrations import Plan, Wanted
    from engine.transactions import Sessions

SHOWN = 5  # references under a reason
WAITED_FOR = 0.5  # seconds, for cases that another process has in hand


def _pair(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    if any(not (old and mark and new) for old, mark, new in pairs):
        raise click.BadParameter("Write it as old_element=new_element.")
    return {old: new for old, _, new in pairs}


@click.command()
@click.argument("key")
@click.option("--to", type=click.IntRange(1), help="The number of the version; the newest by default.")
@click.option("--from", "from_versions", multiple=True, type=click.IntRange(1), help="A version; by default all.")
@click.option("--map", "mapping", multiple=True, callback=_pair, help="old=new, for an element that has another id.")
@click.option("--dry-run", is_flag=True, help="Tell what would happen, and do nothing.")
@click.option("--reason", default="", help="Why; it stands in the history of each case.")
@as_json_option
def migrate(
    key: str,
    to: int | None,
    from_versions: tuple[int, ...],
    mapping: dict[str, str],
    dry_run: bool,
    reason: str,
    as_json: bool,
) -> None:
    """Move the running cases of the category KEY to another version, each in a step of its own.

    Exit code 1 when one could not move, with the reasons.
    """
    from engine.migrations import Wanted

    if not dry_run and not reason.strip():
        raise click.UsageError("Say why with --reason, or look first with --dry-run.")
    wanted, sessions = Wanted(key, to, from_versions, mapping), opened().sessions
    facts = _plan(sessions, wanted) if dry_run else _move(sessions, wanted, reason, quiet=as_json)
    report(facts, *_lines(facts), as_json=as_json)
    if facts["kept"]:
        sys.exit(1)


def _plan(sessions: "Sessions", wanted: "Wanted") -> dict[str, Any]:
    from engine import migrations
    from engine.permissions import PLATFORM
    from engine.transactions import reading

    with reading(sessions) as session:
        plan = migrations.plan(session, wanted, by=PLATFORM)
    return {
        "category": wanted.category,
        "dry_run": True,
        "from": [source.version_number for source in plan.sources],
        "to": plan.target.version_number,
        "total": len(plan.looks),
        "moved": len(plan.movable),
        "kept": len(plan.kept),
        "reasons": _reasons(plan),
        "warnings": [{"message": message, "count": count} for message, count in plan.warnings.items()],
    }


def _reasons(plan: "Plan") -> list[dict[str, Any]]:
    return [
        {
            "element": group.obstacle.element_id,
            "element_name": group.obstacle.name,
            "reason": group.obstacle.reason,
            "remedy": group.obstacle.remedy,
            "count": len(group.references),
            "cases": list(group.references),
        }
        for group in plan.groups
    ]


def _move(sessions: "Sessions", wanted: "Wanted", reason: str, *, quiet: bool) -> dict[str, Any]:
    from engine import jobs, migration_results, migrations
    from engine.permissions import PLATFORM
    from engine.transactions import reading, writing

    with writing(sessions) as session:
        migration_id, keys = migrations.ask(session, wanted, reason=reason, by=PLATFORM)
    with Bar(quiet=quiet or not sys.stderr.isatty()) as told:
        for number, job_key in enumerate(keys, start=1):
            jobs.run(sessions, job_key)
            told("Cases", number, len(keys))
    _wait_for_others(sessions, migration_id)
    with reading(sessions) as session:
        found = migration_results.one(session, migration_id, by=PLATFORM)
        reasons = migration_results.reasons(session, migration_id, by=PLATFORM, shown=len(keys))
    moved = found.counts.get("moved", 0)
    told_of = {"category": found.category, "dry_run": False, "migration": found.id, "from": found.from_versions}
    counts = {"to": found.to_version, "total": found.total, "moved": moved, "kept": found.total - moved}
    return {**told_of, **counts, "reasons": reasons, "warnings": []}


def _wait_for_others(sessions: "Sessions", migration_id: int) -> None:
    """Wait for the cases that a worker or the site took meanwhile; one that died gives them back after a minute."""
    import time

    from engine import jobs, migration_results
    from engine.permissions import PLATFORM
    from engine.transactions import reading

    while True:
        with reading(sessions) as session:
            if migration_results.one(session, migration_id, by=PLATFORM).is_over:
                return
            keys = migration_results.open_jobs(session, migration_id)
        if not keys:
            return
        if not sum(jobs.run(sessions, key) for key in keys):
            time.sleep(WAITED_FOR)


def _lines(facts: dict[str, Any]) -> list[str]:
    verb = "would move" if facts["dry_run"] else "moved"
    lines = [f"{facts['moved']} of {facts['total']} cases {verb} to version {facts['to']} of {facts['category']}."]
    for found in facts["reasons"]:
        cases = ", ".join(found["cases"][:SHOWN])
        more = f" and {found['count'] - SHOWN} more" if found["count"] > SHOWN else ""
        lines.append(f"{found['count']} cannot: {found['reason']} {found['remedy']} ({cases}{more})")
    lines += [f"{found['count']} to know of: {found['message']}" for found in facts["warnings"]]
    return lines
