"""The same cases on this platform: operations, not HTTP; everything included that a completion writes."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, select
from sqlalchemy.orm import sessionmaker

from engine import cases, configuration, tasks
from engine.definitions import deploying
from engine.instants import now
from engine.permissions import SHIPPED, Actor
from engine.runtime.cache import instances
from models import schema
from models.case import CaseSnapshot
from models.staff import User
from models.work import UserTask
from tests.bench import diagrams
from tests.bench.timing import Sample, measured
from tests.environment.statements import COMMIT, statements_of


class Run(NamedTuple):
    """What was measured: starts, completions in order of their task, statements and snapshot bytes of the last case."""

    starts: list[Sample]
    completions: list[list[Sample]]
    statements: int
    commits: int
    snapshot_bytes: int


class Bench:
    """A database with one member of staff, on which cases are run."""

    def __init__(self, engine: Engine) -> None:
        folder = Path(tempfile.mkdtemp())
        configuration.configure(files=folder, keyring_path=folder / "keys.json")
        deploying.forget()
        instances.clear()
        with engine.begin() as connection:
            schema.create(connection)
        self.engine = engine
        self.sessions = sessionmaker(engine, expire_on_commit=False, autoflush=False)
        with self.sessions() as session, session.begin():
            user = User(
                email="ann@bench.example",
                name="Ann",
                password_hash="",
                roles=["officer", "administrator"],
                created_at=now(),
            )
            session.add(user)
            session.flush()
            self.ann = Actor(user.id, "Ann", grants=SHIPPED.of({"officer", "administrator"}))

    def run(self, task_count: int, fields: int, case_count: int, *, cold: bool = False) -> Run:
        """Run so many cases from start to end; `cold` empties the cache before each completion."""
        with self.sessions() as session, session.begin():
            deploying.store(session, diagrams.category(task_count, fields), by=self.ann)
        starts, completions = [], []
        for _ in range(case_count):
            started: list[cases.Started] = []
            starts.append(measured(lambda started=started: started.append(self.start(task_count, fields))))
            completions.append(self._complete_all(started[0].id, cold=cold))
        counter = _Counter(self.engine)  # of one case more: it slows down what it counts
        self._complete_all(self.start(task_count, fields).id, cold=cold, counter=counter)
        with self.sessions() as session:
            size = len(session.scalars(select(CaseSnapshot.state).order_by(CaseSnapshot.case_id.desc())).first() or b"")
        return Run(starts, completions, counter.most_statements, counter.most_commits, size)

    def start(self, task_count: int, fields: int) -> cases.Started:
        """Start a case with so many fields."""
        with self.sessions() as session, session.begin():
            return cases.start(session, f"bench_{task_count}_{fields}", fields=diagrams.initial(fields), by=self.ann)

    def _complete_all(self, case_id: int, *, cold: bool, counter: "_Counter | None" = None) -> list[Sample]:
        with self.sessions() as session, session.begin():
            task_id = session.scalar(select(UserTask.id).where(UserTask.case_id == case_id))
        samples: list[Sample] = []
        while task_id is not None:
            if cold:
                instances.clear()
            done: list[tasks.Completed] = []
            answers = dict.fromkeys(diagrams.answers_of(len(samples) + 1), 600)
            with counter.counting() if counter else nullcontext():
                samples.append(measured(lambda: done.append(self._complete(task_id, answers))))  # noqa: B023
            task_id = done[0].opened[0] if done[0].opened else None
        return samples

    def _complete(self, task_id: int, answers: dict[str, object]) -> tasks.Completed:
        with self.sessions() as session, session.begin():
            return tasks.complete(session, task_id, answers=answers, by=self.ann)


class _Counter:
    """Counts statements and commits, and keeps the most."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.most_statements = self.most_commits = 0

    @contextmanager
    def counting(self) -> Iterator[None]:
        with statements_of(self._engine) as sent:
            yield
        commits = sent.count(COMMIT)
        self.most_statements = max(self.most_statements, len(sent) - commits)
        self.most_commits = max(self.most_commits, commits)
