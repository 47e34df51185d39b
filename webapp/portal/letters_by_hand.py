"""Writing by hand: whom, how and what; as it will look; and sent. On a case, or to a person without one."""

import secrets
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine import case_list, case_subjects
from engine.communications import answering, by_hand, existing, showing, words
from engine.communications.existing import Existing
from engine.communications.wishes import Place, Wish
from engine.documents.packages import WORD
from engine.documents.sms import sms_length
from engine.documents.uploads import safe_headers
from engine.errors import Invalid, NotFound, TemplateError
from engine.record.changing import found_entity
from webapp import database, reads
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit
from webapp.portal import document_views, lists
from webapp.portal.case_pages import header
from webapp.security_headers import allow_inline_styles

blueprint = Blueprint("letters_by_hand", __name__)

DOCUMENT_WAYS = {key: words.CHANNELS[key] for key in (words.LETTER, words.EMAIL)}


@dataclass(frozen=True, slots=True)
class Desk:
    """Where somebody writes: the place, what it is called, its page, and the address of what is written there."""

    place: Place
    name: str
    back: str
    address: str
    links: tuple[tuple[str, int, str], ...]  # that say whose alerts stand on top

    @property
    def send(self) -> str:
        """Return where the message is sent from."""
        return self.address

    @property
    def preview(self) -> str:
        """Return where it is shown as it will look."""
        return f"{self.address}/preview"


@blueprint.get("/cases/<reference>/communications/new")
@requires("write to people")
def of_case(reference: str) -> ResponseReturnValue:
    """Ask whom to write to about a case, how, and what."""
    return _form(_case(reference), _asked(_case(reference)), {})


@blueprint.get("/people/<int:person_id>/communications/new")
@requires("write to people")
def of_person(person_id: int) -> ResponseReturnValue:
    """Ask the same of a person without a case."""
    return _form(_person(person_id), _asked(_person(person_id)), {})


@blueprint.post("/cases/<reference>/communications/preview")
@requires("write to people")
def preview_of_case(reference: str) -> ResponseReturnValue:
    """Show the messages as they will look; nothing of them is kept."""
    return _preview(_case(reference))


@blueprint.post("/people/<int:person_id>/communications/preview")
@requires("write to people")
def preview_of_person(person_id: int) -> ResponseReturnValue:
    """Show the messages to a person as they will look; nothing of them is kept."""
    return _preview(_person(person_id))


@blueprint.post("/cases/<reference>/communications")
@requires("write to people")
def send_of_case(reference: str) -> ResponseReturnValue:
    """Write the messages, file them and let them leave, or have them approved first."""
    return _send(_case(reference))


@blueprint.post("/people/<int:person_id>/communications")
@requires("write to people")
def send_to_person(person_id: int) -> ResponseReturnValue:
    """Write the messages to a person, and file them with them."""
    return _send(_person(person_id))


def _case(reference: str) -> Desk:
    case = header(reference)
    back = url_for("portal.case_pages.page", reference=reference)
    return Desk(Place(case_id=case.id), f"{reference}, {case.title}", back, f"{back}/communications", ())


def _person(person_id: int) -> Desk:
    person = found_entity(session(), "person", person_id, by=actor())
    reads.person(person)
    back = url_for("people.page", person_id=person_id)
    links = (("person", person_id, ""),)
    return Desk(Place(person_id=person_id), person.full_name, back, f"{back}/communications", links)


def _asked(desk: Desk) -> Wish:
    """Return the message that the address asks for; an answer has its recipient, channel and subject already."""
    channel = lists.choice("channel", words.CHANNELS, words.LETTER) or words.LETTER
    replied, document_id = lists.number("reply"), lists.number("document")
    if replied is None:
        once, to = secrets.token_urlsafe(18), tuple(request.args.getlist("to"))
        return _of_document(Wish(desk.place, channel, to, once, document_id=document_id))
    wish = answering.answer(session(), replied, once=secrets.token_urlsafe(18), by=actor())
    if wish.place != desk.place:
        raise NotFound("There is no such message to answer here.")
    return wish


def _of_document(wish: Wish) -> Wish:
    """Return a wish for a document in its newest version; one that can be no letter goes by e-mail."""
    found = _document(wish)
    if wish.document_id is not None and found is None:
        raise NotFound("There is no such document here, or none that you may see.")
    if found is not None and not found.is_printable:
        wish = replace(wish, channel=words.EMAIL)
    return replace(wish, document_version=found.number) if found is not None else wish


def _document(wish: Wish) -> Existing | None:
    """Return the document that is to be sent as it is; none where none is."""
    number = wish.document_id
    found = existing.of_place(session(), wish.place, [number], by=actor()) if number is not None else {}
    return found.get(number or 0)


def _sent(desk: Desk) -> Wish:
    """Return the message that was sent as a form."""
    form = request.form
    keys, subjects, texts = (form.getlist(f"edit_{name}") for name in ("key", "subject", "text"))
    edits = dict(zip(keys, zip(subjects, map(_plain, texts), strict=False), strict=False)) if keys else {}
    attached = [found for word in form.getlist("attachment") if (found := lists.as_number(word)) is not None]
    return Wish(
        desk.place,
        form.get("channel", ""),
        tuple(form.getlist("to")),
        form.get("once", "")[:60],
        template=form.get("template", "")[:200],
        subject=form.get("subject", "")[:300],
        text=_plain(form.get("text", "")),
        attachments=tuple(attached),
        document_id=lists.as_number(form.get("document_id", "")),
        document_version=lists.as_number(form.get("document_version", "")),
        purpose=form.get("purpose", words.SERVICE),
        topic=form.get("topic", ""),
        send_at=form.get("send_at", "")[:40] if form.get("when") == "at" else "",
        approval=form.get("approval", "")[:120],
        override=form.get("override", "").strip()[:500],
        in_reply_to_id=lists.as_number(form.get("in_reply_to", "")),
        edits=edits,
    )


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\0", "")


def _preview(desk: Desk) -> ResponseReturnValue:
    wish = _sent(desk)
    if request.form.get("back"):
        return _form(desk, wish, {})
    try:
        prepared = by_hand.prepare(session(), wish, by=actor())
        database.roll_back()  # merging takes a while, and nobody waits for it
        if request.form.get("as") == "docx":
            content = by_hand.letter(prepared, request.form.get("of", ""))
            return Response(content, headers=safe_headers(WORD, "letter.docx"))
        looks = by_hand.look(prepared, wish)
    except Invalid as error:
        database.roll_back()
        return _form(desk, wish, error.errors or {"": str(error)}), 422
    except TemplateError as error:
        database.roll_back()
        return _form(desk, wish, {"template": f"This letter cannot be written: {error}"}), 422
    return _shown(desk, wish, looks, prepared.send_at, {})


def _send(desk: Desk) -> ResponseReturnValue:
    wish = _sent(desk)
    try:
        prepared = by_hand.prepare(session(), wish, by=actor())
        database.roll_back()
        sent = by_hand.file(session(), by_hand.work(prepared, wish), wish, by=actor())
    except Invalid as error:
        database.roll_back()
        return _form(desk, wish, error.errors or {"": str(error)}), 422
    except TemplateError as error:
        database.roll_back()
        return _form(desk, wish, {"template": f"This letter cannot be written: {error}"}), 422
    after_commit(sent.job_keys)
    flash(_told(sent, wish), "success" if not sent.undecided else "info")
    return redirect(f"{desk.address}#communications", 303)


def _told(sent: by_hand.Sent, wish: Wish) -> str:
    word = words.CHANNELS[wish.channel]
    number = len(sent.ids)
    what = word if number == 1 else f"{number} {word.lower()}s"
    if sent.is_repeat:
        return Markup("{} written already: nothing is sent twice.").format("It was" if number == 1 else "They were")
    if sent.undecided:
        who = f"“{wish.approval}” is asked" if wish.approval else "somebody decides"
        return Markup("{} written. {} of them waits: {} first.").format(what, sent.undecided, who)
    when = " and leaves at the time that you chose" if wish.send_at else " and on the way"
    return Markup("{} written{}.").format(what, when)


def _form(desk: Desk, wish: Wish, errors: dict[str, str]) -> str:
    channel = wish.channel if wish.channel in words.CHANNELS else words.LETTER
    people = by_hand.candidates(session(), desk.place, purpose=wish.purpose, topic=wish.topic, by=actor())
    known = {one.to.key for one in people}
    strangers = [key for key in wish.recipients if key not in known and key.startswith("address:")]
    document = _document(wish)
    return render_template(
        "portal/communications/new.html",
        desk=desk,
        document=document,
        wish=wish,
        channel=channel,
        channels=_channels(document),
        candidates=people,
        strangers=strangers,
        templates=_templates(desk, channel, document),
        files=[one for one in by_hand.documents(session(), desk.place, by=actor()) if one.id != wish.document_id],
        purposes=words.PURPOSES,
        topics=words.TOPICS,
        teams=case_list.teams(session()),
        about=_about(desk),
        answered=_answered(wish),
        errors=errors,
    )


def _channels(document: Existing | None) -> dict[str, str]:
    """Return the ways by which it may go, by what they are called."""
    ways = words.CHANNELS if document is None else DOCUMENT_WAYS
    return {key: name for key, name in ways.items() if key != words.LETTER or document is None or document.is_printable}


def _templates(desk: Desk, channel: str, document: Existing | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the templates to choose from, by where they come from; with a document those of the e-mail around it."""
    offered = by_hand.offered(session(), desk.place, by=actor())[channel]
    if document is None:
        return list(offered.items())
    about = {name: [row for row in rows if row[0].startswith(f"{words.EMAIL}:")] for name, rows in offered.items()}
    return [(name, rows) for name, rows in about.items() if rows]


def _shown(desk: Desk, wish: Wish, looks: list[by_hand.Look], at: Any, errors: dict[str, str]) -> str:
    if wish.template.startswith("letter:"):
        allow_inline_styles()  # the letter's own styles are written by docx-preview
    return render_template(
        "portal/communications/preview.html",
        desk=desk,
        wish=wish,
        looks=looks,
        view=document_views.view(wish.document_id) if wish.document_id is not None else None,
        parts=lambda text: sms_length(text).segments,
        at=at,
        files=[one for one in by_hand.documents(session(), desk.place, by=actor()) if one.id in wish.attachments],
        channels=words.CHANNELS,
        purposes=words.PURPOSES,
        may_let_go=by_hand.may_let_go(session(), desk.place, by=actor()),
        about=_about(desk),
        errors=errors,
    )


def _about(desk: Desk) -> case_subjects.About:
    if desk.place.case_id is not None:
        return case_subjects.about(session(), desk.place.case_id, by=actor())
    return case_subjects.about_these(session(), desk.links, by=actor())


def _answered(wish: Wish) -> Any:
    return showing.page(session(), wish.in_reply_to_id, by=actor()) if wish.in_reply_to_id is not None else None
