"""Merges a letter of a case and files it: the three phases of the job that the service task `merge_document` leaves."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine import configuration, reading
from engine.documents.merging import merge
from engine.documents.packages import WORD
from engine.documents.store import FolderStore
from engine.documents.texts import text_of
from engine.errors import StepFailed
from engine.permissions import Actor
from engine.runtime.offering import ask_to_send
from engine.runtime.step import Step
from models.base import table
from models.document import Document, DocumentLink, DocumentVersion


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the merge needs; nothing of it refers to the database any more."""

    template: bytes
    template_name: str
    context: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Merged:
    """A letter, already in the store."""

    sha256: str
    size: int
    text: str
    template_name: str


def prepare(session: Session, job: Any, actor: Actor) -> Prepared:
    """Read the letter and the whole scope of its case.

    Raises:
        StepFailed: the category has no such letter.
    """
    name = job.payload["template"]
    reader = reading.open_case(session, job.case_id)
    reader.actor = actor
    template = reader.definition.templates.get(name)
    if template is None:
        known = ", ".join(sorted(reader.definition.templates)) or "none"
        raise StepFailed(f"This category has no letter “{name}”.", remedy=f"It has: {known}. Correct the diagram.")
    return Prepared(template, name, reader.merge_context())


def work(prepared: Prepared) -> Merged:
    """Merge the letter and keep its bytes. Raises TemplateError, which names field, letter and paragraph."""
    content = merge(prepared.template, prepared.context, template_name=prepared.template_name)
    sha256 = FolderStore(configuration.current().files).put(content)
    return Merged(sha256, len(content), text_of(content, WORD), prepared.template_name)


def file(step: Step, job: Any, merged: Merged) -> dict[str, Any]:
    """File the letter on the case, and on the person, home, tenancy or account that it concerns."""
    document_id: int = step.session.execute(
        insert(table(Document)).returning(table(Document).c.id), _document(step, job)
    ).scalar_one()
    step.session.execute(insert(DocumentVersion), _version(step, job, merged, document_id))
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
            "template": merged.template_name,
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
        "template": merged.template_name,
        "category_version_id": step.definition.version_id,
        "text": merged.text,
        "created_at": step.at,
        "created_by_id": step.actor.user_id,
    }
