"""A small category whose deadlines hang on a rule, and cases of it."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine import cases, jobs, law
from engine.definitions import deploying
from engine.law import publishing
from engine.permissions import PLATFORM, Actor
from models.work import Clock, UserTask
from tests.diagrams import category, due
from tests.factories import Factories

RULES = """# Ours.
[[rule]]
id = "{rule}"
name = "Answer the letter"
class = "local standard"
counts_from = "received"
counts_from_words = "the letter was received"
within = {{ amount = {amount}, unit = "working days" }}  # agreed in May
amber_after = {{ amount = 1, unit = "working days" }}
{more}
[rule.citation]
text = "Our standard"
"""


def rules(amount: int = 5, *, rule: str = "letter.answer", more: str = "") -> str:
    return RULES.format(amount=amount, rule=rule, more=more)


class Letters:
    """Cases that have to be answered by `letter.answer`, counted from the field `received_on`."""

    def __init__(self, factories: Factories) -> None:
        self.factories = factories
        self.analyst: Actor = factories.actor(factories.user("analyst", "officer"))

    def deploy(
        self, text: str, *, note: str = "", flows: str = "start > answer > end", rule: str = "letter.answer"
    ) -> None:
        files = category(
            flows,
            inside={"answer": due(f'=due("{rule}", date(received_on))')},
            files={"rules.toml": text.encode()} if text else {},
        )
        with self.factories.transaction() as session:
            deploying.store(session, files, by=PLATFORM, note=note)

    def start(self, received: date = date(2026, 12, 18)) -> int:
        with self.factories.transaction() as session:
            started = cases.start(session, "sample", fields={"received_on": received.isoformat()}, by=self.analyst)
        jobs.run_all(self.factories.sessions, started.job_keys)
        return started.id

    def publish(
        self, text: str, *, source: str = "sample", reason: str = "It was agreed", follows: int | None = None
    ) -> Any:
        with self.factories.transaction() as session:
            return publishing.publish(session, source, text, reason=reason, by=self.analyst, follows=follows)

    def clock(self, case_id: int) -> Clock:
        with self.factories.transaction() as session:
            return session.scalars(select(Clock).where(Clock.case_id == case_id)).one()

    def task(self, case_id: int) -> UserTask:
        with self.factories.transaction() as session:
            return session.scalars(select(UserTask).where(UserTask.case_id == case_id, UserTask.status == "open")).one()

    def edition(self, source: str = "sample") -> int:
        with self.factories.transaction() as session:
            found = law.current(session).editions.get(source)
            return found.number if found is not None else 0

    def text(self, source: str = "sample") -> str:
        with self.factories.transaction() as session:
            return publishing.text_in_force(session, source)


@pytest.fixture
def letters(factories: Factories) -> Letters:
    """On both databases."""
    return Letters(factories)


@pytest.fixture
def sqlite_letters(sqlite_factories: Factories) -> Letters:
    """On SQLite alone."""
    return Letters(sqlite_factories)
