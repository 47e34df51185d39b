"""Merges a letter of a case and files it: the three phases of the job that the service task `merge_document` leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine import configuration, illustrating, reading, templates
from engine.documents.merging import merge
from engine.documents.packages import WORD
from engine.documents.store import FolderStore
from engine.documents.texts import text_of
from engine.errors import NotFound, StepFailed
from engine.filing import pdfs
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
    scene, asked = illustrating.scene(reader), illustrating.asked_by(template)
    return Prepared(template, illustrating.illustrated(session, reader.merge_context(), scene, asked))


def work(prepared: Prepared) -> Merged:
    """Merge the letter and keep its bytes. Raises TemplateError, which names field, letter and paragraph."""
    return merged(prepared.template, prepared.context)


def merged(template: templates.Found, context: dict[str, Any]) -> Merged:
    """Merge a template and keep the bytes. Raises TemplateError, which names field, letter and paragraph."""
    content = content_of(template, context)
    sha256 = FolderStore(configuration.current().files).put(content)
    return Merged(sha256, len(content), text_of(content, WORD), template)


def content_of(template: templates.Found, context: Mapping[str, Any]) -> bytes:
    """Return the letter that a template gives, kept nowhere. Raises TemplateError."""
    data, pictures = illustrating.loaded(context, template.pictures)
    return merge(
        template.content,
        data,
        template_name=template.name,
        blocks=template.blocks,
        names=template.names,
        pictures=pictures,
    )


def file(step: Step, job: Any, letter: Merged) -> dict[str, Any]:
    """File the letter on the case, and on the person, home, tenancy or account that it concerns."""
    subject = job.payload["subject"]
    entity_id = step.surroundings.entity_id(subject) if subject != "case" else None
    under = [(subject, entity_id)] if entity_id is not None else []
    number = keep(step, letter, title=job.payload["title"], under=under, element_id=job.element_id, job_key=job.key)
    return {"document_id": number}


def keep(
    step: Step,
    letter: Merged,
    *,
    title: str,
    under: Sequence[tuple[str, int]],
    element_id: str,
    job_key: str | None = None,
) -> int:
    """Make a document of a merged letter, on the case and `under` whatever it concerns; return its number."""
    number: int = step.session.execute(
        insert(table(Document)).returning(table(Document).c.id), _document(step, title, element_id, job_key)
    ).scalar_one()
    version_id = step.session.execute(
        insert(table(DocumentVersion)).returning(table(DocumentVersion).c.id), _version(step, title, letter, number)
    ).scalar_one()
    pdfs.leave_job(step.session, number, 1)
    used = [{"document_version_id": version_id, "template_version_id": one} for one in letter.template.shared_ids]
    if used:
        step.session.execute(insert(TemplateUsed), used)
    links = [{"document_id": number, "entity_type": kind, "entity_id": entity_id} for kind, entity_id in under]
    if links:
        step.session.execute(insert(DocumentLink), links)
    step.note_event(
        "document_merged",
        {
            "document_id": number,
            "title": title,
            "template": letter.template.name,
            "template_used": letter.template.as_history(),
            "version_id": step.definition.version_id,
            "sha256": letter.sha256,
            "filed_under": list(under[0]) if under else None,
            "element_id": element_id,
        },
    )
    return number


def file_offered(step: Step, job: Any, letter: Merged) -> dict[str, Any]:
    """File a letter that no token waits for, and give whoever caused it a to-do item to send it."""
    filed = file(step, job, letter)
    ask_to_send(step, job.payload)
    return filed


def _document(step: Step, title: str, element_id: str, job_key: str | None) -> dict[str, Any]:
    return {
        "case_id": step.case.id,
        "title": title[:200],
        "kind": "letter",
        "source": "merged",
        "element_id": element_id,
        "job_key": job_key,
        "created_at": step.at,
        "created_by_id": step.actor.user_id,
        "version": 1,
    }


def _version(step: Step, title: str, letter: Merged, document_id: int) -> dict[str, Any]:
    return {
        "document_id": document_id,
        "number": 1,
        "sha256": letter.sha256,
        "size": letter.size,
        "content_type": WORD,
        "file_name": f"{step.case.reference} {title[:170]}.docx",
        "template": letter.template.name,
        "category_version_id": step.definition.version_id,
        "pdf_state": "waiting",
        "text": letter.text,
        "created_at": step.at,
        "created_by_id": step.actor.user_id,
    }
