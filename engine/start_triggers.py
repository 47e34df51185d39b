"""Begins cases without anybody asking: when a message or signal comes, or a time, that a category starts with.

What begins a category's cases is kept as rows, written when a version is first looked at, so that a message finds its
category and the ticker what is due by an index. A row that is due is taken and its case begun in one transaction: any
number of nodes may look, and one begins the case.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.orm import Session

from engine import feel
from engine.clocks import crons, timing
from engine.definitions.deploying import load as load_definition
from engine.definitions.elements import Timer
from engine.definitions.occasions import Occasion, occasions
from engine.errors import Conflict, EngineError, Invalid, NotPossible
from engine.instants import london, now, today
from engine.permissions import ENTITIES, PLATFORM, Actor
from engine.starting import Began, Started, Subject, begin, require_seen
from models.base import table
from models.case import Case
from models.category import Category, CategoryVersion, StartTrigger
from models.work import Message, Notification, Setback

TRIGGER, CATEGORY, VERSION = table(StartTrigger), table(Category), table(CategoryVersion)
MESSAGE, CASE, NOTICE, SETBACK = table(Message), table(Case), table(Notification), table(Setback)
NONE = "none"  # the row of a version that nothing begins but a person: it says that the version was looked at
BATCH = 100
MOST_LEVELS = 10  # of cases that begin one another: two categories may not do so for ever
_LEVELS = re.compile(r"(?:message|signal):\w+:(\d+)")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a message or signal: a person, a program, or a case before which `levels` of cases began each other."""

    by: Actor
    case_id: int | None = None
    owner_id: int | None = None
    levels: int = 0


def register(session: Session) -> None:
    """Write down what begins the cases of each category, where its current version was not looked at yet."""
    for category_id in session.scalars(_fresh()).all():
        _register(session, category_id)


def is_registered(session: Session) -> bool:
    """Say whether every category's current version was looked at."""
    return session.scalar(_fresh().limit(1)) is None


def _fresh() -> Any:
    seen = select(TRIGGER.c.version_id)
    is_fresh = CATEGORY.c.current_version_id.is_not(None), CATEGORY.c.current_version_id.not_in(seen)
    return select(CATEGORY.c.id).where(*is_fresh).order_by(CATEGORY.c.id)


def sender(session: Session, by: Actor, case_id: int | None) -> Sender:
    """Return who sends: a person or program, or the case `case_id`."""
    if case_id is None:
        return Sender(by)
    case = session.execute(select(CASE.c.owner_id, CASE.c.start_key).where(CASE.c.id == case_id)).one()
    found = _LEVELS.match(case.start_key or "")
    return Sender(by, case_id, case.owner_id, int(found[1]) + 1 if found else 1)


def begin_by_message(
    session: Session, name: str, key: str, variables: Mapping[str, Any], *, message_id: int, sender: Sender
) -> Started | None:
    """Begin a case of the category that starts with a message; none if there is none, or one runs under the key."""
    register(session)
    for row in _waiting(session, "message", name):
        if not key or not _runs_under(session, name, key, row.category_id):
            return _begin(session, row, variables, start_key=f"message:{message_id}:{sender.levels}", sender=sender)
    return None


def begin_by_signal(
    session: Session, name: str, variables: Mapping[str, Any], *, sent: str, sender: Sender
) -> list[Started]:
    """Begin a case of every category that starts with this signal; `sent` tells one broadcast from another."""
    register(session)
    key = f"signal:{sent}:{sender.levels}"
    begun = [
        _begin(session, row, variables, start_key=f"{key}:{row.id}", sender=sender)
        for row in _waiting(session, "signal", name)
    ]
    return [started for started in begun if started is not None]


def due(session: Session) -> list[Row[Any]]:
    """Return the times that have come, the earliest first, without those that are tried again later."""
    found = _live().where(TRIGGER.c.due_at <= now()).order_by(TRIGGER.c.due_at).limit(BATCH)
    rows = session.execute(found).all()
    if not rows:
        return []
    paused = set(session.scalars(select(SETBACK.c.key).where(SETBACK.c.kind == "start", SETBACK.c.next_at > now())))
    return [row for row in rows if setback_key(start_key(row)) not in paused]


def begin_due(session: Session, row: Row[Any]) -> Started | None:
    """Take a time that has come and begin its case; none when another node has."""
    if not take(session, row):
        return None
    session.execute(delete(SETBACK).where(SETBACK.c.key == setback_key(start_key(row))))
    return _begin(session, row, {}, start_key=start_key(row), sender=Sender(PLATFORM))


def start_key(row: Row[Any]) -> str:
    """Return what makes a second start at the same time the same case."""
    return f"timer:{row.category_id}:{row.element_id}:{row.due_at.isoformat()}"[:120]


def setback_key(start_key: str) -> str:
    """Return the key under which it is written down that a case could not be begun."""
    return f"begins:{start_key}"


def take(session: Session, row: Row[Any]) -> bool:
    """Set the next time, unless another node has; say whether this one did."""
    rounds = row.rounds - 1 if row.rounds is not None else None
    kind, _, text = row.name.partition(" ")
    is_over = kind != "cycle" or rounds == 0
    following = None if is_over else _following(session, row, Timer(kind, text))
    claim = update(TRIGGER).where(TRIGGER.c.id == row.id, TRIGGER.c.due_at == row.due_at)
    taken = session.execute(claim.values(due_at=following, rounds=rounds))
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def _register(session: Session, category_id: int) -> None:
    category = session.execute(select(CATEGORY).where(CATEGORY.c.id == category_id).with_for_update()).one()
    version_id = category.current_version_id
    before = session.execute(select(TRIGGER).where(TRIGGER.c.category_id == category_id)).all()
    if any(row.version_id == version_id for row in before):
        return  # another node was quicker
    session.execute(delete(TRIGGER).where(TRIGGER.c.category_id == category_id))
    known = {(row.element_id, row.name): row for row in before}
    found = _occasions(session, version_id)
    rows = list({(each.element_id, each.name): _row(each, known) for each in found}.values())
    common = {"category_id": category_id, "version_id": version_id}
    nothing = {"element_id": "", "kind": NONE, "name": "", "due_at": None, "rounds": None}
    session.execute(insert(TRIGGER), [{**common, **row} for row in rows or [nothing]])


def _occasions(session: Session, version_id: int) -> list[Occasion]:
    try:
        return list(occasions(load_definition(session, version_id)))
    except EngineError:
        log.exception("the version %s of a category cannot be read", version_id)  # and no other suffers from it
        return []


def _row(occasion: Occasion, before: dict[tuple[str, str], Row[Any]]) -> dict[str, Any]:
    """Return what a row says; a time that the version before had already goes on where it was."""
    earlier = before.get((occasion.element_id, occasion.name))
    timer = occasion.trigger.timer
    if timer is None:
        due, rounds = None, None
    elif earlier is not None:
        due, rounds = earlier.due_at, earlier.rounds
    else:
        due, rounds = _first_due(timer)
    return {
        "element_id": occasion.element_id,
        "kind": occasion.trigger.kind,
        "name": occasion.name[:200],
        "due_at": due,
        "rounds": rounds,
    }


def _first_due(timer: Timer) -> tuple[datetime | None, int | None]:
    """Return when a time comes first, and how often in all; a date that is past never comes."""
    try:
        value = _value(timer)
        if timer.kind == "cycle":
            cycle = timing.cycle(value)
            first = cycle.first_at or cycle.each.after(now())
            return (first if first > now() else timing.next_round(cycle.each, first)), cycle.rounds
        due = timing.span(value).after(now()) if timer.kind == "duration" else timing.instant(value)
    except EngineError:
        log.exception("the time of a start event cannot be worked out")  # the check tells it before it is deployed
        return None, None
    return (due if due > now() else None), 1


def _following(session: Session, row: Row[Any], timer: Timer) -> datetime | None:
    """Return when a repetition comes next; none for a cron of years that are past."""
    element = load_definition(session, row.version_id).elements.get(row.element_id)
    catches_up = element is not None and element.catches_up
    try:
        return timing.next_round(timing.cycle(_value(timer)).each, row.due_at, catches_up=catches_up)
    except crons.NeverAgain:
        return None


def _value(timer: Timer) -> Any:
    if timing.is_literal(timer.text):
        return timer.text
    functions = {"today": today, "now": lambda: london(now())}
    return feel.compile(timer.text.removeprefix("=").strip()).evaluate({}, functions=functions)


def _live() -> Any:
    """Select the rows of versions that new cases run on."""
    return (
        select(TRIGGER, CATEGORY.c.key.label("category"), VERSION.c.deployed_by_id)
        .join(CATEGORY, CATEGORY.c.id == TRIGGER.c.category_id)
        .join(VERSION, VERSION.c.id == TRIGGER.c.version_id)
        .where(CATEGORY.c.retired_at.is_(None), CATEGORY.c.current_version_id == TRIGGER.c.version_id)
    )


def _waiting(session: Session, kind: str, name: str) -> list[Row[Any]]:
    found = _live().where(TRIGGER.c.kind == kind, TRIGGER.c.name == name).order_by(TRIGGER.c.id)
    return list(session.execute(found).all())


def _runs_under(session: Session, name: str, key: str, category_id: int) -> bool:
    """Say whether a case that was begun by this message under this key is still open."""
    begun = (
        select(CASE.c.id)
        .join(MESSAGE, MESSAGE.c.taken_by_case_id == CASE.c.id)
        .where(MESSAGE.c.name == name, MESSAGE.c.correlation_key == key)
        .where(CASE.c.category_id == category_id, CASE.c.status == "open", CASE.c.start_key.like("message:%"))
    )
    return session.execute(begun.limit(1)).first() is not None


def _begin(
    session: Session, row: Row[Any], variables: Mapping[str, Any], *, start_key: str, sender: Sender
) -> Started | None:
    """Begin a case. Whoever sends is told why it cannot: a person at once, the owner of a case by a warning."""
    if sender.levels > MOST_LEVELS:
        error: EngineError = NotPossible(f"cases have begun one another {MOST_LEVELS} times")
        _warn(session, row, variables, start_key, sender, error)
        return None
    try:
        with session.begin_nested():
            return _begun(session, row, variables, start_key, sender)
    except EngineError as error:
        if row.kind == "message" and sender.case_id is None:
            raise
        _warn(session, row, variables, start_key, sender, error)
        return None


def _begun(session: Session, row: Row[Any], variables: Mapping[str, Any], start_key: str, sender: Sender) -> Started:
    about = [_subject(session, name, variables[name]) for name in ENTITIES if variables.get(name) is not None]
    require_seen(session, about, by=sender.by)
    given = {name: value for name, value in variables.items() if name not in ENTITIES}
    owner = sender.by.user_id or sender.owner_id or row.deployed_by_id
    began = Began(row.element_id, row.kind, row.name, given, owner)
    return begin(session, row.category, subjects=about, by=sender.by, start_key=start_key, began=began)


def as_payload(row: Row[Any], variables: Mapping[str, Any], start_key: str, sender: Sender) -> dict[str, Any]:
    """Return what a dead letter keeps of a start, so that it can be tried again."""
    return {
        "category_id": row.category_id,
        "category": row.category,
        "element_id": row.element_id,
        "kind": row.kind,
        "name": row.name,
        "variables": dict(variables),
        "start_key": start_key,
        "sender": {"case_id": sender.case_id, "owner_id": sender.by.user_id or sender.owner_id},
    }


def begin_again(session: Session, payload: Mapping[str, Any]) -> Started:
    """Begin the case that could not be begun.

    Raises:
        Conflict: the category no longer begins with it.
        EngineError: it cannot be begun now either.
    """
    place = (TRIGGER.c[name] == payload[name] for name in ("category_id", "element_id", "kind", "name"))
    row = session.execute(_live().where(*place)).first()
    if row is None:
        raise Conflict(f"{payload['category']} does not begin with the {payload['kind']} “{payload['name']}” any more.")
    sender = Sender(PLATFORM, payload["sender"]["case_id"], payload["sender"]["owner_id"])
    return _begun(session, row, payload["variables"], payload["start_key"], sender)


def _warn(
    session: Session, row: Row[Any], variables: Mapping[str, Any], start_key: str, sender: Sender, error: EngineError
) -> None:
    """Keep the start as a dead letter, and tell the owner of the case that sent what was to begin it."""
    log.error("no case of %s was begun by the %s %s: %s", row.category, row.kind, row.name, error.message)
    kept = as_payload(row, variables, start_key, sender)
    values = {"kind": "start", "case_id": sender.case_id, "payload": kept, "status": "failed", "next_at": now()}
    session.execute(delete(SETBACK).where(SETBACK.c.key == setback_key(start_key)))
    session.execute(insert(SETBACK), {"key": setback_key(start_key), **values, "error": str(error)})
    if sender.case_id is None or sender.owner_id is None:
        return
    text = f"The {row.kind} “{row.name}” began no case of {row.category}: {error.message}"
    told = {"user_id": sender.owner_id, "case_id": sender.case_id, "user_task_id": None, "kind": "warning"}
    session.execute(insert(NOTICE), {"key": f"begins:{start_key}", **told, "text": text, "created_at": now()})


def _subject(session: Session, entity_type: str, named: Any) -> Subject:
    """Return what a case is about, by its reference or id."""
    model = ENTITIES[entity_type]
    by_id = isinstance(named, int) and not isinstance(named, bool)
    found = session.scalar(select(model.id).where(model.id == named if by_id else model.reference == str(named)))
    if found is None:
        raise Invalid(
            f"There is no {entity_type} “{named}”.", errors={entity_type: f"Give the reference of a {entity_type}"}
        )
    return Subject(entity_type, found)
