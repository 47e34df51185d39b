"""Finds what a child case is about: what its parent is about, whoever has a role in it, or what a reference names."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.definitions.category import Settings
from engine.definitions.deploying import load as load_definition
from engine.errors import Invalid, NotFound
from engine.permissions import ENTITIES
from engine.reading import CaseReader
from engine.starting import Subject
from models.case import CaseLink
from models.category import Category


def subjects_for(session: Session, parent: CaseReader, category_key: str, asked: Any) -> list[Subject]:
    """Return the subjects of a child of `category_key`.

    `asked` is nothing (whatever the parent is about that the child's category takes), or a text or list of: person,
    home, tenancy or account (the parent's); a role in the parent; the reference of a person, home, tenancy or account;
    or a context with `reference` and `role`.

    Raises:
        Invalid: a name that is none of these, or that the parent has nothing for.
    """
    if asked in (None, "", []):
        return list(_by_default(session, parent, _settings(session, category_key)))
    found = [subject for name in _names(asked) for subject in _called(session, parent, name)]
    return list(dict.fromkeys(found))


def _names(asked: Any) -> Iterable[Any]:
    if isinstance(asked, str):
        return [name.strip() for name in asked.split(",") if name.strip()]
    return asked if isinstance(asked, list) else [asked]


def _by_default(session: Session, parent: CaseReader, settings: Settings) -> Iterable[Subject]:
    linked = session.execute(
        select(CaseLink.entity_type, CaseLink.entity_id, CaseLink.role)
        .where(CaseLink.case_id == parent.case.id, CaseLink.until_on.is_(None))
        .order_by(CaseLink.id)
    ).all()
    taken = [Subject(*row) for row in linked if row.entity_type in settings.subject_types]
    yield from taken
    needed = settings.required_subject
    if needed and needed not in {subject.entity_type for subject in taken}:
        yield from _of_type(parent, needed)


def _called(session: Session, parent: CaseReader, name: Any) -> Iterable[Subject]:
    if isinstance(name, Mapping):
        role = str(name.get("role") or "subject")
        return [Subject(s.entity_type, s.entity_id, role) for s in _called(session, parent, name.get("reference"))]
    text = str(name or "").strip()
    if text in ENTITIES:
        return _of_type(parent, text)
    found = [*_in_role(session, parent, text), *_referred_to(session, text)] if text else []
    if not found:
        raise Invalid(
            f"The new case is to be about “{text}”, which is nothing that {parent.case.reference} knows.",
            remedy="Name person, home, tenancy or account, a role in the case, or a reference.",
        )
    return found


def _of_type(parent: CaseReader, entity_type: str) -> list[Subject]:
    entity_id = parent.surroundings.entity_id(entity_type)
    if entity_id is None:
        raise Invalid(
            f"The new case is to be about the {entity_type} of {parent.case.reference}, which has none.",
            remedy=f"Link a {entity_type} to the case, and retry.",
        )
    return [Subject(entity_type, entity_id)]


def _in_role(session: Session, parent: CaseReader, role: str) -> list[Subject]:
    links = session.execute(
        select(CaseLink.entity_type, CaseLink.entity_id)
        .where(CaseLink.case_id == parent.case.id, CaseLink.until_on.is_(None), CaseLink.role == role)
        .order_by(CaseLink.id)
    ).all()
    return [Subject(row.entity_type, row.entity_id, role) for row in links]


def _referred_to(session: Session, reference: str) -> list[Subject]:
    for entity_type, model in ENTITIES.items():
        entity_id = session.scalar(select(model.id).where(model.reference == reference))
        if entity_id is not None:
            return [Subject(entity_type, entity_id)]
    return []


def _settings(session: Session, category_key: str) -> Settings:
    version_id = session.scalar(select(Category.current_version_id).where(Category.key == category_key))
    if version_id is None:
        raise NotFound(
            f"There is no category “{category_key}” that cases can be started of.",
            remedy="Deploy it, or correct its key in the diagram, and retry.",
        )
    return load_definition(session, version_id).settings
