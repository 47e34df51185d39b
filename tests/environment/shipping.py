"""Puts the shared templates that ship into a test's database as rows: every category that a test deploys wants them.

They go there in the product's way once in each worker, which takes ten times as long.
"""

from typing import Any

from sqlalchemy import insert, inspect, select
from sqlalchemy.orm import Session

from engine.instants import now
from engine.templates import folders
from models.templates import SharedTemplate, SharedTemplateVersion

Rows = list[dict[str, Any]]
_shipped: list[tuple[Rows, Rows]] = []  # the templates, and the version of each


def ship(session: Session) -> None:
    """Publish the shared templates that ship, where there are none at all."""
    if session.scalar(select(SharedTemplate.id).limit(1)) is not None:
        return
    if not _shipped:
        folders.ship(session)
        _shipped.append(_rows(session))
        return
    templates, versions = _shipped[0]
    stamp = now()
    session.execute(insert(SharedTemplate), [{**row, "created_at": stamp} for row in templates])
    ids = {(row.kind, row.key): row.id for row in session.scalars(select(SharedTemplate))}
    stamps = {"saved_at": stamp, "published_at": stamp}
    session.execute(
        insert(SharedTemplateVersion),
        [
            {**row, **stamps, "template_id": ids[template["kind"], template["key"]]}
            for template, row in zip(templates, versions, strict=True)
        ],
    )


def _rows(session: Session) -> tuple[Rows, Rows]:
    pairs = select(SharedTemplate, SharedTemplateVersion).join(
        SharedTemplateVersion, SharedTemplateVersion.template_id == SharedTemplate.id
    )
    found = session.execute(pairs.order_by(SharedTemplateVersion.id)).all()
    return [_values(template) for template, _ in found], [_values(version) for _, version in found]


def _values(row: object) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in inspect(type(row)).column_attrs if column.key != "id"}
