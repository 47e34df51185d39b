"""Measures cases of a category with 5,000 fields of the catalogue, and the search by one of them at 100,000 cases.

Alone: python -m tests.bench.fields --database SQLite
"""

import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.orm import Session

from engine import case_fields, cases, configuration, field_search, fields, reading
from engine.definitions import deploying
from engine.field_catalogue import csv_files
from engine.instants import unmoved_now
from engine.permissions import PLATFORM, actor_of
from engine.runtime import cache, directory
from models import schema
from models.base import table
from models.case import Case
from models.fields import SearchableValue
from models.people import Person
from models.staff import Session as SignIn
from models.staff import User
from tests.bench import databases
from tests.bench.landlord import take_time
from tests.bench.measures import Measure, Measures, print_each
from tests.bench.timing import Sample, cpu_ms, measured, wall_ms, wall_p95_ms
from tests.diagrams import category
from webapp import auth, create_app, memory

LIMIT_MS = 50.0
ROUNDS = 20
WARM_UP = 3
A_SECTION, CASES = 200, 100_000
A_TIME, FIRST_ID = 5_000, 1_000
TYPES = ("text", "number", "date", "yes_no", "money")
VALUES: dict[str, Callable[[int, int], Any]] = {
    "text": lambda n, turn: f"words {n} {turn}",
    "number": lambda n, turn: n + turn,
    "date": lambda n, turn: f"2026-{1 + n % 12:02}-{1 + turn % 28:02}",
    "yes_no": lambda n, turn: (n + turn) % 2 == 0,
    "money": lambda n, turn: n + turn,
}


def measure(database: str, engine: Engine, definitions: int = 5_000, many: int = CASES) -> Measures:
    """Yield the times of opening and saving, beside a category without fields, and of searching."""
    folder = Path(tempfile.mkdtemp())
    configuration.configure(files=folder / "files", keyring_path=folder / "keys.json")
    for forget in (deploying.forget, fields.forget, directory.forget, cache.instances.clear):
        forget()
    with engine.begin() as connection:
        schema.create(connection)
    client, user_id = _client(engine, folder)
    plain, full = _cases(engine, definitions)
    name = f"{database}, {definitions:,} fields"
    memory.settle()  # as a server does once it has read what it needs
    bare = [_get(client, f"/cases/{plain}") for _ in range(WARM_UP + ROUNDS)][WARM_UP:]
    opened = [_get(client, f"/cases/{full}") for _ in range(WARM_UP + ROUNDS)][WARM_UP:]
    against = "the same page without fields"
    yield from _within_limit(f"{name}: opening a case", opened)
    yield Measure(f"{name}: opening a case, to one without", wall_ms(opened), "ms", wall_ms(bare), against)
    form = [_get(client, f"/cases/{full}/fields/section-3/answers") for _ in range(WARM_UP + ROUNDS)][WARM_UP:]
    yield Measure(f"{name}: opening the form of {A_SECTION} of them", wall_ms(form), "ms")
    saved = [measured(lambda n=n: _save(engine, full, n)) for n in range(WARM_UP + ROUNDS)][WARM_UP:]
    yield from _within_limit(f"{name}: saving {A_SECTION} of them", saved)
    yield from _searches(database, engine, user_id, many)


def _within_limit(name: str, samples: list[Sample]) -> Measures:
    yield Measure(f"{name}: processor time, p50", cpu_ms(samples), "ms")
    yield Measure(f"{name}: p50", wall_ms(samples), "ms")
    yield Measure(f"{name}: p95", wall_p95_ms(samples), "ms", limit=LIMIT_MS)


def _client(engine: Engine, folder: Path) -> tuple[FlaskClient, int]:
    app = create_app(
        {
            "DATABASE_URL": engine.url.render_as_string(hide_password=False),
            "CASEWRIGHT_SECRET_KEY": "a key for measuring",
            "CASEWRIGHT_FILES": str(folder / "files"),
            "CASEWRIGHT_KEYRING": str(folder / "keys.json"),
        }
    )
    client = app.test_client()
    person = {"email": "bench@landlord.example", "name": "Bench", "roles": ["officer"], "password_hash": "!"}
    with Session(engine) as session, session.begin():
        user = User(**person, created_at=unmoved_now())
        session.add(user)
        session.flush()
        at = unmoved_now()
        session.add(SignIn(token_digest=auth.digest("bench"), user_id=user.id, created_at=at, seen_at=at))
        user_id = user.id
    client.set_cookie("casewright", "bench")
    return client, user_id


def _cases(engine: Engine, definitions: int) -> tuple[str, str]:
    """Return the reference of a case without fields, and of one whose fields all have a value."""
    rows = "\n".join(
        f"f{n},{TYPES[n % len(TYPES)]},Field {n},Section {n // A_SECTION},{'yes' if n == 3 * A_SECTION else ''}"
        for n in range(definitions)
    )
    with Session(engine) as session, session.begin():
        deploying.store(session, category("start > ask > end", key="plain"), by=PLATFORM)
        deploying.store(session, category("start > ask > end", key="full"), by=PLATFORM)
    with Session(engine) as session, session.begin():
        content = f"key,type,label,section,searchable\n{rows}\n".encode()
        csv_files.carry_out(session, "category:full", content, by=PLATFORM)
    with Session(engine) as session, session.begin():
        plain = cases.start(session, "plain", by=PLATFORM)
        full = cases.start(session, "full", by=PLATFORM)
    values = {f"f{n}": VALUES[TYPES[n % len(TYPES)]](n, 0) for n in range(definitions)}
    with Session(engine) as session, session.begin():
        cases.change_fields(session, full.id, values, by=PLATFORM)
    return plain.reference, full.reference


def _get(client: FlaskClient, address: str) -> Sample:
    def call() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}: {answer.text[:500]}")

    return measured(call)


def _save(engine: Engine, reference: str, turn: int) -> None:
    """Change 200 fields of a section, one of them searchable, as the page does."""
    first = 3 * A_SECTION
    answers = {f"f{n}": VALUES[TYPES[n % len(TYPES)]](n, turn + 1) for n in range(first, first + A_SECTION)}
    with Session(engine) as session, session.begin():
        case_id = session.scalar(text("SELECT id FROM cases WHERE reference = :r"), {"r": reference})
        reader = reading.open_case(session, case_id, by=PLATFORM)
        form = case_fields.form(case_fields.catalogue_of(reader), "section-3", by=PLATFORM)
        case_fields.save(session, reader, form, answers, seen={}, by=PLATFORM)


SEARCHED = (
    b"key,type,label,searchable\nname,text,Name,yes\nsize,number,Size,yes\nseen,date,Seen,yes\nwet,yes_no,Wet,yes\n"
)


def _searches(database: str, engine: Engine, user_id: int, many: int) -> Measures:
    """Yield the time of each way to search among many cases, of which every field has a value."""
    with Session(engine) as session, session.begin():
        csv_files.carry_out(session, "category:plain", SEARCHED, by=PLATFORM)
        csv_files.carry_out(session, "person", SEARCHED, by=PLATFORM)
    _fill(engine, many)
    asked = {
        "a text": ("name", "is", "word 7777"),
        "what a text begins with": ("name", "begins", "word 7"),
        "at least a number": ("size", "least", "500"),
        "until a day": ("seen", "most", "2026-06-01"),
        "what half of them are": ("wet", "is", "yes"),
    }
    for name, (key, way, value) in asked.items():
        taken = [measured(lambda k=key, w=way, v=value: _search(engine, user_id, k, w, v)) for _ in range(ROUNDS + 2)]
        yield from _within_limit(f"{database}, {many:,} cases, by {name}", taken[2:])
        taken = [measured(lambda k=key, w=way, v=value: _people(engine, user_id, k, w, v)) for _ in range(ROUNDS + 2)]
        yield Measure(f"{database}, {many:,} people, by {name}: p95", wall_p95_ms(taken[2:]), "ms", limit=LIMIT_MS)


def _fill(engine: Engine, many: int) -> None:
    """Write many cases beside the one that there is, and as many people, with the values by which they are found."""
    with Session(engine) as session, session.begin():
        template = session.scalars(select(Case).order_by(Case.id).limit(1)).one()
        left_out = ("id", "reference", "start_key")
        columns = {c.key: getattr(template, c.key) for c in table(Case).columns if c.key not in left_out}
        ids, of_people = (
            {key: one.id for key, one in fields.of_owner(session, owner).searchable.items()}
            for owner in ("category:plain", "person")
        )
        for start in range(0, many, A_TIME):
            numbers = range(start, min(many, start + A_TIME))
            rows = [{**columns, "id": FIRST_ID + n, "reference": f"BENCH-{n:06}"} for n in numbers]
            session.execute(insert(table(Case)), rows)
            people = [
                {"id": FIRST_ID + n, "reference": f"B{n:06}", "first_name": "Ada", "surname": f"Bench {n}"}
                for n in numbers
            ]
            session.execute(insert(Person), people)
            for known in (ids, of_people):
                session.execute(insert(table(SearchableValue)), [row for n in numbers for row in _values(n, known)])
    with engine.begin() as connection:
        take_time(connection)
        connection.execute(text("ANALYZE"))


def _values(number: int, ids: dict[str, int]) -> Iterator[dict[str, Any]]:
    found = {
        "name": ("text", f"word {number}"),
        "size": ("number", float(number % 1000)),
        "seen": ("day", unmoved_now().date() - timedelta(days=number % 900)),
        "wet": ("text", "true" if number % 2 else "false"),
    }
    for key, (column, value) in found.items():
        row = {"definition_id": ids[key], "entity_id": FIRST_ID + number, "ordinal": 0}
        yield {**row, "text": None, "number": None, "day": None, column: value}


def _search(engine: Engine, user_id: int, key: str, way: str, value: str) -> None:
    with Session(engine) as session:
        by = actor_of(session, user_id)
        assert by is not None
        asked = field_search.sought(session, "category:plain", key, way=way, text=value, by=by)
        if not field_search.cases(session, asked, by=by).rows:
            raise RuntimeError(f"nothing found by {key} {way} {value}")


def _people(engine: Engine, user_id: int, key: str, way: str, value: str) -> None:
    with Session(engine) as session:
        by = actor_of(session, user_id)
        assert by is not None
        asked = field_search.sought(session, "person", key, way=way, text=value, by=by)
        if not field_search.page(session, asked, by=by)[0]:
            raise RuntimeError(f"nobody found by {key} {way} {value}")


def main() -> None:
    """Measure on each kind of database that can be had here."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=(databases.SQLITE, databases.POSTGRESQL), help="else both, one by one")
    parser.add_argument("--cases", type=int, default=CASES, help="among which one searches")
    asked = parser.parse_args()
    with databases.servers() as servers:
        for database, server in servers.items():
            if asked.database in (None, database):
                with databases.empty(server, "fields") as engine:
                    print_each(measure(database, engine, many=asked.cases))


if __name__ == "__main__":
    main()
