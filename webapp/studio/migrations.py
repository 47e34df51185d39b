"""Moving running cases of a category to another version: a look at all of them, the move, and what became of each."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import migration_results, migrations
from engine.definitions import overview
from engine.definitions.category import Definition
from engine.definitions.comparing import ElementChange, elements_changed
from engine.errors import Invalid, NotFound
from engine.migrations import Plan, Wanted
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit

blueprint = Blueprint("migrations", __name__)

MAP = "map."  # before the id of an element in the name of its select box
LISTED = 200  # cases that are ticked one by one; of more all go
SHOWN = 12  # references under a reason
AT_ONCE = 20  # cases are moved before the next page is shown


@blueprint.get("/<key>/migration")
@requires("migrate cases")
def page(key: str) -> ResponseReturnValue:
    """Show for every running case whether it could move, why not, and where it stands on both diagrams."""
    return _page(key, request.args)


@blueprint.post("/<key>/migration")
@requires("migrate cases")
def move(key: str) -> ResponseReturnValue:
    """Have the ticked cases moved."""
    sent = request.form
    references = sent.getlist("case") if not sent.get("all") else None
    try:
        if references is not None and not references:
            raise Invalid(errors={"case": "Tick the cases that are to move"})
        migration_id, keys = migrations.ask(
            session(), _wanted(key, sent), reason=sent.get("reason", "")[:2_000], by=actor(), references=references
        )
    except Invalid as error:
        database.roll_back()
        return _page(key, sent, error), 422
    if len(keys) <= AT_ONCE:
        after_commit(keys)
    return redirect(url_for("studio.migrations.result", key=key, migration_id=migration_id), 303)


@blueprint.get("/<key>/migrations/<int:migration_id>")
@requires("migrate cases")
def result(key: str, migration_id: int) -> str:
    """Show how far a migration is, and what became of each case."""
    by, outcome = actor(), request.args.get("outcome", "")
    found = migration_results.one(session(), migration_id, by=by, category=key)
    known = outcome if outcome in migration_results.OUTCOMES else ""
    cases = migration_results.cases(session(), migration_id, by=by, outcome=known, cursor=request.args.get("at", ""))
    return render_template(
        "studio/migrated.html",
        key=key,
        found=found,
        cases=cases,
        names=[migration_results.reference_of(row) for row in cases.rows],
        reasons=migration_results.reasons(session(), migration_id, by=by, shown=SHOWN),
        outcomes=migration_results.OUTCOMES,
        outcome=known,
    )


def _wanted(key: str, sent: Any) -> Wanted:
    mapping = {
        name.removeprefix(MAP)[:200]: value[:200] for name, value in sent.items() if name.startswith(MAP) and value
    }
    numbers = tuple(number for number in sent.getlist("from", type=int) if 0 < number < 2**31)
    to = sent.get("to", type=int)
    return Wanted(key, to if to and 0 < to < 2**31 else None, numbers, mapping)


def _page(key: str, sent: Any, error: Invalid | None = None) -> str:
    versions = overview.versions(session(), key)
    if not versions:
        raise NotFound(f"There is no category “{key[:80]}” that was deployed.")
    wanted = _wanted(key, sent)
    try:
        plan = migrations.plan(session(), wanted, by=actor())
    except Invalid as fault:
        error = error or fault
        plan = migrations.plan(session(), Wanted(key, wanted.to), by=actor())
    return render_template(
        "studio/migration.html",
        key=key,
        settings=plan.target.settings,
        versions=versions,
        plan=plan,
        wanted=wanted,
        ticked=set(sent.getlist("case")) if error and sent.getlist("case") else None,
        reason=sent.get("reason", ""),
        error=error,
        selects=_selects(plan, wanted),
        pictures=[_picture(plan, source) for source in plan.sources],
        latest=migration_results.latest(session(), key, by=actor()),
        listed=LISTED,
        shown=SHOWN,
    )


def _selects(plan: Plan, wanted: Wanted) -> list[dict[str, Any]]:
    """Return the elements that may be mapped, each with the elements of the new version that could take its place."""
    found: dict[str, dict[str, Any]] = {}
    places = [group.obstacle.element_id for group in plan.groups]
    for element_id in dict.fromkeys([*wanted.mapping, *places]):
        source = next((source for source in plan.sources if element_id in source.elements), None)
        options = migrations.places_for(source, plan.target, element_id) if source is not None else []
        if source is not None and (options or element_id in wanted.mapping):
            label = source.elements[element_id].label
            chosen = wanted.mapping.get(element_id, "")
            found[element_id] = {"id": element_id, "label": label, "options": options, "chosen": chosen}
    return list(found.values())


def _picture(plan: Plan, source: Definition) -> dict[str, Any]:
    """Return what the diagrams of two versions show: where cases stand, what is gone, and what is new or changed."""
    changes = list(elements_changed(source.diagram_xml, plan.target.diagram_xml))
    standing = plan.standing(source.version_number)
    reasons = {group.obstacle.element_id: group.obstacle.reason for group in plan.groups}
    return {
        "number": source.version_number,
        "path": _path(source),
        "new_path": _path(plan.target),
        "standing": standing,
        "labels": {element_id: _label(source, element_id) for element_id in standing},
        "faults": {element_id: reason for element_id, reason in reasons.items() if element_id in standing},
        "changed": _ids(changes, "changed", "added"),
        "changes": [change for change in changes if change.name != change.id or change.kind != "changed"],
    }


def _ids(changes: list[ElementChange], *kinds: str) -> list[str]:
    return [change.id for change in changes if change.kind in kinds]


def _label(definition: Definition, element_id: str) -> str:
    element = definition.elements.get(element_id)
    return element.label if element else element_id


def _path(definition: Definition) -> str:
    return next(d.source for d in definition.diagrams if definition.process_id in d.process_ids)
