"""Finds who is told of a task: whoever has it, their team, its manager; never somebody who may not see the case."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine.absences import stand_in
from engine.permissions import book, circle
from engine.reminders import Recipient
from engine.reminders.delivery import COLUMNS, NONE, Preference
from engine.runtime import directory
from engine.runtime.header import CaseRow
from models.base import table
from models.staff import Membership, User
from models.telling import NotificationPreference

USER, MEMBER, PREFERENCE = table(User), table(Membership), table(NotificationPreference)
_COLUMNS = (USER.c.id, USER.c.name, USER.c.email, USER.c.roles, *(PREFERENCE.c[name] for name in COLUMNS))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is told. `for_team` when only because nobody of their team has the task."""

    id: int
    name: str
    email: str
    preference: Preference
    for_team: bool = False
    instead_of: str = ""  # for whom they stand in


def audience(session: Session, case: CaseRow, task: Any, to: Recipient, *, at: datetime) -> list[Person]:
    """Return who is told of a task, each once; nobody when the chain leads to nobody who works here any more.

    `task` has assignee_id, team_id and candidates. Who is away is told with their stand-in; where there is no such
    person, or no manager, the owner of the case is told. Of a restricted case only its circle may be told.
    """
    named = _named(session, case, task, to)
    told = [*_stand_ins(session, named, at), *named]
    if case.restricted:
        may_know = circle(session, case.id, case.owner_id)
        told = [person for person in told if person.id in may_know]
    if not told:
        owner = _active(session, [case.owner_id])
        told = owner if case.restricted else [*_stand_ins(session, owner, at), *owner]
    return list({person.id: person for person in told}.values())


def administrators(session: Session) -> list[Person]:
    """Return who is told when nobody else could be."""
    return _granted(session, _people(), "administer")


def _named(session: Session, case: CaseRow, task: Any, to: Recipient) -> list[Person]:
    if to.kind == "assignee":
        return _whoever_has(session, case, task)
    if to.kind == "team":
        return _team(session, [task.team_id]) or _managers_of_task(session, case, task)
    if to.kind == "team manager":
        return _managers_of_task(session, case, task)
    if to.kind == "owner":
        return _active(session, [case.owner_id]) or _managers_of(session, [case.owner_id])
    if to.kind == "owner's manager":
        return _managers_of(session, [case.owner_id])
    found = directory.team_id(session, to.name) if to.kind != "person" else None
    if to.kind == "named team":
        return _team(session, [found])
    if to.kind == "manager of":
        return _managers(session, [found])
    return _active(session, [directory.user_id(session, to.name)]) or _managers_of_task(session, case, task)


def _whoever_has(session: Session, case: CaseRow, task: Any) -> list[Person]:
    """Return the assignee, else those who could take the task, else the owner; for who left, their manager."""
    if task.assignee_id is not None:
        return _active(session, [task.assignee_id]) or _managers_of_task(session, case, task)
    teams = [task.team_id, *task.candidates.get("teams", ())]
    could_take = _team(session, teams) + _active(session, task.candidates.get("users", ()))
    if could_take or any(team is not None for team in teams):
        return could_take or _managers(session, teams)
    return _active(session, [case.owner_id]) or _managers_of(session, [case.owner_id])


def _stand_ins(session: Session, people: Iterable[Person], at: datetime) -> Iterator[Person]:
    """Yield who stands in for those who are away, but for members of a team: their colleagues hear of it anyway."""
    for person in people:
        found = stand_in(session, person.id, at) if not person.for_team else None
        if found is not None:
            yield from (replace(other, instead_of=person.name) for other in _active(session, [found.user_id]))


def _managers_of_task(session: Session, case: CaseRow, task: Any) -> list[Person]:
    """Return the managers of the task's team; without one, those of whoever has it, else of the owner."""
    return (
        _managers(session, [task.team_id])
        or _managers_of(session, [task.assignee_id])
        or _managers_of(session, [case.owner_id])
    )


def _active(session: Session, user_ids: Iterable[int | None]) -> list[Person]:
    return _found(session, _people().where(USER.c.id.in_(_known(user_ids))))


def _team(session: Session, team_ids: Iterable[int | None]) -> list[Person]:
    """Return the members of teams who want to hear of tasks that nobody has."""
    people = _found(session, _members().where(MEMBER.c.team_id.in_(_known(team_ids))))
    return [replace(person, for_team=True) for person in people if person.preference.team != NONE]


def _managers(session: Session, team_ids: Iterable[int | None]) -> list[Person]:
    return _found(session, _members().where(MEMBER.c.team_id.in_(_known(team_ids)), MEMBER.c.is_manager))


def _managers_of(session: Session, user_ids: Iterable[int | None]) -> list[Person]:
    """Return who manages a team in which one of these is, without themselves."""
    users = _known(user_ids)
    teams = select(MEMBER.c.team_id).where(MEMBER.c.user_id.in_(users)).scalar_subquery()
    manages = (MEMBER.c.team_id.in_(teams)) & MEMBER.c.is_manager & USER.c.id.not_in(users)
    return _found(session, _members().where(manages))


def _people() -> Select[Any]:
    return select(*_COLUMNS).outerjoin(PREFERENCE, PREFERENCE.c.user_id == USER.c.id).order_by(USER.c.id)


def _members() -> Select[Any]:
    return _people().join(MEMBER, MEMBER.c.user_id == USER.c.id)


def _known(ids: Iterable[int | None]) -> list[int]:
    return [one for one in ids if one is not None]


def _found(session: Session, people: Select[Any]) -> list[Person]:
    """Return those who work here and may see cases at all."""
    return _granted(session, people, "see cases")


def _granted(session: Session, people: Select[Any], verb: str) -> list[Person]:
    roles = book(session).granting(verb)
    rows = session.execute(people.where(USER.c.is_active)).all()
    return [_person(row) for row in rows if not roles.isdisjoint(row.roles)]


def _person(row: Any) -> Person:
    return Person(row.id, row.name, row.email, Preference.of(row))
