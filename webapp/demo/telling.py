"""Runs the stories of the cases through the engine, each moment at its own time."""

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from engine import cases, jobs, reminding, tasks, timers
from engine.communications import dispatching
from engine.errors import NotFound
from engine.instants import frozen_at, now, today
from engine.permissions import Actor
from engine.transactions import Sessions, reading, writing
from models.case import Case
from models.category import Category
from models.communication import Communication
from models.people import ContactDetail, Person
from models.tenancies import TenureMember
from models.work import OutboxMessage, Timer, UserTask
from webapp.demo import complaints, people, purchases
from webapp.demo.complaints import Moment, Story

LATELY = timedelta(days=14)
Event = tuple[datetime, int, Story, Moment]


def tell(sessions: Sessions) -> Iterator[int]:
    """Tell all stories, oldest moment first; yields how many moments were told."""
    teller = Teller(sessions)
    for number, (when, place, story, moment) in enumerate(_events(), start=1):
        teller.let_time_pass(when)
        with frozen_at(when):
            teller.happen(place, story, moment)
        yield number
    teller.let_time_pass(now())
    teller.claim_what_is_taken()


def count() -> int:
    """Return how many moments there are to tell."""
    return len(_events())


def _events() -> list[Event]:
    """Return every moment that has come already, in the order in which they happened."""
    told = [
        (complaints.at(moment, today()), place, story, moment)
        for place, story in enumerate((*complaints.stories(), *purchases.stories()))
        for moment in story.moments
    ]
    soonest = now()
    return sorted(((min(when, soonest), *rest) for when, *rest in told), key=lambda event: event[0])  # type: ignore[misc]


class Teller:
    """Knows which case belongs to which story, and who does what."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._begun_at = now()
        with reading(sessions) as session:
            self._staff = people.actors(session)
        self._complainants = self._choose_complainants()
        self._cases: dict[int, int] = {}
        self._stories: dict[int, Story] = {}
        self._turns = itertools.count()

    def let_time_pass(self, until: datetime) -> None:
        """Fire each timer, and give each reminder, that falls due before `until`, at the time at which it is due."""
        while (due := self._next_due()) is not None and due <= until:
            with frozen_at(due):
                if not timers.sweep(self._sessions) + reminding.sweep(self._sessions):
                    return

    def happen(self, place: int, story: Story, moment: Moment) -> None:
        """Do what the moment tells, in one step, and the jobs that it leaves."""
        answers = moment.answers(today())
        if moment.element == "start":
            self._start(place, story, answers, team=moment.team)
        elif moment.element == "cancel":
            with writing(self._sessions) as session:
                by = self._who(moment.team)
                cases.cancel(session, self._case(place, moment.child), reason=answers["reason"], by=by)
        else:
            self._complete(self._case(place, moment.child), moment, answers)
        while jobs.run_waiting(self._sessions, but=jobs.APART):  # what is drawn of letters is drawn while one looks on
            pass
        self._post()

    def _post(self) -> None:
        """Have letters posted on the day that they were written; those of the last days wait for the printer."""
        if now() < self._begun_at - LATELY:
            with writing(self._sessions) as session:
                keys = session.scalars(select(Communication.key).where(Communication.status == "waiting")).all()
                for key in keys:
                    posted = {"status": "sent", "sent_at": now(), "provider": "print", "sheets": 1}
                    dispatching.record(session, key, posted, "communication_sent")
                    session.execute(update(OutboxMessage).where(OutboxMessage.key == key).values(status="sent"))

    def claim_what_is_taken(self) -> None:
        """Let somebody take the tasks that stories leave in hand."""
        for place, story in self._stories.items():
            for element in story.claimed:
                task_id, team = self._open_task(self._cases[place], element)
                with writing(self._sessions) as session:
                    tasks.claim(session, task_id, by=self._who(team))

    def _start(self, place: int, story: Story, answers: dict[str, Any], *, team: str) -> None:
        person_id = next(self._complainants) if story.has_home else self._add_person_without_home()
        with writing(self._sessions) as session:
            started = cases.start(
                session,
                story.category,
                subjects=[cases.Subject("person", person_id)],
                fields=answers,
                by=self._who(team),
            )
        self._cases[place], self._stories[place] = started.id, story

    def _case(self, place: int, child: str) -> int:
        """Return the case of a story, or the one of the category `child` that it has started last."""
        if not child:
            return self._cases[place]
        found = (
            select(Case.id)
            .join(Category, Category.id == Case.category_id)
            .where(Case.parent_id == self._cases[place], Category.key == child)
            .order_by(Case.id.desc())
            .limit(1)
        )
        with reading(self._sessions) as session:
            return session.scalars(found).one()

    def _complete(self, case_id: int, moment: Moment, answers: dict[str, Any]) -> None:
        task_id, team = self._open_task(case_id, moment.element)
        by = self._who(team)
        with writing(self._sessions) as session:
            tasks.claim(session, task_id, by=by)
        with writing(self._sessions) as session:
            tasks.complete(session, task_id, answers=answers, by=by)

    def _open_task(self, case_id: int, element: str) -> tuple[int, int | None]:
        with reading(self._sessions) as session:
            row = session.execute(
                select(UserTask.id, UserTask.team_id).where(
                    UserTask.case_id == case_id, UserTask.element_id == element, UserTask.status == "open"
                )
            ).first()
        if row is None:
            raise NotFound(f"The story expects the task {element} to be open on case {case_id}, and it is not.")
        return row.id, row.team_id

    def _who(self, team: str | int | None) -> Actor:
        """Return the members of a team in turn: the first at even turns, the second at odd ones."""
        found = [a for a in self._staff.values() if team in a.team_names or team in a.team_ids]
        members = [a for a in found if "officer" in a.roles] or found
        return members[next(self._turns) % len(members)]

    def _next_due(self) -> datetime | None:
        with reading(self._sessions) as session:
            due = session.scalar(select(func.min(Timer.due_at))), session.scalar(select(func.min(UserTask.remind_at)))
        return min((at for at in due if at is not None), default=None)

    def _choose_complainants(self) -> Iterator[int]:
        with reading(self._sessions) as session:
            tenants = session.scalars(
                select(TenureMember.person_id)
                .where(TenureMember.role == "tenant", TenureMember.until_on.is_(None))
                .order_by(TenureMember.id)
                .limit(180)
            ).all()
        return itertools.cycle(tenants[3::11] or tenants)

    def _add_person_without_home(self) -> int:
        with writing(self._sessions) as session:
            person = Person(reference="P-CALLER-1", title="Mr", first_name="Desmond", surname="Achterberg")
            session.add(person)
            session.flush()  # its id goes into the contact detail
            mail = "desmond.achterberg@post.example"
            session.add(ContactDetail(person_id=person.id, contact_type="email", value=mail, is_preferred=True))
        return person.id
