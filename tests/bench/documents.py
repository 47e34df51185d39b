"""Measures how long a document takes to retrieve among hundreds of thousands: its page, its file, lists of them.

Alone, at any scale: python -m tests.bench.documents --scale 1 --database SQLite --kept /tmp/kept
"""

import random
from collections.abc import Callable
from functools import partial

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.case import Case
from tests.bench import record
from tests.bench.measures import Measure, Measures
from tests.bench.pages import WARM_UP, clients
from tests.bench.timing import cpu_ms, measured, wall_ms, wall_p95_ms

LIMIT_MS = 50.0
RETRIEVED = ("its file", "its page")  # these are to be had within the limit; lists take what they take
ROUNDS = 60


def measure(full: record.Furnished) -> Measures:
    """Yield the time of each page over documents, cases and people taken at random, always the same ones."""
    [client] = clients(full.engine, full.folder, full.officers[:1])
    for page, address in _pages(full).items():
        asked = [address() for _ in range(WARM_UP + ROUNDS)]
        samples = [measured(partial(_get, client, one)) for one in asked][WARM_UP:]
        name = f"{full.title}, a document, {page}"
        yield Measure(f"{name}: processor time, p50", cpu_ms(samples), "ms")
        yield Measure(f"{name}: server time, p50", wall_ms(samples), "ms")
        limit = LIMIT_MS if page in RETRIEVED else None
        yield Measure(f"{name}: server time, p95", wall_p95_ms(samples), "ms", limit=limit)


def _get(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200 or not answer.data:  # reading it closes the file
        raise RuntimeError(f"{address} answered {answer.status_code}: {answer.text[:1000]}")


def _pages(full: record.Furnished) -> dict[str, Callable[[], str]]:
    chosen = random.Random(1)
    documents, people = (record.many(number, full.scale) for number in (record.DOCUMENTS, record.PEOPLE))
    with Session(full.engine) as session:
        visible = select(Case.reference).where(Case.restricted.is_(False))
        references = list(session.scalars(visible.order_by(Case.id)))

    def number() -> int:
        return record.FIRST + chosen.randrange(0, documents, 3)  # one that is on no case: each may see it

    def person() -> str:
        return f"/people/{record.FIRST + chosen.randrange(people)}/documents"

    return {
        "its file": lambda: f"/documents/{number()}/file",
        "its page": lambda: f"/documents/{number()}",
        "list of all": lambda: "/documents",
        "list of all, of a kind and tag": lambda: "/documents?kind=evidence&tag=damp",
        "list of all, of years ago": lambda: "/documents?until=2024-01-01",
        "list of a person": person,
        "list of a person, by words of the texts": lambda: f"{person()}?q=damp+window",
        "spreadsheet of a case": lambda: f"/documents.csv?case={chosen.choice(references)}",
    }


if __name__ == "__main__":
    record.print_each_asked_for(__doc__, measure)
