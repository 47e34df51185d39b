"""Merges a letter of a case and files it: the three phases of the job that the service task `merge_document` leaves."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine import configuration, reading, templates
from engine.documents.merging import merge
from engine.documents.packages import WORD
from engine.documents.store import FolderStore
from engine.documents.texts import text_of
from engine.errors import NotFound, StepFailed
from engine.permissions import Actor
from engine.runtime.offering import ask_to_send
from engine.runtime.step import Step
from models.base import table
from models.document import Document, DocumentLink, DocumentVersion
from models.templates import TemplateUsed


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the merge needs; nothing of it refers to the database any more."""

    template: templates.Found
    context: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Merged:
    """A letter, already in the store."""

    sha256: str
    size: int
    text: str
    template: templates.Found


def prepare(session: Session, job: Any, actor: Actor) -> Prepared:
    """Read the letter and the whole scope of its case.

    Raises:
        StepFailed: neither the category has such a letter nor is a shared one in force.
    """
    reader = reading.open_case(session, job.case_id)
    reader.actor = actor
    try:
        template = templates.find(session, reader.definition, job.payload["template"])
    except NotFound as error:
        raise StepFailed(error.message, remedy=error.remedy) from error
    return Prepared(template, reader.merge_context())


def work(prepared: Prepared) -> Merged:
    """Merge the letter and keep its bytes. Raises TemplateError, which names field, letter and paragraph."""
    template = prepared.template
    content = merge(template.content, prepared.context, template_name=template.name)
    sha256 = FolderStore(configuration.current().files).put(content)
    return Merged(sha256, len(content), text_of(content, WORD), template)


def file(step: Step, job: Any, merged: Merged) -> dict[str, Any]:
    """File the letter on the case, and on the person, home, tenancy or account that it concerns."""
    document_id: int = step.session.execute(
        insert(table(Document)).returning(table(Document).c.id), _document(step, job)
    ).scalar_one()
    version_id = step.session.execute(
        insert(table(DocumentVersion)).returning(table(DocumentVersion).c.id), _version(step, job, merged, document_id)
    ).scalar_one()
    used = [{"document_version_id": version_id, "template_version_id": one} for one in merged.template.shared_ids]
    if used:
        step.session.execute(insert(TemplateUsed), used)
    subject = job.payload["subject"]
    entity_id = step.surroundings.entity_id(subject) if subject != "case" else None
    if entity_id is not None:
        step.session.execute(
            insert(DocumentLink), {"document_id": document_id, "entity_type": subject, "entity_id": entity_id}
        )
    step.note_event(
        "document_merged",
        {
            "document_id": document_id,
            "title": job.payload["title"],
            "template": merged.template.name,
            "template_used": merged.template.as_history(),
            "version_id": step.definition.version_id,
            "sha256": merged.sha256,
            "filed_under": [subject, entity_id] if entity_id is not None else None,
            "element_id": job.element_id,
        },
    )
    return {"document_id": document_id}


def file_offered(step: Step, job: Any, merged: Merged) -> dict[str, Any]:
    """File a letter that no token waits for, and give whoever caused it a to-do item to send it."""
    filed = file(step, job, merged)
    ask_to_send(step, job.payload)
    return filed


def _document(step: Step, job: Any) -> dict[str, Any]:
    return {
        "case_id": step.case.id,
        "title": job.payload["title"],
        "kind": "letter",
        "source": "merged",
        "element_id": job.element_id,
        "job_key": job.key,
        "created_at": step.at,
        "created_by_id": step.actor.user_id,
        "version": 1,
    }


def _version(step: Step, job: Any, merged: Merged, document_id: int) -> dict[str, Any]:
    return {
        "document_id": document_id,
        "number": 1,
        "sha256": merged.sha256,
        "size": merged.size,
        "content_type": WORD,
        "file_name": f"{step.case.reference} {job.payload['title']}.docx",
        "template": merged.template.name,
        "category_version_id": step.definition.version_id,
        "text": merged.text,
        "created_at": step.at,
        "created_by_id": step.actor.user_id,
    }
