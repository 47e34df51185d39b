"""Begins cases: by an officer, the API, or as the child of another case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine import law
from engine.definitions.category import Definition
from engine.definitions.deploying import load as load_definition
from engine.errors import Invalid, NotFound, NotPossible
from engine.fields import MARK_OF_CATEGORY
from engine.forms.names import RESERVED
from engine.instants import now
from engine.permissions import ENTITIES, Actor, may_see_entity, sees_all
from engine.record.lookups import require_known
from engine.runtime.header import CASE_COLUMNS, CaseRow
from engine.runtime.moving import take_first
from engine.runtime.saving import save
from engine.runtime.step import Step, first_step
from models.base import table
from models.case import Case, CaseLink
from models.category import Category
from models.people import Organisation, Person
from models.places import Asset

CASE = table(Case)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a case is about: `entity_type` is person, home, tenancy, account or organisation."""

    entity_type: str
    entity_id: int
    role: str = "subject"


@dataclass(frozen=True, slots=True)
class Parent:
    """The case that a new one belongs to; `token_id` is that of its token which waits for the outcome, if one does."""

    case_id: int
    reference: str
    token_id: str | None = None
    element_id: str | None = None
    owner_id: int | None = None
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Began:
    """What began a case in place of a person: an event of its diagram, with what that brought."""

    element_id: str
    kind: str  # message, signal, timer
    name: str
    variables: Mapping[str, Any]
    owner_id: int | None


@dataclass(frozen=True, slots=True)
class Started:
    """A case that was started, or had been by the same request before; `job_keys` to run after the commit."""

    id: int
    reference: str
    job_keys: tuple[str, ...] = ()
    is_new: bool = True


def begin(
    session: Session,
    category_key: str,
    *,
    subjects: Sequence[Subject] = (),
    fields: Mapping[str, Any] | None = None,
    by: Actor,
    start_key: str | None = None,
    parent: Parent | None = None,
    began: Began | None = None,
) -> Started:
    """Start a case for whoever has been asked for the right to; see `engine.cases.start`.

    A child belongs to its parent's `owner_id` and is as restricted as its parent. A case that an event `began` is asked
    no start form: it gets the event's variables.
    """
    if start_key is not None and (earlier := _started_before(session, start_key)) is not None:
        return earlier
    category, in_force, catalogue = _lock_category(session, category_key)
    definition = load_definition(session, category.current_version_id or 0, catalogue=catalogue)
    _check_subjects(session, definition, subjects)
    case = _insert_case(session, category, definition, subjects, by=by, at=now(), start_key=start_key, parent=parent)
    case.law, case.catalogue = in_force, catalogue
    if began is not None:
        case.owner_id = case.changes["owner_id"] = began.owner_id
    step = first_step(session, case, actor=by, at=case.opened_at, begin_at=_start_event(definition, began))
    step.note_event("case_started", _started_payload(case, definition, subjects, parent) | _begun_by(began))
    if began is None:
        _take_answers(step, definition, fields or {})
        step.run()
    else:
        _take_event(step, definition, began)
    save(step)
    return Started(case.id, case.reference, step.job_keys)


def require_seen(session: Session, subjects: Sequence[Subject], *, by: Actor) -> None:
    """Raise NotFound for a subject that does not exist, or that whoever starts a case about it may not see."""
    for subject in subjects if not sees_all(by) else ():
        kind, number = subject.entity_type, subject.entity_id
        if kind in ENTITIES and not may_see_entity(session, by, kind, number):
            raise NotFound(f"There is no {kind} {number}.", remedy="Search for it.")


def changed_values(step: Step) -> dict[str, list[Any]]:
    """Return what the step changed in the case document: field to [before, after]."""
    return {key: [before, after] for key, (before, after) in step.instance.document.changes.items()}


def _started_before(session: Session, start_key: str) -> Started | None:
    row = session.execute(select(CASE.c.id, CASE.c.reference).where(CASE.c.start_key == start_key)).first()
    return Started(row.id, row.reference, is_new=False) if row else None


def _lock_category(session: Session, key: str) -> tuple[Category, str, str | None]:
    """Return the category, locked, and the marks of the law in force and of its fields."""
    row = session.execute(
        select(Category, law.MARK, MARK_OF_CATEGORY)
        .where(Category.key == key, Category.retired_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None or row.Category.current_version_id is None:
        raise NotFound(f"There is no category “{key}” that cases can be started of.")
    return row.Category, row.law or "", row.catalogue


def _check_subjects(session: Session, definition: Definition, subjects: Sequence[Subject]) -> None:
    settings = definition.settings
    for subject in subjects:
        model = ENTITIES.get(subject.entity_type)
        if model is None or subject.entity_type not in settings.subject_types:
            raise Invalid(
                f"A {settings.name.lower()} cannot be about a {subject.entity_type}.",
                errors={"subject": f"Choose a {' or '.join(settings.subject_types)}"},
            )
        if session.get(model, subject.entity_id) is None:
            raise NotFound(f"There is no {subject.entity_type} {subject.entity_id}.")
    needed = settings.required_subject
    if needed and needed not in {subject.entity_type for subject in subjects}:
        raise Invalid(f"A {settings.name.lower()} needs a {needed}.", errors={"subject": f"Choose the {needed}"})


def _insert_case(
    session: Session,
    category: Category,
    definition: Definition,
    subjects: Sequence[Subject],
    *,
    by: Actor,
    at: datetime,
    start_key: str | None,
    parent: Parent | None,
) -> CaseRow:
    category.last_number += 1
    columns: dict[str, Any] = {
        "reference": f"{category.reference_prefix}-{category.last_number:06d}",
        "category_id": category.id,
        "version_id": definition.version_id,
        "title": _title(session, definition, subjects),
        "status": "open",
        "stage": "",
        "owner_id": parent.owner_id if parent else by.user_id,
        "restricted": parent is not None and parent.restricted,
        "opened_at": at,
        "revision": 0,
        "step_id": "",
        "event_count": 0,
        "event_mac": "",
        "open_incidents": 0,
        "parent_id": parent.case_id if parent else None,
    }
    session.flush()  # the category's number
    extra = {
        "outcome": "",
        "opened_by_id": by.user_id,
        "start_key": start_key,
        "parent_token_id": parent.token_id if parent else None,
        "parent_element_id": parent.element_id if parent else None,
    }
    case_id = session.execute(insert(CASE).returning(CASE.c.id), {**columns, **extra}).scalar_one()
    if subjects:
        session.execute(insert(CaseLink), [_link(case_id, subject) for subject in subjects])
    return CaseRow(id=case_id, **{name: columns[name] for name in CASE_COLUMNS if name != "id"})


def _link(case_id: int, subject: Subject) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "entity_type": subject.entity_type,
        "entity_id": subject.entity_id,
        "role": subject.role,
        "from_on": now().date(),
        "until_on": None,
    }


def _title(session: Session, definition: Definition, subjects: Sequence[Subject]) -> str:
    """Return the category's name with whom it is about, or else with the home or organisation."""
    entities = [session.get(ENTITIES[subject.entity_type], subject.entity_id) for subject in subjects]
    people = [entity.full_name for entity in entities if isinstance(entity, Person)]
    homes = [entity.one_line.split(",")[0] for entity in entities if isinstance(entity, Asset) and entity.one_line]
    houses = [entity.name for entity in entities if isinstance(entity, Organisation)]
    about = next(iter((*people, *homes, *houses)), "")
    return f"{definition.settings.name}{': ' if about else ''}{about}"[:200]


def _started_payload(
    case: CaseRow, definition: Definition, subjects: Sequence[Subject], parent: Parent | None
) -> dict[str, Any]:
    return {
        **(_of_parent(parent) if parent else {}),
        "reference": case.reference,
        "category": definition.settings.key,
        "version": definition.version_number,
        "version_id": definition.version_id,
        "content_hash": definition.digest,
        "subjects": [[subject.entity_type, subject.entity_id, subject.role] for subject in subjects],
    }


def _start_event(definition: Definition, began: Began | None) -> str:
    """Return the start event at which a case begins; nothing for the one that a person begins at."""
    element = definition.elements.get(began.element_id) if began is not None else None
    return element.id if element is not None and element.kind == "startEvent" else ""


def _begun_by(began: Began | None) -> dict[str, Any]:
    if began is None:
        return {}
    event = {"element_id": began.element_id, "kind": began.kind, "name": began.name}
    return {"by_event": event, "owner_id": began.owner_id}


def _take_event(step: Step, definition: Definition, began: Began) -> None:
    """Give a new case what its event brought; one that begins by waiting for it takes it at once."""
    step.instance.assign(step.instance.workflow.task_tree, began.variables)
    if step.instance.document.changes:
        step.note_event("case_changed", {"changes": changed_values(step)})
    step.run()
    if not _start_event(definition, began):
        take_first(step, began.kind, began.name)
        step.run()


def _of_parent(parent: Parent) -> dict[str, Any]:
    return {"parent": {"case_id": parent.case_id, "reference": parent.reference}, "owner_id": parent.owner_id}


def _take_answers(step: Step, definition: Definition, answers: Mapping[str, Any]) -> None:
    """Check the answers to the start form and write them to the case document."""
    form_id = definition.start.assignment.form_id if definition.start else ""
    form = definition.form_for(form_id, step.actor)
    if form is None:
        if form_id:
            raise NotPossible(f"The start form “{form_id}” does not exist.", remedy="Correct it in the studio.")
        unknown = {key: "This name is reserved." for key in answers if key in RESERVED or key.startswith("__")}
        if unknown:
            raise Invalid("Some fields cannot be given.", errors=unknown)
        step.instance.document.update(dict(answers))
    else:
        root = step.instance.workflow.task_tree
        values = form.validate(dict(answers), step.instance.scope(root), functions=step.instance.functions)
        require_known(step.session, form, values, by=step.actor, stored={})
        step.instance.document.update(values)
    if step.instance.document.changes:
        step.note_event("case_changed", {"changes": changed_values(step)})
