"""Makes a bundle: the three phases of its job. Whoever asked for it must still be allowed to see all that is in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import document_list, redactions
from engine.bundles.purposes import PURPOSES
from engine.case_documents import File, files
from engine.documents import converting, formats, kinds, packages, papers, texts, word_texts
from engine.documents.receiving import Received
from engine.documents.uploads import CheckedFile
from engine.errors import EngineError, NotPossible, Unavailable
from engine.filing import adding, pdfs, places
from engine.filing.places import Place
from engine.filing.receiving import renditions, store
from engine.instants import london, now
from engine.permissions import Actor, actor_of, visible_documents
from models.base import table
from models.bundle import Bundle
from models.case import Case
from models.document import Document, DocumentVersion
from models.people import Organisation

BUNDLE, VERSION = table(Bundle), table(DocumentVersion)
WORDS = frozenset({kinds.TEXT, kinds.CSV, kinds.EMAIL})
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
CONVERTED = frozenset({packages.WORD, f"{packages.OPEN_DOCUMENT}text"})
NO_PAGES = "it is a kind of file that has no pages"
MOVED = "Since it was asked for, a document in it was hidden from you or taken away."

Report = Callable[[int], None]


@dataclass(slots=True)
class Source:
    """A document on its way into a bundle."""

    file: File
    redactions: list[str]
    content_type: str = ""
    content: bytes = b""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the work needs; `fault` says why there is nothing to do."""

    head: dict[str, Any] = field(default_factory=dict)
    sources: Sequence[Source] = ()
    fault: str = ""


@dataclass(slots=True)
class Made:
    """A bundle in the store, with the PDFs that were made on its way; or why there is none."""

    sha256: str = ""
    size: int = 0
    pages: int = 0
    left_out: int = 0  # documents that are only named
    on_its_way: list[tuple[File, pdfs.Made]] = field(default_factory=list)
    fault: str = ""


def prepare(session: Session, job: Any) -> Prepared:
    """Read what is to be bound, as far as whoever asked may see it now."""
    bundle = _bundle(session, job)
    by = actor_of(session, bundle.created_by_id)
    if by is None:
        return Prepared(fault="The account of whoever asked for it is closed.")
    found = _visible(session, bundle.items, by)
    if len(found) < len(bundle.items):
        return Prepared(fault=MOVED)
    struck_out = redactions.reasons_of(session, [file.id for file in found])
    sources = [Source(file, struck_out.get(file.id, [])) for file in found]
    return Prepared(_head(session, bundle, by), sources)


def work(prepared: Prepared, report: Report) -> Made:
    """Turn all documents into PDFs, pictures or words, and bind them. Raises Unavailable when that may pass."""
    if prepared.fault:
        return Made(fault=prepared.fault)
    made = Made()
    for source in prepared.sources:
        _read(source)
    _convert(prepared.sources, made, report)
    parts = [_told(source) for source in prepared.sources]
    try:
        told, content = papers.run(
            "bind", {"head": prepared.head, "parts": parts}, [source.content for source in prepared.sources]
        )
    except Unavailable:
        raise
    except EngineError as fault:
        return Made(fault=str(fault), on_its_way=made.on_its_way)
    made.sha256, made.size = store().put(content), len(content)
    made.pages, made.left_out = told["pages"], sum(bool(fault) for fault in told["faults"])
    return made


def file(session: Session, job: Any, made: Made) -> None:
    """File the bundle as a document where it was asked for, with an event; or write down why there is none."""
    bundle = _bundle(session, job)
    for one, pdf in made.on_its_way:
        its = (VERSION.c.document_id == one.id) & (VERSION.c.number == one.number)
        values = {"pdf": pdf.pdf, "pdf_state": pdf.state, "pages": pdf.pages, "thumbnail": pdf.thumbnail}
        session.execute(update(VERSION).where(its).values(**values))
    if made.fault:
        give_up(session, job, made.fault)
        return
    by = actor_of(session, bundle.created_by_id)
    if by is None or len(_visible(session, bundle.items, by)) < len(bundle.items):
        raise NotPossible(MOVED)
    links = ((bundle.entity_type, bundle.entity_id),) if bundle.entity_type else ()
    document_id = adding.file_made(
        session,
        Received(CheckedFile(kinds.PDF, f"{bundle.title[:110]}.pdf", "pdf"), made.sha256, made.size, False),
        Place(bundle.case_id, links),
        title=bundle.title,
        kind="bundle",
        source="bundled",
        event="document_bundled",
        told={
            "purpose": bundle.purpose,
            "pages": made.pages,
            "documents": [number for number, _ in bundle.items],
            "left_out": made.left_out,
        },
        by=by,
    )
    done = {"status": "ready", "document_id": document_id, "done": len(bundle.items)}
    session.execute(update(BUNDLE).where(BUNDLE.c.id == bundle.id).values(**done))


def tell(session: Session, job: Any, done: int) -> None:
    """Write down how many documents are ready to be bound."""
    session.execute(update(BUNDLE).where(BUNDLE.c.id == job.payload["bundle_id"]).values(done=done))


def give_up(session: Session, job: Any, fault: str) -> None:
    """Write down why there is no bundle."""
    its = BUNDLE.c.id == job.payload["bundle_id"]
    session.execute(update(BUNDLE).where(its).values(status="failed", fault=fault))


def _bundle(session: Session, job: Any) -> Any:
    return session.execute(select(BUNDLE).where(BUNDLE.c.id == job.payload["bundle_id"])).one()


def _visible(session: Session, items: Sequence[Any], by: Actor) -> list[File]:
    """Return the versions that were asked for, in their order, as far as the actor may see them."""
    numbers = {int(document_id): int(number) for document_id, number in items}
    newest = {one.id: one for one in document_list.these(session, list(numbers), by=by)}
    found = []
    for document_id, number in numbers.items():
        one = newest.get(document_id)
        if one is not None and one.number != number:
            former = files(number).where(Document.id == document_id, visible_documents(by))
            one = File(**session.execute(former).one()._mapping)
        if one is not None:
            found.append(one)
    return found


def _head(session: Session, bundle: Any, by: Actor) -> dict[str, Any]:
    landlord = session.scalar(select(Organisation.name).where(Organisation.kind == "landlord").limit(1))
    purpose = PURPOSES[bundle.purpose]
    facts: list[tuple[str, str]] = []
    if bundle.case_id is not None:
        case = session.execute(select(Case.reference, Case.title).where(Case.id == bundle.case_id)).one()
        facts = [("Case", case.reference), ("About", case.title)]
    elif bundle.entity_type:
        facts = [("About", places.title_of(session, (bundle.entity_type, bundle.entity_id), by=by))]
    facts += [("Prepared by", by.name), ("Prepared on", formats.in_words(london(now()).date()))]
    return {
        "title": bundle.title,
        "purpose": purpose.name,
        "landlord": landlord or "",
        "facts": [fact for fact in facts if fact[1]],
        "note": purpose.note,
    }


def _read(source: Source) -> None:
    """Fetch what a document is bound as: itself, its PDF, or its words."""
    one = source.file
    if one.pdf:
        source.content_type, source.content = kinds.PDF, _content(renditions().open(one.pdf))
    elif one.content_type in (kinds.PDF, *PICTURES):
        source.content_type, source.content = one.content_type, _content(store().open(one.sha256))
    elif one.content_type in WORDS:
        try:
            words = texts.text_of(_content(store().open(one.sha256)), one.content_type)
        except Unavailable:
            raise
        except EngineError:
            source.fault = "its words cannot be read"
            return
        source.content_type, source.content = kinds.TEXT, words.encode("utf-8", "replace")
    elif one.content_type not in CONVERTED:
        source.fault = NO_PAGES


def _convert(sources: Sequence[Source], made: Made, report: Report) -> None:
    """Make PDFs of Word documents, and of words in a script that only LibreOffice can set."""
    waiting = [source for source in sources if _needs_office(source)]
    before = len(sources) - len(waiting)
    report(before)
    if not waiting:
        return
    if not converting.is_available():
        for source in waiting:
            source.fault = "" if source.content else "LibreOffice, which makes pages of it, is not installed here"
        return
    converted = converting.convert([_word(source) for source in waiting], tell=lambda done: report(before + done))
    for source, one in zip(waiting, converted, strict=True):
        if one.fault:
            source.fault = "" if source.content else "LibreOffice cannot read it"
            continue
        if source.file.content_type == packages.WORD:
            made.on_its_way.append((source.file, pdfs.kept(one.pdf)))
        source.content_type, source.content = kinds.PDF, one.pdf


def _needs_office(source: Source) -> bool:
    if source.fault:
        return False
    return not source.content_type or (
        source.content_type == kinds.TEXT and word_texts.needs_shaping(source.content.decode())
    )


def _word(source: Source) -> bytes:
    if source.content_type == kinds.TEXT:
        return word_texts.as_word(source.file.title, _date(source.file), source.content.decode())
    return _content(store().open(source.file.sha256))


def _told(source: Source) -> dict[str, Any]:
    one = source.file
    ended = [f"Ended on {formats.in_words(london(one.ended_at).date())}"] if one.ended_at else []
    return {
        "title": one.title,
        "date": _date(one),
        "facts": [one.file_name, one.kind_name, f"{one.size:,} bytes", f"SHA-256 {one.sha256}", *ended],
        "content_type": source.content_type,
        "fault": source.fault,
        "redactions": source.redactions,
    }


def _date(one: File) -> str:
    return formats.in_words(london(one.created_at).date())


def _content(stream: Any) -> bytes:
    with stream:
        content: bytes = stream.read()
        return content
