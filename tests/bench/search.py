"""Measures search over a whole landlord's record against the naive search: LIKE over every column.

Alone, at any scale: python -m tests.bench.search --scale 1 --database SQLite --kept /tmp/kept
"""

import random
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from engine import search
from engine.permissions import Actor, actor_of
from models.case import Case, Note
from models.document import Document, DocumentVersion
from models.people import ContactDetail, Person
from models.places import Asset
from tests.bench import record
from tests.bench.measures import Measure, Measures
from tests.bench.timing import Sample, cpu_ms, measured, wall_ms, wall_p95_ms

LIMIT_MS = 100.0
ROUNDS, NAIVE_ROUNDS = 40, 5
NAIVE = "LIKE over every column"
SIZE = 6

Ask = Callable[[], str]


def measure(full: record.Furnished) -> Measures:
    """Yield the time of each kind of question, the whole answer with its lines included, and of all together."""
    with Session(full.engine) as session:
        officer = actor_of(session, full.officers[0])
    assert officer is not None
    everything: list[Sample] = []
    naive: list[Sample] = []
    for kind, ask in _questions(full).items():
        ours = [_timed(full.engine, officer, ask()) for _ in range(ROUNDS)]
        theirs = [measured(lambda: _naive(full.engine, ask())) for _ in range(NAIVE_ROUNDS)]  # noqa: B023
        yield Measure(f"{full.title}: {kind}, p50", wall_ms(ours), "ms", wall_ms(theirs), NAIVE)
        yield Measure(f"{full.title}: {kind}, p95", wall_p95_ms(ours), "ms", limit=LIMIT_MS)
        yield Measure(f"{full.title}: {kind}, processor time of ours", cpu_ms(ours), "ms")
        everything += ours
        naive += theirs
    yield Measure(f"{full.title}: all together, p50", wall_ms(everything), "ms", wall_ms(naive), NAIVE)
    yield Measure(f"{full.title}: all together, p95", wall_p95_ms(everything), "ms", limit=LIMIT_MS)


def _questions(full: record.Furnished) -> dict[str, Ask]:
    chosen = random.Random(2)
    names = record.Names(random.Random(record.SEED))
    people = record.many(record.PEOPLE, full.scale)
    with Session(full.engine) as session:
        references = list(session.scalars(select(Case.reference).order_by(Case.id)))

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
        "references": lambda: chosen.choice(references),
        "telephone numbers": lambda: record.phone(chosen.randrange(0, people, 2)).replace(" ", ""),
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


if __name__ == "__main__":
    record.print_each_asked_for(__doc__, measure)
