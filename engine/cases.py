"""What can be done with a case as a whole: start, change its fields, note, close, cancel, hand over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine.definitions.category import Definition
from engine.definitions.deploying import load as load_definition
from engine.errors import Conflict, Invalid, NotFound, NotPossible
from engine.history.recording import write
from engine.instants import now
from engine.permissions import Actor, require
from engine.runtime import directory
from engine.runtime.header import CASE_COLUMNS, CaseRow
from engine.runtime.locking import lock_case
from engine.runtime.saving import save
from engine.runtime.scope import RESERVED
from engine.runtime.step import Step, first_step, open_step
from models.base import table
from models.case import Case, CaseLink, Note
from models.category import Category
from models.people import Person
from models.places import Asset, RentAccount, Tenure
from models.work import Clock, UserTask

CASE = table(Case)
ENTITIES: dict[str, Any] = {"person": Person, "home": Asset, "tenancy": Tenure, "account": RentAccount}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a case is about: `entity_type` is person, home, tenancy or account."""

    entity_type: str
    entity_id: int
    role: str = "subject"


@dataclass(frozen=True, slots=True)
class Started:
    """A case that was started, or had been by the same request before; `job_keys` to run after the commit."""

    id: int
    reference: str
    job_keys: tuple[str, ...] = ()
    is_new: bool = True


def start(
    session: Session,
    category_key: str,
    *,
    subjects: Sequence[Subject] = (),
    fields: Mapping[str, Any] | None = None,
    by: Actor,
    start_key: str | None = None,
) -> Started:
    """Start a case of a category on its current version and run it to its first waits.

    `fields` are the answers to the start form, typed as JSON or as posted. `start_key` makes a repeat of the same
    request the same case.

    Raises:
        NotFound: no such category, or a subject that does not exist.
        Invalid: the start form's answers are not acceptable; one sentence for each field.
    """
    require(by, "start case")
    if start_key is not None and (earlier := _started_before(session, start_key)) is not None:
        return earlier
    category = _lock_category(session, category_key)
    definition = load_definition(session, category.current_version_id or 0)
    _check_subjects(session, definition, subjects)
    case = _insert_case(session, category, definition, subjects, by=by, at=now(), start_key=start_key)
    step = first_step(session, case, actor=by, at=case.opened_at)
    step.note_event("case_started", _started_payload(case, definition, subjects))
    _take_answers(step, definition, fields or {})
    step.run()
    save(step)
    return Started(case.id, case.reference, step.job_keys)


def change_fields(
    session: Session, case_id: int, changes: Mapping[str, Any], *, by: Actor, revision: int | None = None
) -> tuple[str, ...]:
    """Correct fields of a case; the next gateway, letter and form see the new values. Returns the keys of jobs left.

    Raises:
        Conflict: the case has moved on since `revision`.
        Invalid: an unknown or reserved field.
    """
    require(by, "change case")
    case = lock_case(session, case_id, by=by)
    if revision is not None and revision != case.revision:
        raise Conflict(
            f"The case {case.reference} has changed since you opened it.", remedy="Look at it again, then change it."
        )
    step = open_step(session, case, actor=by, at=now())
    known = step.instance.definition.fields
    unknown = {key: f"This category has no field “{key}”." for key in changes if key not in known or key in RESERVED}
    if unknown:
        raise Invalid("Some fields cannot be changed.", errors=unknown)
    step.instance.document.update(dict(changes))
    if step.instance.document.changes:
        step.note_event("case_changed", {"changes": changed_values(step)})
    step.run()
    save(step)
    return step.job_keys


def add_note(session: Session, case_id: int, text: str, *, by: Actor) -> None:
    """Write a note on a case."""
    require(by, "change case")
    if not text.strip():
        raise Invalid("The note is empty.", errors={"text": "Enter the note"})
    if len(text) > 20_000:
        raise Invalid("The note is too long.", errors={"text": "The note must be 20,000 characters or fewer"})
    case = lock_case(session, case_id, by=by)
    session.execute(
        insert(Note), {"case_id": case.id, "text": text.strip(), "written_by_id": by.user_id, "written_at": now()}
    )
    record(session, case, "note_added", {"text": text.strip()}, by=by)


def close(session: Session, case_id: int, *, reason: str, note: str = "", by: Actor) -> None:
    """Close a case by hand, for one of its category's reasons; what still waits is withdrawn."""
    _end(session, case_id, "closed", reason=reason, note=note, by=by)


def cancel(session: Session, case_id: int, *, reason: str, note: str = "", by: Actor) -> None:
    """Cancel a case that should not go on, for one of its category's reasons."""
    _end(session, case_id, "cancelled", reason=reason, note=note, by=by)


def hand_over(session: Session, case_id: int, *, to: str, by: Actor) -> None:
    """Make another member of staff the owner of a case; `to` is a name or e-mail address."""
    require(by, "change case")
    case = lock_case(session, case_id, by=by)
    owner = directory.user_id(session, to)
    if owner is None:
        raise Invalid(f"Nobody here has the name or e-mail address “{to}”.", errors={"to": "Choose a member of staff"})
    before, case.owner_id = case.owner_id, owner
    record(session, case, "case_assigned", {"from": before, "to": owner}, by=by, owner_id=owner)


def record(session: Session, case: CaseRow, event: str, payload: dict[str, Any], *, by: Actor, **columns: Any) -> None:
    """Write one event of a locked case that moves no token, with the columns of the case that it changes."""
    head = write(session, case.id, case.head, event, payload, at=now(), actor=by)
    session.connection().execute(
        update(CASE).where(CASE.c.id == case.id).values(event_count=head.count, event_mac=head.mac, **columns)
    )
    case.event_count, case.event_mac = head.count, head.mac


def changed_values(step: Step) -> dict[str, list[Any]]:
    """Return what the step changed in the case document: field to [before, after]."""
    return {key: [before, after] for key, (before, after) in step.instance.document.changes.items()}


def _end(session: Session, case_id: int, status: str, *, reason: str, note: str, by: Actor) -> None:
    require(by, "close case")
    case = lock_case(session, case_id, by=by)
    if case.status != "open":
        raise Conflict(f"The case {case.reference} is {case.status} already.")
    step = open_step(session, case, actor=by, at=now())
    settings = step.instance.definition.settings
    reasons = settings.closure_reasons if status == "closed" else settings.cancellation_reasons
    if reason not in reasons:
        raise Invalid("Choose a reason from the list.", errors={"reason": f"Choose one of: {'; '.join(reasons)}"})
    step.instance.workflow.cancel()
    case.status = status
    case.changes |= {"status": status, "closed_at": step.at, "outcome": reason[:200]}
    step.note_event(f"case_{status}", {"reason": reason, "note": note})
    save(step)
    _withdraw_ad_hoc(session, case.id, step.at)


def _withdraw_ad_hoc(session: Session, case_id: int, at: datetime) -> None:
    tasks, clocks = table(UserTask), table(Clock)
    session.execute(
        update(tasks)
        .where(tasks.c.case_id == case_id, tasks.c.status == "open")
        .values(status="cancelled", completed_at=at)
    )
    session.execute(
        update(clocks).where(clocks.c.case_id == case_id, clocks.c.state == "running").values(state="ended", met_at=at)
    )


def _started_before(session: Session, start_key: str) -> Started | None:
    row = session.execute(select(CASE.c.id, CASE.c.reference).where(CASE.c.start_key == start_key)).first()
    return Started(row.id, row.reference, is_new=False) if row else None


def _lock_category(session: Session, key: str) -> Category:
    category = session.scalar(
        select(Category)
        .where(Category.key == key, Category.retired_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if category is None or category.current_version_id is None:
        raise NotFound(f"There is no category “{key}” that cases can be started of.")
    return category


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
) -> CaseRow:
    category.last_number += 1
    columns: dict[str, Any] = {
        "reference": f"{category.reference_prefix}-{category.last_number:06d}",
        "category_id": category.id,
        "version_id": definition.version_id,
        "title": _title(session, definition, subjects),
        "status": "open",
        "stage": "",
        "owner_id": by.user_id,
        "restricted": False,
        "opened_at": at,
        "revision": 0,
        "step_id": "",
        "event_count": 0,
        "event_mac": "",
        "open_incidents": 0,
    }
    session.flush()  # the category's number
    extra = {"outcome": "", "opened_by_id": by.user_id, "start_key": start_key}
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
    for subject in subjects:
        entity = session.get(ENTITIES[subject.entity_type], subject.entity_id)
        if isinstance(entity, Person):
            return f"{definition.settings.name}: {entity.full_name}"[:200]
    return definition.settings.name[:200]


def _started_payload(case: CaseRow, definition: Definition, subjects: Sequence[Subject]) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "category": definition.settings.key,
        "version": definition.version_number,
        "version_id": definition.version_id,
        "content_hash": definition.digest,
        "subjects": [[subject.entity_type, subject.entity_id, subject.role] for subject in subjects],
    }


def _take_answers(step: Step, definition: Definition, answers: Mapping[str, Any]) -> None:
    """Check the answers to the start form and write them to the case document."""
    form_id = definition.start.assignment.form_id if definition.start else ""
    form = definition.forms.get(form_id)
    if form is None:
        if form_id:
            raise NotPossible(f"The start form “{form_id}” does not exist.", remedy="Correct it in the studio.")
        unknown = {key: "This name is reserved." for key in answers if key in RESERVED or key.startswith("__")}
        if unknown:
            raise Invalid("Some fields cannot be given.", errors=unknown)
        step.instance.document.update(dict(answers))
    else:
        root = step.instance.workflow.task_tree
        step.instance.document.update(
            form.validate(dict(answers), step.instance.scope(root), functions=step.instance.functions)
        )
    if step.instance.document.changes:
        step.note_event("case_changed", {"changes": changed_values(step)})
