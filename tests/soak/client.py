"""One worker: an officer who starts cases and answers tasks, and a node that fires timers, runs jobs and sends mail.

It may be killed at any instruction. The next one in its place asks again, with the same key, where it has
no answer.
"""

import os
import random
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from engine import cases, jobs, outbox, tasks, timers
from engine.communications import dispatching
from engine.communications.providers.smtp import Smtp
from engine.errors import Conflict
from engine.permissions import SHIPPED, Actor
from models.case import Case
from models.database import connect
from models.work import Job, OutboxMessage, UserTask
from tests.soak import expectation, faults
from tests.soak.diary import Diary

MOST_OPEN = 24
SENDER = "soak@landlord.example"
NEAREST = 6  # open tasks among which all workers choose: they are to get in each other's way


class Client:
    """What one worker process does until it is killed, or until nothing is left to do."""

    def __init__(self, place: int, settings: dict[str, Any], flags: Any) -> None:
        self.place, self.flags = place, flags
        self.settings = settings
        faults.show = self._show
        self.folder = Path(settings["folder"])
        self.sessions = sessionmaker(connect(settings["url"]), expire_on_commit=False, autoflush=False)
        self.diary = Diary(self.folder / f"{place}.diary")
        user_id, name = settings["users"][place]
        self.actor = Actor(user_id, name, grants=SHIPPED.of({"officer", "administrator"}))
        self.random = random.Random(os.urandom(8))

    def live(self) -> None:
        """Do one thing after another."""
        self._ask_again()
        self.diary.write("alive")
        while not (self._is_to_finish() and (self._is_all_done() or self._is_stuck())):
            self._guarded(self.random.choices(self._verbs, weights=(2, 8, 2, 2, 2))[0])

    @property
    def _verbs(self) -> tuple[Callable[[], None], ...]:
        return self._start, self._complete, self._sweep, self._run_jobs, self._deliver

    def _guarded(self, verb: Callable[[], None]) -> None:
        """Do something; whatever an officer could not be told in a sentence is written down as an error."""
        try:
            verb()
        except Exception as error:
            self.diary.write("error", type=type(error).__name__, message=str(error)[:500], verb=verb.__name__)
            time.sleep(0.05)

    @contextmanager
    def _stepping(self) -> Any:
        """Show the killer that a step is under way."""
        self._show(faults.IN_A_STEP)
        try:
            yield
        finally:
            self._show(0)

    def _show(self, state: int) -> None:
        self.flags[self.place] = state

    def _start(self) -> None:
        if self._is_to_finish() or self._count(Case, Case.status == "open") >= MOST_OPEN:
            return
        number = int.from_bytes(os.urandom(4), "big")
        self.diary.write("ask start", number=number)
        self._send_start(number)

    def _send_start(self, number: int) -> None:
        with self._stepping():
            with self._transaction() as session:
                started = cases.start(
                    session, "soak", fields={"number": number}, by=self.actor, start_key=f"soak {number}"
                )
            self.diary.write("started", number=number, id=started.id, reference=started.reference)

    def _complete(self) -> None:
        chosen = self._some_task()
        if chosen is None:
            time.sleep(0.01)
            return
        task_id, task, number = chosen
        key = f"{self.place} {task_id} {self.random.random()}"
        self.diary.write("ask task", task_id=task_id, task=task, number=number, key=key)
        self._send_answer(task_id, task, number, key)

    def _send_answer(self, task_id: int, task: str, number: int, key: str) -> None:
        answers = {task: expectation.answer(number, task)}
        with self._stepping():
            try:
                with self._transaction() as session:
                    done = tasks.complete(session, task_id, answers=answers, by=self.actor, completion_key=key)
            except Conflict as conflict:
                self.diary.write("beaten", task_id=task_id, message=conflict.message)
                return
            jobs.run_all(self.sessions, done.job_keys)
            self.diary.write("completed", number=number, task=task, is_repeat=done.is_repeat)

    def _sweep(self) -> None:
        with self._stepping():
            timers.sweep(self.sessions)

    def _run_jobs(self) -> None:
        with self._stepping():
            jobs.run_waiting(self.sessions, but=jobs.LONG)  # whose leases outlast a worker by minutes

    def _deliver(self) -> None:
        with self._stepping():
            outbox.deliver(self.sessions, smtp_url=self.settings["smtp_url"], sender=SENDER)
            dispatching.dispatch(self.sessions, {"email": Smtp(self.settings["smtp_url"], SENDER)})

    def _ask_again(self) -> None:
        """Repeat what the worker before this one was killed over."""
        asked = self.diary.unanswered()
        if asked is None:
            return
        what = asked.pop("what")
        self._guarded(lambda: self._send_start(**asked) if what == "ask start" else self._send_answer(**asked))

    def _some_task(self) -> tuple[int, str, int] | None:
        with self._transaction() as session:
            nearest = session.execute(
                select(UserTask.id, UserTask.element_id, Case.start_key)
                .join(Case, Case.id == UserTask.case_id)
                .where(UserTask.status == "open")
                .order_by(UserTask.id)
                .limit(NEAREST)
            ).all()
        if not nearest:
            return None
        task_id, element_id, start_key = self.random.choice(nearest)
        return task_id, element_id, int(start_key.split()[1])

    def _is_to_finish(self) -> bool:
        return (self.folder / "finish").exists()

    def _is_all_done(self) -> bool:
        left = self._count(Case, Case.status == "open") + self._count(Job, Job.kind.not_in(jobs.LONG))
        return left + self._count(OutboxMessage, OutboxMessage.status == "waiting") == 0

    def _is_stuck(self) -> bool:
        """Say whether no client has got anywhere for so long that none ever will."""
        newest = max(path.stat().st_mtime for path in self.folder.iterdir())
        return time.time() - newest > self.settings["patience"]

    def _count(self, model: Any, *conditions: Any) -> int:
        with self._transaction() as session:
            return int(session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0)

    @contextmanager
    def _transaction(self) -> Any:
        with self.sessions() as session, session.begin():
            yield session


Sessions = sessionmaker[Session]
