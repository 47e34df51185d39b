"""Lists of the shared templates: what is in force, what comes, what is not published yet, for the studio and others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, defer

from engine.instants import today
from engine.templates.current import InForce, in_force
from models.templates import SharedTemplate, SharedTemplateVersion


@dataclass(frozen=True, slots=True)
class Listed:
    """A shared template in a list."""

    template: SharedTemplate
    now: InForce | None  # the version in force today
    latest: SharedTemplateVersion  # the last that was saved, published or not; without its content
    coming: tuple[SharedTemplateVersion, ...]  # published, and in force from a later day


def every(session: Session, *, kind: str = "", words: str = "", on: date | None = None) -> list[Listed]:
    """Return the shared templates by kind and title: those of a `kind`, with the `words` in key, title, description."""
    wanted = select(SharedTemplate).order_by(SharedTemplate.kind, SharedTemplate.title, SharedTemplate.key)
    wanted = wanted.where(SharedTemplate.kind == kind) if kind else wanted
    for word in words.split():
        columns = (SharedTemplate.key, SharedTemplate.title, SharedTemplate.description)
        wanted = wanted.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    templates = list(session.scalars(wanted))
    day, versions = on or today(), _versions(session, [template.id for template in templates])
    current = in_force(session, day)
    return [
        Listed(
            template,
            current.get((template.kind, template.key)),
            versions[template.id][0],
            tuple(v for v in versions[template.id] if v.published_at and v.effective_from and v.effective_from > day),
        )
        for template in templates
    ]


def _versions(session: Session, template_ids: list[int]) -> Mapping[int, list[SharedTemplateVersion]]:
    found: dict[int, list[SharedTemplateVersion]] = {}
    rows = (
        select(SharedTemplateVersion)
        .where(SharedTemplateVersion.template_id.in_(template_ids))
        .options(defer(SharedTemplateVersion.content))
        .order_by(SharedTemplateVersion.number.desc())
    )
    for version in session.scalars(rows):
        found.setdefault(version.template_id, []).append(version)
    return found
