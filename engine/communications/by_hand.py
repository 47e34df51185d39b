"""Letters, e-mails and text messages that an officer writes by hand: on a case, or to a person without one.

As what a diagram sends, in three phases: prepared in a reading transaction, merged outside any, filed and queued in
another. What is looked at before is merged and kept nowhere. The key of the form makes a second click the first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import case_documents, reading, templates
from engine.communications import composing, existing, words
from engine.communications.composing import Composed, Message, Prepared, of_case
from engine.communications.recipients import Recipient, links_of, named, of_links, people
from engine.communications.safety import Breach, Circumstances, breaches, made_up
from engine.communications.settling import LET_GO, WRITE, visible
from engine.communications.wishes import Place, Wish, check
from engine.communications.writing import Written, write
from engine.documents.packages import WORD
from engine.documents.texts import text_of
from engine.errors import Invalid, NotFound, StepFailed
from engine.illustrating import Scene, scene
from engine.instants import now, today
from engine.merging import Merged, content_of
from engine.permissions import Actor, may, may_on, require, require_on
from engine.record.changing import found_entity
from engine.record.households import households_of_person
from engine.runtime import directory
from engine.runtime.locking import lock_case
from engine.runtime.of_person import OfPerson
from engine.runtime.saving import save
from engine.runtime.step import open_step
from models.communication import Communication

FURTHEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be written to, with what speaks against each channel; none at all where a channel is free."""

    to: Recipient
    against: Mapping[str, Sequence[Breach]]

    def is_reached(self, channel: str) -> bool:
        """Say whether they can be written to on a channel at all, be it unsafe."""
        return not any(breach.is_final for breach in self.against[channel])


@dataclass(frozen=True, slots=True)
class Look:
    """One message as it would be, before anything is kept."""

    message: Message
    written: Written

    @property
    def is_final(self) -> bool:
        """Say whether nobody may let it go."""
        return any(breach.is_final for breach in self.message.breaches)


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of it: numbers of the messages, and of those that somebody decides on first."""

    ids: tuple[int, ...]
    undecided: int = 0
    job_keys: tuple[str, ...] = ()
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Errand:
    """What stands for the job of a step where a person writes."""

    payload: Mapping[str, Any]
    case_id: int | None
    token_id: str = ""
    element_id: str = ""


class NoCategory:
    """Whoever is written to without a case has shared templates only."""

    version_id = 0
    version_number = 0

    def template_names(self, suffix: str) -> list[str]:
        """Return none."""
        return []

    def template(self, name: str, suffix: str) -> bytes | None:
        """Return none."""
        return None


def candidates(
    session: Session, place: Place, *, purpose: str = words.SERVICE, topic: str = "", by: Actor
) -> list[Candidate]:
    """Return who may be written to here, with what speaks against each channel today.

    Raises:
        NotFound: no such case or person, or none that the actor may see.
        NotAllowed: by who may not write to people here.
    """
    everybody, about = _everybody(session, place, by)
    return [Candidate(one, _against(session, one, about, purpose, topic)) for one in everybody]


def offered(session: Session, place: Place, *, by: Actor) -> dict[str, dict[str, list[tuple[str, str]]]]:
    """Return the templates for each channel as (value, title), by where they come from."""
    own = _own(session, place, by)
    shared = templates.in_force(session, today())
    found: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for channel in words.CHANNELS:
        mine: list[tuple[str, str]] = []
        ours: list[tuple[str, str]] = []
        for kind in (channel, words.LETTER) if channel == words.EMAIL else (channel,):
            if kind not in templates.KINDS:
                continue
            names = own.template_names(templates.KINDS[kind].suffix)
            note = " (letter, attached)" if kind != channel else ""
            mine += [(f"{kind}:{name}", composing.as_title(name) + note) for name in names]
            ours += [
                (f"{kind}:{key}", (one.title or composing.as_title(key)) + note)
                for key, one in templates.by_kind(shared, kind).items()
                if key not in names
            ]
        groups = {"Of this category": mine, "Shared": sorted(ours, key=lambda row: row[1])}
        found[channel] = {name: rows for name, rows in groups.items() if rows}
    return found


def documents(session: Session, place: Place, *, by: Actor, most: int = 50) -> list[case_documents.File]:
    """Return what may go along: documents of the case, or filed under the person."""
    if place.case_id is not None:
        return case_documents.documents(session, place.case_id, most=most)
    assert place.person_id is not None
    return case_documents.documents_of(session, "person", place.person_id, by=by, most=most)


def prepare(session: Session, wish: Wish, *, by: Actor) -> Prepared:
    """Read what is needed, and find out who is written to, how, and whether it is safe.

    Raises:
        Invalid: what is missing, with one sentence for each field.
        NotFound: no such case or person, or none that the actor may see.
        NotAllowed: by who may not write to people here.
    """
    check(wish)
    everybody, about = _everybody(session, wish.place, by)
    chosen = _chosen(session, wish, everybody, by)
    own, (context, shown) = _own(session, wish.place, by), _context(session, wish.place, by)
    payload, document = _payload(session, wish, by), existing.wished(session, wish, by=by)
    errand = Errand(payload, wish.place.case_id)
    try:
        messages = [composing.message(session, own, errand, to, about, context, shown, document) for to in chosen]
        at = composing.instant(wish.send_at)
    except StepFailed as error:
        name = "send_at" if "no day or time" in error.message else "template"
        raise Invalid(error.message, errors={name: error.message}) from error
    if at is not None and not now() - timedelta(minutes=5) <= at <= now() + FURTHEST:
        raise Invalid(errors={"send_at": "Choose a time from now on, within a year"})
    return Prepared(payload, tuple(messages), existing.along_by_hand(session, wish, by=by), at)


def look(prepared: Prepared, wish: Wish) -> list[Look]:
    """Return each message as it would be. Nothing of it is kept.

    Raises:
        TemplateError: names field, template and paragraph.
    """
    found = []
    for message in prepared.messages:
        title = composing.titled(prepared.wish, message)
        found.append(Look(message, _edited(write(message, prepared.wish, title, merged=_unkept), message, wish)))
    return found


def letter(prepared: Prepared, key: str) -> bytes:
    """Return the letter to the recipient `key` as a file that is kept nowhere."""
    message = next((one for one in prepared.messages if one.to.key == key), None)
    if message is None or message.source is None:
        raise Invalid("There is no letter to them.")
    return content_of(message.source, message.context)


def work(prepared: Prepared, wish: Wish) -> Composed:
    """Merge what is written, and keep it. Raises TemplateError."""
    written = (
        _edited(write(one, prepared.wish, composing.titled(prepared.wish, one)), one, wish) for one in prepared.messages
    )
    return Composed(prepared, tuple(written))


def file(session: Session, composed: Composed, wish: Wish, *, by: Actor) -> Sent:
    """File and queue what was written; what is not safe, or is to be approved, waits for somebody's decision.

    Raises:
        Invalid: somebody among the recipients cannot be written to, whoever allowed it.
        NotAllowed: what is unsafe is let go by who may not.
    """
    _refuse_final(composed)
    errand = Errand(composed.prepared.wish, wish.place.case_id)
    is_overriding = bool(wish.override) and any(one.breaches for one in composed.prepared.messages)
    if wish.place.case_id is not None:
        case = lock_case(session, wish.place.case_id, by=by, verb=WRITE)
        if is_overriding:
            require_on(session, by, LET_GO, case.id)
        place: Any = open_step(session, case, actor=by, at=now())
    else:
        require(by, WRITE)
        if is_overriding:
            require(by, LET_GO)
        assert wish.place.person_id is not None
        place = OfPerson(session, found_entity(session, "person", wish.place.person_id, by=by), by)
    earlier = composing.earlier(session, composed)
    ids, undecided = composing.write_down(place, errand, composed)
    if wish.place.case_id is None:
        return Sent(tuple(earlier or ids), len(undecided), (), bool(earlier))
    if undecided:
        composing.ask(place, errand, undecided)
    save(place)
    return Sent(tuple(earlier or ids), len(undecided), place.job_keys, bool(earlier))


def may_let_go(session: Session, place: Place, *, by: Actor) -> bool:
    """Say whether somebody may let a message go here that is unsafe."""
    return may_on(session, by, LET_GO, place.case_id) if place.case_id is not None else may(by, LET_GO)


def _everybody(session: Session, place: Place, by: Actor) -> tuple[list[Recipient], Circumstances]:
    """Return whom the place is about, and what the case means for a message to one of them."""
    if place.case_id is not None:
        case = reading.open_case(session, place.case_id, by=by).case
        require_on(session, by, WRITE, place.case_id)
        links = links_of(session, place.case_id)
        return of_links(session, links), of_case(session, links, case.restricted)
    require(by, WRITE)
    assert place.person_id is not None
    person = found_entity(session, "person", place.person_id, by=by)
    households = [one for one in households_of_person(session, person.id, by=by) if one.lives_here(person.id)]
    seen = [one.person.id for home in households for one in home.present if one.is_seen]
    return people(session, dict.fromkeys([person.id, *seen])), Circumstances()


def _chosen(session: Session, wish: Wish, everybody: Sequence[Recipient], by: Actor) -> list[Recipient]:
    """Return who was chosen; who wrote a message that is answered may be nobody on the record."""
    known = {one.key: one for one in everybody}
    answered = _answered(session, wish, by)
    found = []
    for key in dict.fromkeys(wish.recipients):
        if key in known:
            found.append(known[key])
        elif answered is not None and key == f"address:{answered.address.casefold()}":
            links = links_of(session, wish.place.case_id) if wish.place.case_id is not None else []
            found += named(session, links, answered.address)
        else:
            raise Invalid(errors={"recipients": "Choose people whom this is about"})
    return found


def _answered(session: Session, wish: Wish, by: Actor) -> Any:
    """Return the received message that this one answers, which belongs here; none where it answers none."""
    if wish.in_reply_to_id is None:
        return None
    place = wish.place
    here = Communication.case_id == place.case_id if place.case_id else Communication.person_id == place.person_id
    wanted = select(Communication.id, Communication.address).where(
        Communication.id == wish.in_reply_to_id, Communication.direction == "in", here, visible(by)
    )
    row = session.execute(wanted).first()
    if row is None:
        raise NotFound("There is no such message to answer here.")
    return row


def _own(session: Session, place: Place, by: Actor) -> Any:
    return reading.open_case(session, place.case_id, by=by).definition if place.case_id is not None else NoCategory()


def _context(session: Session, place: Place, by: Actor) -> tuple[dict[str, Any], Scene]:
    """Return what a template is merged with, and whose pictures it may show."""
    if place.case_id is not None:
        reader = reading.open_case(session, place.case_id, by=by)
        reader.actor = by
        return reader.merge_context(), scene(reader)
    person = found_entity(session, "person", place.person_id or 0, by=by)
    written = OfPerson(session, person, by)
    return written.surroundings.all(), scene(written)


def _against(
    session: Session, to: Recipient, about: Circumstances, purpose: str, topic: str
) -> dict[str, Sequence[Breach]]:
    found: dict[str, Sequence[Breach]] = {}
    for channel in words.CHANNELS:
        way = to.way(channel)
        said = breaches(to, channel, way, purpose=purpose, topic=topic, about=about)
        found[channel] = [*said, *made_up(session, channel, way)]
    return found


def _payload(session: Session, wish: Wish, by: Actor) -> dict[str, Any]:
    """Return the wish as a step of a diagram leaves it."""
    kind, _, name = wish.template.rpartition(":")
    if wish.approval and directory.team_id(session, wish.approval) is None:
        raise Invalid(errors={"approval": "Choose a team"})
    return {
        "channel": wish.channel,
        "kind": kind or wish.channel,
        "template": name,
        "subject": wish.subject.strip()[:200],
        "text": wish.text,
        "purpose": wish.purpose,
        "topic": wish.topic if wish.purpose == words.CONSENT else "",
        "approval": wish.approval,
        "enclosures": [],
        "repeat": "each_time",
        "cancel_when": "",
        "file_under": "person",
        "title": wish.subject.strip()[:200] if kind == words.LETTER and wish.channel == words.EMAIL else "",
        "key": f"hand:{by.user_id}:{wish.once}",
        "override": wish.override.strip()[:500],
        "in_reply_to_id": wish.in_reply_to_id,
    }


def _edited(written: Written, message: Message, wish: Wish) -> Written:
    """Return what a message says after the officer changed it; its formatting goes where the text is another."""
    edit = wish.edits.get(message.to.key)
    if edit is None or message.channel == words.LETTER:
        return written
    subject, text = edit
    if (subject, text) == (written.subject, written.text):
        return written
    return replace(written, subject=subject.strip()[:200], text=text, html="")


def _unkept(template: templates.Found, context: dict[str, Any]) -> Merged:
    content = content_of(template, context)
    return Merged("", len(content), text_of(content, WORD), template)


def _refuse_final(composed: Composed) -> None:
    refused = [breach.sentence for one in composed.prepared.messages for breach in one.breaches if breach.is_final]
    if refused:
        raise Invalid(errors={"recipients": " ".join(_once(refused))}, remedy="Leave them out, or correct the record.")


def _once(sentences: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(sentences))
