"""Saves versions of shared templates, publishes them from a day on, and ends a template. What is published stays."""

import hashlib
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from engine.documents.templates import LARGEST
from engine.errors import Conflict, Invalid, NotFound, NotPossible
from engine.instants import now, today
from engine.permissions import Actor, require
from engine.templates.checking import check
from engine.templates.kinds import INCLUDED, KINDS, require_key
from models.templates import SharedTemplate, SharedTemplateVersion

LONGEST_NOTE = 500
LONGEST_TITLE = 200


def find(session: Session, kind: str, key: str) -> SharedTemplate | None:
    """Return a shared template, whether or not it is in force."""
    return session.scalar(select(SharedTemplate).where(SharedTemplate.kind == kind, SharedTemplate.key == key))


def get(session: Session, kind: str, key: str) -> SharedTemplate:
    """Return a shared template. Raises NotFound."""
    found = find(session, kind, key)
    if found is None:
        raise NotFound(f"There is no shared template “{key}” of this kind.", remedy="Choose one of the list.")
    return found


def template_of(session: Session, version: SharedTemplateVersion) -> SharedTemplate:
    """Return the template that a version is one of."""
    return session.get_one(SharedTemplate, version.template_id)


def version(session: Session, template: SharedTemplate, number: int) -> SharedTemplateVersion:
    """Return one version of a template. Raises NotFound."""
    found = session.scalar(
        select(SharedTemplateVersion).where(
            SharedTemplateVersion.template_id == template.id, SharedTemplateVersion.number == number
        )
    )
    if found is None:
        raise NotFound(f"“{template.title}” has no version {number}.")
    return found


def versions(session: Session, template: SharedTemplate) -> list[SharedTemplateVersion]:
    """Return the versions of a template, the latest first; what they say is read when it is asked for."""
    rows = select(SharedTemplateVersion).where(SharedTemplateVersion.template_id == template.id)
    unread = rows.options(defer(SharedTemplateVersion.content)).order_by(SharedTemplateVersion.number.desc())
    return list(session.scalars(unread))


def save(
    session: Session,
    kind: str,
    key: str,
    content: bytes,
    *,
    by: Actor,
    title: str = "",
    description: str = "",
    note: str = "",
    origin: str = "saved",
) -> SharedTemplateVersion:
    """Keep a content as the next version of a template, not yet in force; the template is made if it is a new one.

    The content of the latest version again is that version. Nothing is judged but the size: see `publish`.

    Raises:
        Invalid: the kind or key cannot be one, the content is too large, or a block has the name of a paragraph.
    """
    require(by, "change categories")
    require_key(kind, key)
    _require_fit(session, kind, key, content, title, note)
    template = _template(session, kind, key, title=title, description=description)
    latest = next(iter(versions(session, template)), None)
    digest = hashlib.sha256(content).hexdigest()
    if latest is not None and latest.sha256 == digest:
        return latest
    made = SharedTemplateVersion(
        template_id=template.id,
        number=latest.number + 1 if latest is not None else 1,
        content=content,
        sha256=digest,
        size=len(content),
        origin=origin,
        note=" ".join(note.split()),
        saved_at=now(),
        saved_by_id=by.user_id,
        saved_by_name=by.name,
    )
    session.add(made)
    session.flush()  # its id is asked for by whoever publishes it in this transaction
    return made


def publish(
    session: Session,
    made: SharedTemplateVersion,
    *,
    by: Actor,
    effective_from: date | None = None,
    effective_until: date | None = None,
    note: str = "",
) -> SharedTemplateVersion:
    """Put a version in force from a day on (today unless said), to a day inclusive or until another one comes.

    Raises:
        Invalid: the check found errors (`errors` gives each place with its sentence), or the days are not in order.
        Conflict: it is published already.
        NotPossible: its template has ended.
    """
    require(by, "deploy category")
    template = _locked(session, made.template_id)
    if made.published_at is not None:
        raise Conflict(
            f"Version {made.number} of “{template.title}” was published by {made.published_by_name} already.",
            remedy="Save another version to change it.",
        )
    if template.ended_on is not None:
        raise NotPossible(f"“{template.title}” has ended.", remedy="Reinstate it first.")
    start = effective_from or today()
    require_days(start, effective_until)
    put_in_force(session, made, by=by, start=start, until=effective_until, note=note)
    require_sound(session, made)
    return made


def put_in_force(
    session: Session, made: SharedTemplateVersion, *, by: Actor, start: date, until: date | None = None, note: str = ""
) -> SharedTemplateVersion:
    """Publish a version without a check of it, or before that: several may include one another."""
    made.effective_from, made.effective_until = start, until
    made.note = " ".join(note.split()) or made.note
    made.published_at, made.published_by_id, made.published_by_name = now(), by.user_id, by.name
    session.flush()  # so that what follows in this transaction finds it in force
    return made


def describe(
    session: Session, template: SharedTemplate, *, title: str, description: str, revision: int, by: Actor
) -> None:
    """Change what a template is called in lists. Raises Conflict when somebody else did since `revision`."""
    require(by, "change categories")
    template = _locked(session, template.id)
    if template.revision != revision:
        raise Conflict(f"“{template.title}” was changed since you opened it.", remedy="Open it again.")
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise Invalid("A template needs a title.", errors={"title": f"Give at most {LONGEST_TITLE} characters"})
    template.title, template.description = " ".join(title.split()), description.strip()
    template.revision += 1


def end(session: Session, template: SharedTemplate, *, on: date, reason: str, by: Actor) -> None:
    """Let a template be in force no more from `on`; what it said stays. Raises Invalid, Conflict."""
    require(by, "deploy category")
    template = _locked(session, template.id)
    reason = " ".join(reason.split())
    errors = (
        {} if reason and len(reason) <= LONGEST_NOTE else {"reason": f"Say why, in at most {LONGEST_NOTE} characters"}
    )
    if on < today():
        errors["on"] = "Give today or a later day"
    if errors:
        raise Invalid("The template cannot be ended like this.", errors=errors)
    if template.ended_on is not None:
        raise Conflict(f"“{template.title}” was ended already, by {template.ended_by_name}.")
    template.ended_on, template.ended_at = on, now()
    template.ended_by_name, template.end_reason = by.name, reason
    template.revision += 1


def reinstate(session: Session, template: SharedTemplate, *, by: Actor) -> None:
    """Let a template that was ended be in force again. Raises Conflict when it has not ended."""
    require(by, "deploy category")
    template = _locked(session, template.id)
    if template.ended_on is None:
        raise Conflict(f"“{template.title}” has not ended.")
    template.ended_on = template.ended_at = None
    template.ended_by_name = template.end_reason = ""
    template.revision += 1


def _require_fit(session: Session, kind: str, key: str, content: bytes, title: str, note: str) -> None:
    errors = {}
    if not content:
        errors["content"] = "Choose a file that is not empty"
    elif len(content) > LARGEST:
        errors["content"] = f"Choose a file of at most {LARGEST // 1024 // 1024} MB"
    if len(title) > LONGEST_TITLE:
        errors["title"] = f"Give at most {LONGEST_TITLE} characters"
    if len(note) > LONGEST_NOTE:
        errors["note"] = f"Give at most {LONGEST_NOTE} characters"
    for other in INCLUDED if kind in INCLUDED else ():
        if other != kind and find(session, other, key) is not None:
            errors["key"] = f"There is a {KINDS[other].name.lower()} of this name: letters could not tell them apart"
    if errors:
        raise Invalid("The template cannot be saved like this.", errors=errors)


def _template(session: Session, kind: str, key: str, *, title: str, description: str) -> SharedTemplate:
    found = find(session, kind, key)
    if found is None:
        title = " ".join(title.split()) or key.replace("_", " ").capitalize()
        found = SharedTemplate(kind=kind, key=key, title=title, description=description.strip(), created_at=now())
        session.add(found)
        session.flush()  # its id goes into the version
        return found
    return _locked(session, found.id)


def _locked(session: Session, template_id: int) -> SharedTemplate:
    """Return a template that nobody else changes until this transaction ends."""
    return session.scalars(select(SharedTemplate).where(SharedTemplate.id == template_id).with_for_update()).one()


def require_days(start: date, until: date | None = None) -> None:
    """Refuse days that have passed, or in the wrong order. Raises Invalid."""
    errors = {}
    if start < today():
        errors["effective_from"] = "Give today or a later day: what was in force before stays as it was"
    if until is not None and until < start:
        errors["effective_until"] = "Give the first day or a later one"
    if errors:
        raise Invalid("The template cannot be published like this.", errors=errors)


def require_sound(session: Session, made: SharedTemplateVersion) -> None:
    """Refuse a version with errors, as it would be on its first day. Raises Invalid, which names each place."""
    template = template_of(session, made)
    found = check(session, template.kind, bytes(made.content), key=template.key, on=made.effective_from).errors
    if not found:
        return
    errors = {f"{n}. {each.place or 'file'}": f"{each.message} {each.remedy}" for n, each in enumerate(found, start=1)}
    more = f" There {'are' if len(found) > 2 else 'is'} {len(found) - 1} more." if len(found) > 1 else ""
    raise Invalid(f"{template.title}: {found[0].message}{more}", errors=errors, remedy=found[0].remedy)
