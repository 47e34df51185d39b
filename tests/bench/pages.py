"""Measures what the server needs for the pages that officers open all day, with thousands of open cases."""

import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from engine import configuration
from engine.definitions import deploying
from engine.instants import unmoved_now
from engine.runtime import directory
from models import schema
from models.case import Case
from models.people import Person
from models.staff import Session as SignIn
from models.work import UserTask
from tests.bench import landlord
from tests.bench.measures import Measure, Measures
from tests.bench.timing import Sample, wall_ms, wall_p95_ms
from webapp import auth, create_app

LIMIT_MS = 200.0
ROUNDS = 40
WARM_UP = 2

Address = Callable[[], str]


def measure(database: str, engine: Engine, cases: int) -> Measures:
    """Yield the time of each page over officers, cases and people taken at random, always the same ones."""
    folder = Path(tempfile.mkdtemp())
    configuration.configure(files=folder / "files", keyring_path=folder / "keys.json")
    deploying.forget()
    directory.forget()
    with engine.begin() as connection:
        schema.create(connection)
    officers = landlord.furnish(engine, cases)
    clients = _clients(engine, folder, officers[:5])
    for page, address in _pages(engine).items():
        samples = [_timed(clients[n % len(clients)], address()) for n in range(WARM_UP * len(clients) + ROUNDS)]
        samples = samples[WARM_UP * len(clients) :]
        name = f"{database}, {cases:,} open cases, {page}"
        yield Measure(f"{name}: server time, p50", wall_ms(samples), "ms")
        yield Measure(f"{name}: server time, p95", wall_p95_ms(samples), "ms", limit=LIMIT_MS)


def _pages(engine: Engine) -> dict[str, Address]:
    chosen = random.Random(1)
    with Session(engine) as session:
        references = list(session.scalars(select(Case.reference).where(Case.status == "open").order_by(Case.id)))
        tasks = list(session.scalars(select(UserTask.id).where(UserTask.status == "open").order_by(UserTask.id)))
        people = list(session.scalars(select(Person.id).order_by(Person.id)))
    return {
        "home": lambda: "/",
        "home, overdue of my teams": lambda: "/?whose=teams&state=overdue",
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


def _timed(client: FlaskClient, address: str) -> Sample:
    begun = time.perf_counter()
    answer = client.get(address)
    taken = Sample(0.0, time.perf_counter() - begun)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}: {answer.text[:1000]}")
    return taken


def _clients(engine: Engine, folder: Path, officers: list[int]) -> list[FlaskClient]:
    settings = {
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "CASEWRIGHT_SECRET_KEY": "a key for the benchmark alone",
        "CASEWRIGHT_FILES": str(folder / "files"),
        "CASEWRIGHT_KEYRING": str(folder / "keys.json"),
    }
    app = create_app(settings)
    return [_client(app, sessionmaker(engine), user_id) for user_id in officers]


def _client(app: Any, sessions: sessionmaker[Session], user_id: int) -> FlaskClient:
    token, now = f"officer-{user_id}", unmoved_now()
    with sessions() as session, session.begin():
        session.add(SignIn(token_digest=auth.digest(token), user_id=user_id, created_at=now, seen_at=now))
    client: FlaskClient = app.test_client()
    client.set_cookie("casewright", token)
    return client
