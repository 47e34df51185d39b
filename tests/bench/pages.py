"""Measures what the server needs for the pages that officers open all day, with 10,000 open of 100,000 cases.

Alone, at any scale: python -m tests.bench.pages --scale 1 --database SQLite --kept /tmp/kept
"""

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session, sessionmaker

from engine.instants import unmoved_now
from models.case import Case
from models.people import Person
from models.staff import Session as SignIn
from models.work import UserTask
from tests.bench import record
from tests.bench.measures import Measure, Measures
from tests.bench.timing import cpu_ms, measured, wall_ms, wall_p95_ms
from webapp import auth, create_app, memory

LIMIT_MS = 200.0
ROUNDS = 40
WARM_UP = 2

Address = Callable[[], str]


def measure(full: record.Furnished) -> Measures:
    """Yield the time of each page over officers, cases and people taken at random, always the same ones."""
    desks = clients(full.engine, full.folder, full.officers[:5])
    warm = WARM_UP * len(desks)
    for page, address in _pages(full).items():
        samples = [measured(partial(_get, desks[n % len(desks)], address())) for n in range(warm + ROUNDS)][warm:]
        name = f"{full.title}, {page}"
        yield Measure(f"{name}: processor time, p50", cpu_ms(samples), "ms")
        yield Measure(f"{name}: server time, p50", wall_ms(samples), "ms")
        yield Measure(f"{name}: server time, p95", wall_p95_ms(samples), "ms", limit=LIMIT_MS)


def _pages(full: record.Furnished) -> dict[str, Address]:
    chosen = random.Random(1)
    seen = Case.restricted.is_(False)
    open_tasks = select(UserTask.id).join(Case, Case.id == UserTask.case_id).where(UserTask.status == "open", seen)
    with Session(full.engine) as session:
        visible = select(Case.reference).where(Case.status == "open", seen)
        references = list(session.scalars(visible.order_by(Case.id)))
        tasks = list(session.scalars(open_tasks.order_by(UserTask.id)))
        people = list(session.scalars(select(Person.id).order_by(Person.id)))
    return {
        "home": lambda: "/",
        "home, overdue of my teams": lambda: "/?whose=teams&state=overdue",
        "list of tasks": lambda: "/tasks",
        "list of all tasks": lambda: "/tasks?all=1",
        "list of cases": lambda: "/cases",
        "list of cases by what is due": lambda: "/cases?sort=due&order=asc",
        "list of cases, overdue": lambda: "/cases?overdue=1",
        "list of cases, by words": lambda: "/cases?q=complaint+okafor",
        "page of a case": lambda: f"/cases/{chosen.choice(references)}",
        "timeline of a case": lambda: f"/cases/{chosen.choice(references)}/timeline",
        "page of a task": lambda: f"/tasks/{chosen.choice(tasks)}",
        "page of a person": lambda: f"/people/{chosen.choice(people)}",
        "search": lambda: "/search?q=okafor",
    }


def _get(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}: {answer.text[:1000]}")


def clients(engine: Engine, folder: Path, officers: list[int]) -> list[FlaskClient]:
    """Return the browsers of officers who have signed in."""
    settings = {
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "CASEWRIGHT_SECRET_KEY": "a key for the benchmark alone",
        "CASEWRIGHT_FILES": str(folder / "files"),
        "CASEWRIGHT_KEYRING": str(folder / "keys.json"),
    }
    app = create_app(settings)
    memory.settle()  # as a server does once it has read what it needs
    return [_client(app, sessionmaker(engine), user_id) for user_id in officers]


def _client(app: Any, sessions: sessionmaker[Session], user_id: int) -> FlaskClient:
    token, now = f"officer-{user_id}", unmoved_now()
    with sessions() as session, session.begin():
        session.execute(delete(SignIn).where(SignIn.token_digest == auth.digest(token)))  # of an earlier run
        session.add(SignIn(token_digest=auth.digest(token), user_id=user_id, created_at=now, seen_at=now))
    client: FlaskClient = app.test_client()
    client.set_cookie("casewright", token)
    return client


if __name__ == "__main__":
    record.print_each_asked_for(__doc__, measure)
