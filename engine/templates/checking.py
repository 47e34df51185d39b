"""What is wrong with a shared template: it has no category, so its fields are those that every case has.

A field that only some categories have is a doubt, in what is included by name also one that none has: the letter
around it may give it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import fields, law
from engine.documents.feel_checks import wrong
from engine.documents.kind_checks import unfit
from engine.documents.tags import Problem
from engine.documents.templates import FieldUse, Known, inspect
from engine.fields import CATEGORY, ENTITIES
from engine.fields.names import CLOCK, IN_LETTERS, SURROUNDINGS, in_lists, kind_of, of_catalogue
from engine.forms import load as load_form
from engine.instants import today
from engine.templates.current import by_kind, in_force
from engine.templates.current import content as contents
from engine.templates.kinds import INCLUDED, KINDS
from models.category import Category, DefinitionFile

# What steps give a case beside forms: where a diagram writes the name of a field.
WRITTEN = re.compile(rb"\b(?:target|key|resultVariable|outputCollection)=[\"']([A-Za-z][A-Za-z0-9_]*)[\"']")


@dataclass(frozen=True, slots=True)
class Checked:
    """What keeps a template from being published, and what whoever publishes it should look at."""

    errors: tuple[Problem, ...]
    doubts: tuple[Problem, ...] = ()


def check(session: Session, kind: str, content: bytes, *, key: str = "", on: date | None = None) -> Checked:
    """Return what is wrong with a template, with the blocks that it includes as they are in force on `on`.

    It is opened in the limited child. Raises nothing for what is in it. `key` is the name under which it would be
    included itself, so that a block in itself is found.
    """
    versions = in_force(session, on or today())
    blocks = {name: contents(session, one) for name, one in by_kind(versions, *INCLUDED).items()}
    if key and KINDS[kind].is_included:
        blocks[key] = content
    report = inspect(content, blocks, kind=kind)
    here, of_categories = everywhere(session), by_category(session)
    known = Known(here)
    anywhere = {path: "Any" for names in of_categories.values() for path in names}
    kinds = _agreed([here, *of_categories.values()])
    errors = [*report.problems, *unfit(report.demands, kinds, kind=kind), *wrong(report.expressions, anywhere | here)]
    doubts = []
    for use in report.fields:
        if known.has(use.path):
            continue
        having = sorted(name for name, names in of_categories.items() if Known(names).has(use.path))
        if having:
            doubts.append(_only_some(use, having))
        elif KINDS[kind].is_included:
            doubts.append(_unknown(use, known, of_categories))
        else:
            errors.append(_unknown(use, known, of_categories))
    return Checked(tuple(errors), tuple(doubts))


def _agreed(known: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return the kind of each field that all who have it agree on, else that it may be any."""
    found: dict[str, str] = {}
    for names in known:
        for path, kind in names.items():
            found[path] = kind if found.get(path, kind) == kind else "Any"
    return found


def everywhere(session: Session) -> dict[str, str]:
    """Return the names that every case has, whatever its category, with their FEEL types."""
    found = {**SURROUNDINGS, **IN_LETTERS}
    for rule_id in law.common_ids(session):
        found |= {f"clocks.{rule_id.replace('.', '_')}.{name}": kind for name, kind in CLOCK.items()}
    for word in ENTITIES:
        found |= of_catalogue(fields.of_owner(session, word), within=word)
    return found


def by_category(session: Session) -> dict[str, dict[str, str]]:
    """Return the names that the categories in use have beside those, with their FEEL types, by the category's name."""
    path = DefinitionFile.path
    rows = session.execute(
        select(Category.key, Category.name, path, DefinitionFile.content)
        .join(DefinitionFile, DefinitionFile.version_id == Category.current_version_id)
        .where(Category.retired_at.is_(None), or_(path.endswith(".form"), path.endswith(".bpmn")))
    )
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        if row.name not in found:
            found[row.name] = of_catalogue(fields.of_owner(session, f"{CATEGORY}{row.key}"))
        found[row.name] |= _names_in(row.path, bytes(row.content))
    return found


def _names_in(path: str, content: bytes) -> dict[str, str]:
    if path.endswith(".form"):
        form = load_form(content, source=path)
        return {field.key.replace("[]", ""): kind_of(field) for field in form.fields} | in_lists(form.fields)
    return dict.fromkeys((name.decode() for name in WRITTEN.findall(content)), "Any")


def _only_some(use: FieldUse, having: list[str]) -> Problem:
    return Problem(
        "unknown_field",
        f'"{use.path}" is a field of these categories alone: {", ".join(having)}.',
        "In a letter of any other category the merge will stop at it.",
        use.place,
        use.paragraph,
    )


def _unknown(use: FieldUse, known: Known, of_categories: Mapping[str, Mapping[str, str]]) -> Problem:
    nearest = known.nearest(use.path) or next(
        filter(None, (Known(n).nearest(use.path) for n in of_categories.values())), ""
    )
    return Problem(
        "unknown_field",
        f'"{use.path}" is not a field that any category has.',
        f'Did you mean "{nearest}"?' if nearest else "Add the field to a form, or take it out.",
        use.place,
        use.paragraph,
    )
