"""Measures search over a whole landlord's record against the naive search: LIKE over every column.

Alone, at any scale: python -m tests.bench.search --scale 1
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from engine import search
from engine.permissions import Actor, actor_of
from models import schema
from models.case import Case, Note
from models.document import Document, DocumentVersion
from models.people import ContactDetail, Person
from models.places import Asset
from tests.bench import databases, record
from tests.bench.measures import Measure, Measures
from tests.bench.timing import Sample, cpu_ms, measured, wall_ms, wall_p95_ms

LIMIT_MS = 100.0
ROUNDS, NAIVE_ROUNDS = 40, 5
NAIVE = "LIKE over every column"
SIZE = 6

Ask = Callable[[], str]


def measure(database: str, engine: Engine, scale: float) -> Measures:
    """Yield the time of each kind of question, the whole answer with its lines included, and of all together."""
    with engine.begin() as connection:
        schema.create(connection)
    begun = time.perf_counter()
    names = record.furnish(engine, scale)
    name = f"{database}, {record.PEOPLE * scale:,.0f} people, {record.DOCUMENTS * scale:,.0f} documents"
    yield Measure(f"{name}: filled with the indexes", time.perf_counter() - begun, "s")
    with Session(engine) as session:
        officer = actor_of(session, 1)
    assert officer is not None
    everything: list[Sample] = []
    naive: list[Sample] = []
    for kind, ask in _questions(names, scale).items():
        ours = [_timed(engine, officer, ask()) for _ in range(ROUNDS)]
        theirs = [measured(lambda: _naive(engine, ask())) for _ in range(NAIVE_ROUNDS)]  # noqa: B023
        yield Measure(f"{name}: {kind}, p50", wall_ms(ours), "ms", wall_ms(theirs), NAIVE)
        yield Measure(f"{name}: {kind}, p95", wall_p95_ms(ours), "ms", limit=LIMIT_MS)
        yield Measure(f"{name}: {kind}, processor time of ours", cpu_ms(ours), "ms")
        everything += ours
        naive += theirs
    yield Measure(f"{name}: all together, p50", wall_ms(everything), "ms", wall_ms(naive), NAIVE)
    yield Measure(f"{name}: all together, p95", wall_p95_ms(everything), "ms", limit=LIMIT_MS)


def _questions(names: record.Names, scale: float) -> dict[str, Ask]:
    chosen = random.Random(2)
    people, cases = int(record.PEOPLE * scale), int(record.CASES * scale)

    def misspelt(word: str) -> str:
        at = chosen.randrange(1, len(word) - 1)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return {
        "full names": lambda: f"{names.first_name()} {names.surname()}",
        "common surnames": lambda: chosen.choice(("smith", "jones", "patel", "abara")),
        "beginnings of names, as they are typed": lambda: names.surname()[: chosen.randint(2, 4)],
        "misspelt names": lambda: f"{names.first_name()} {misspelt(names.surname())}",
        "addresses": lambda: f"{chosen.randint(1, 20)} {chosen.choice(names.streets)}",
        "streets in short form": lambda: chosen.choice(names.streets).replace("Street", "st").replace("Road", "rd"),
        "postcodes": lambda: f"zz{chosen.randint(1, 90)}{chosen.randint(0, 6)}",
        "references": lambda: f"CMP-{chosen.randint(1, cases):06d}",
        "telephone numbers": lambda: (
            f"07700{900_000 + (n := chosen.randrange(1, people, 2)) % 1000:06d}{n // 1000:03d}"
        ),
        "words of letters": lambda: " ".join(chosen.sample(("boiler", "damp", "arrears", "gutters", "leaking"), 2)),
        "a name in letters": lambda: f"dear {names.surname()}",
        "words that are everywhere": lambda: chosen.choice(("complaint", "letter about", "street", "the", "st rd")),
        "words that are nowhere": lambda: "qzxv wyyx",
    }


def _timed(engine: Engine, by: Actor, text: str) -> Sample:
    return measured(lambda: _ask(engine, by, text))


def _ask(engine: Engine, by: Actor, text: str) -> None:
    with Session(engine.execution_options(read_only=True)) as session:
        found = search.find(session, text, by=by, size=SIZE)
        search.lines(session, [hit for group in found.groups for hit in group.hits], found.question, by=by)


def _naive(engine: Engine, text: str) -> None:
    with Session(engine.execution_options(read_only=True)) as session:
        for statement in _naive_statements(text.split()):
            session.execute(statement.limit(SIZE)).all()


def _naive_statements(words: list[str]) -> Iterator[Any]:
    columns = (
        (Person.id, (Person.reference, Person.first_name, Person.surname, Person.preferred_name)),
        (Asset.id, (Asset.reference, Asset.uprn, Asset.one_line)),
        (ContactDetail.person_id, (ContactDetail.value,)),
        (Case.id, (Case.reference, Case.title)),
        (Document.id, (Document.title,)),
        (DocumentVersion.document_id, (DocumentVersion.text,)),
        (Note.id, (Note.text,)),
    )
    for row, texts in columns:
        fits = (or_(*(each.icontains(word, autoescape=True) for each in texts)) for word in words)
        yield select(row).where(*fits)


def main() -> None:
    """Measure on each kind of database that can be had here, at the scale that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=0.05)
    parser.add_argument("--database", choices=(databases.SQLITE, databases.POSTGRESQL))
    asked = parser.parse_args()
    with databases.servers() as servers:
        for database, server in servers.items():
            if asked.database in (None, database):
                with databases.empty(server, "search") as engine:
                    for one in measure(database, engine, asked.scale):
                        ratio = "" if one.ratio is None else f"  {one.ratio:.4f} × {one.against} ({one.reference:.1f})"
                        sys.stdout.write(
                            f"{one.name}: {one.value:.1f} {one.unit}{ratio}{'' if one.holds else '  BROKEN'}\n"
                        )
                        sys.stdout.flush()


if __name__ == "__main__":
    main()
