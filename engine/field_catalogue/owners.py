"""Whose fields there may be: the entities of the record, and every category."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.definitions.checks.names import SURROUNDINGS, known, written_by
from engine.definitions.deploying import load
from engine.errors import NotFound
from engine.fields import CATEGORY, ENTITIES, category_of
from models.category import Category
from models.fields import FieldDefinition

ALWAYS_KNOWN = ("today", "now")


@dataclass(frozen=True, slots=True)
class Owner:
    """An entity or a category. `number` is that of its fields that are not retired."""

    key: str
    name: str
    category_id: int | None = None
    version_id: int | None = None
    number: int = 0


def every(session: Session) -> list[Owner]:
    """Return the entities and then the categories, with the number of their fields."""
    counted = select(FieldDefinition.owner, func.count()).where(FieldDefinition.retired_at.is_(None))
    numbers = {row[0]: row[1] for row in session.execute(counted.group_by(FieldDefinition.owner))}
    columns = (Category.key, Category.name, Category.id, Category.current_version_id)
    categories = session.execute(select(*columns).where(Category.retired_at.is_(None)).order_by(Category.name)).all()
    owners = [Owner(key, name) for key, name in ENTITIES.items()]
    owners += [Owner(f"{CATEGORY}{row.key}", row.name, row.id, row.current_version_id) for row in categories]
    return [Owner(o.key, o.name, o.category_id, o.version_id, numbers.get(o.key, 0)) for o in owners]


def one(session: Session, key: str) -> Owner:
    """Return one of them. Raises NotFound."""
    if key in ENTITIES:
        return Owner(key, ENTITIES[key])
    columns = (Category.name, Category.id, Category.current_version_id)
    row = (
        session.execute(select(*columns).where(Category.key == category_of(key))).first() if category_of(key) else None
    )
    if row is None:
        raise NotFound(
            f"There is nothing called “{key[:80]}” that could have fields.",
            remedy="Name person, home, tenancy, account, organisation, or category: and the key of a category.",
        )
    return Owner(key, row.name, row.id, row.current_version_id)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around an owner's fields: the names that expressions may use, and the keys that forms ask for."""

    known: Mapping[str, str]  # paths with their FEEL types
    asked: Mapping[str, str]  # keys of fields of drawn forms that do not name the catalogue, with the form's id
    written: frozenset[str] = frozenset()  # names that the diagram writes and no form asks for


def surroundings(session: Session, owner: Owner) -> Surroundings:
    """Return what stands around the fields of an owner."""
    if owner.version_id is None:
        kept = {name: SURROUNDINGS[name] for name in ALWAYS_KNOWN}
        return Surroundings(dict(SURROUNDINGS) if owner.category_id else kept, {})
    definition = load(session, owner.version_id)
    names = known(definition.forms.values(), definition.elements.values(), definition.rules)
    written = {name for element in definition.elements.values() for name in written_by(element)}
    return Surroundings(names, definition.drawn_alone, frozenset(written - definition.section_of.keys()))
