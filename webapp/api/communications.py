"""Letters, e-mails and text messages: found, written by hand, approved, let go, cancelled."""

import secrets
from dataclasses import replace
from typing import Any

from engine import case_page
from engine.communications import answering, by_hand, finding, settling, showing
from engine.communications.finding import Wanted
from engine.communications.wishes import Place, Wish
from engine.errors import Invalid
from engine.record.changing import found_entity
from webapp import reads
from webapp.access import requires
from webapp.api.idempotency import idempotent, work_key
from webapp.api.paging import page
from webapp.api.preconditions import check_revision, may_match
from webapp.api.resource import ID, QUERY, Resource
from webapp.api.schemas.communications import (
    CommunicationFilter,
    CommunicationPage,
    EditsSchema,
    NewCommunication,
    NewEdit,
    NewReason,
    NewReply,
    RepliesSchema,
    WholeCommunicationSchema,
    WrittenSchema,
)
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit

resource = Resource(
    "communications", __name__, "Letters, e-mails and text messages, to people and from them, with what became of each."
)


ENTITIES = ("person", "organisation", "home", "tenancy", "account")


@resource.get("/communications")
@requires("see cases")
@resource.arguments(CommunicationFilter, location=QUERY)
@resource.response(200, CommunicationPage)
def find(given: dict[str, Any]) -> Any:
    """List communications, the latest first. Words without a case, person or days are looked for in the last year."""
    wanted = Wanted(
        text=given["q"],
        about=_about(given),
        reference=given["case"],
        channel=given["channel"],
        status=given["status"],
        direction=given["direction"],
        since=given["since"],
        until=given["until"],
        batch_id=given["batch"],
    )
    found, lines = finding.find(session(), wanted, by=actor(), cursor=given["cursor"], size=given["limit"])
    return page(found, lines)


@resource.get(f"/communications/<{ID}:communication_id>")
@requires("see cases")
@resource.response(200, WholeCommunicationSchema)
def one(communication_id: int) -> Any:
    """Show a communication with what it says."""
    return _shown(communication_id)


@resource.post("/communications")
@requires("write to people")
@idempotent
@resource.arguments(NewCommunication)
@resource.response(201, WrittenSchema)
def write(given: dict[str, Any]) -> Any:
    """Write a message by hand, to each of these people; what is not safe is stopped until somebody decides."""
    wish = Wish(
        _place(given),
        given["channel"],
        tuple(f"person:{number}" for number in given["to"]),
        _once(),
        template=given["template"],
        subject=given["subject"],
        text=given["text"],
        attachments=tuple(given["attachments"]),
        document_id=given["document_id"],
        document_version=given["document_version"],
        purpose=given["purpose"],
        topic=given["topic"],
        send_at=given["send_at"],
        approval=given["approval"],
        override=given["override"],
    )
    return _write(wish)


@resource.post(f"/communications/<{ID}:communication_id>/approval")
@requires("write to people")
@idempotent
@may_match
@resource.response(200, WholeCommunicationSchema)
def approve(communication_id: int) -> Any:
    """Let a message leave that waits for approval; never by who wrote it."""
    _check(communication_id)
    after_commit(settling.approve(session(), communication_id, by=actor()))
    return _shown(communication_id)


@resource.post(f"/communications/<{ID}:communication_id>/override")
@requires("let message go")
@idempotent
@may_match
@resource.arguments(NewReason)
@resource.response(200, WholeCommunicationSchema)
def let_go(given: dict[str, Any], communication_id: int) -> Any:
    """Let a message go that was stopped as unsafe, in one's own name and for a reason."""
    _check(communication_id)
    after_commit(settling.let_go(session(), communication_id, reason=given["reason"], by=actor()))
    return _shown(communication_id)


@resource.post(f"/communications/<{ID}:communication_id>/cancellation")
@requires("write to people")
@idempotent
@may_match
@resource.arguments(NewReason)
@resource.response(200, WholeCommunicationSchema)
def cancel(given: dict[str, Any], communication_id: int) -> Any:
    """Cancel a message that has not left."""
    _check(communication_id)
    after_commit(settling.cancel(session(), communication_id, reason=given["reason"], by=actor()))
    return _shown(communication_id)


@resource.get(f"/communications/<{ID}:communication_id>/edits")
@requires("see cases")
@resource.response(200, EditsSchema)
def edits(communication_id: int) -> Any:
    """List what a message said before it was changed, the latest first."""
    found = showing.page(session(), communication_id, by=actor())
    reads.message(found.line)
    return {"items": found.edits}


@resource.post(f"/communications/<{ID}:communication_id>/edits")
@requires("write to people")
@idempotent
@may_match
@resource.arguments(NewEdit)
@resource.response(200, WholeCommunicationSchema)
def edit(given: dict[str, Any], communication_id: int) -> Any:
    """Change what an e-mail or text message says before it leaves; what it said is kept."""
    _check(communication_id)
    settling.edit(session(), communication_id, subject=given["subject"], text=given["text"], by=actor())
    return _shown(communication_id)


@resource.get(f"/communications/<{ID}:communication_id>/replies")
@requires("see cases")
@resource.response(200, RepliesSchema)
def replies(communication_id: int) -> Any:
    """List the messages that answer a message, as far as the caller may see them."""
    return {"items": showing.page(session(), communication_id, by=actor()).answers}


@resource.post(f"/communications/<{ID}:communication_id>/replies")
@requires("write to people")
@idempotent
@resource.arguments(NewReply)
@resource.response(201, WrittenSchema)
def reply(given: dict[str, Any], communication_id: int) -> Any:
    """Answer a message that came in, to whom it came from."""
    wish = answering.answer(session(), communication_id, once=_once(), by=actor())
    said = {name: given[name] for name in ("template", "text", "send_at", "approval", "override")}
    channel, subject = given["channel"] or wish.channel, given["subject"] or wish.subject
    return _write(replace(wish, channel=channel, subject=subject, attachments=tuple(given["attachments"]), **said))


def _once() -> str:
    return (work_key() or secrets.token_urlsafe(18))[-60:].rjust(8, "-")


def _write(wish: Wish) -> dict[str, Any]:
    composed = by_hand.work(by_hand.prepare(session(), wish, by=actor()), wish)
    sent = by_hand.file(session(), composed, wish, by=actor())
    after_commit(sent.job_keys)
    return {"items": showing.lines(session(), sent.ids, by=actor()), "undecided": sent.undecided}


def _about(given: dict[str, Any]) -> tuple[str, int] | None:
    """Return the one entity that is asked about, which the caller may see; none where none is."""
    named = [(kind, given[kind]) for kind in ENTITIES if given[kind] is not None]
    if len(named) > 1:
        raise Invalid("The request cannot be accepted.", errors={named[1][0]: "Ask about one of these at a time."})
    for kind, number in named:
        found_entity(session(), kind, number, by=actor())
    return named[0] if named else None


def _place(given: dict[str, Any]) -> Place:
    if bool(given["case"]) == (given["person"] is not None):
        raise Invalid("The request cannot be accepted.", errors={"case": "Name either a case or a person."})
    if given["case"]:
        return Place(case_id=case_page.header(session(), given["case"], by=actor()).id)
    return Place(person_id=given["person"])


def _check(number: int) -> None:
    check_revision(showing.page(session(), number, by=actor()).row.revision, "message")


def _shown(number: int) -> dict[str, Any]:
    session().expire_all()  # it was changed by statements
    found = showing.page(session(), number, by=actor())
    reads.message(found.line)
    names = ("text", "html", "purpose", "override", "in_reply_to_id", "revision")
    return {
        **{name: getattr(found.line, name) for name in found.line.__dataclass_fields__},
        **{name: getattr(found.row, name) for name in names},
        "breaches": [breach.sentence for breach in found.breaches],
        "attachments": [one.id for one in found.attached if one.is_seen],
    }
