"""Measures how long a document takes to retrieve among hundreds of thousands: its page, its file, lists of them.

The bytes are names in the store that share a few files: what is measured is finding one among so many.
"""

import os
import random
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, insert, text

from engine import configuration
from engine.definitions import deploying
from engine.documents import kinds
from engine.documents.store import FolderStore
from engine.instants import now
from engine.runtime import directory
from models import schema
from models.base import table
from models.document import FIRST_KINDS, Document, DocumentLink, DocumentTag, DocumentVersion
from models.people import Person
from tests.bench import record
from tests.bench.measures import Measure, Measures
from tests.bench.pages import WARM_UP, _clients
from tests.bench.timing import cpu_ms, measured, wall_ms, wall_p95_ms

LIMIT_MS = 50.0
DOCUMENTS, QUICK = 500_000, 20_000
OTHERS = 0.002  # of `record`'s whole landlord: a few hundred people and cases beside the documents
FIRST = 10_000  # number of a document that is added, and of a person
OFFICER = 1
OF_ONE = 40  # documents of one person
TAGS = ("damp", "north wall", "gas", "passport", "signed", "photographs", "urgent", "copy")
TEXT = "We have looked at what you told us about the damp above the window of the kitchen, and this is our answer. "
BATCH, ROUNDS = 10_000, 60
MOST_NAMES_OF_A_FILE = 30_000

Row = dict[str, Any]


def measure(database: str, engine: Engine, documents: int) -> Measures:
    """Yield the time of each page over documents, cases and people taken at random, always the same ones."""
    folder = Path(tempfile.mkdtemp())
    configuration.configure(files=folder / "files", keyring_path=folder / "keys.json")
    deploying.forget()
    directory.forget()
    with engine.begin() as connection:
        schema.create(connection)
    record.furnish(engine, OTHERS)
    _add(engine, documents)
    _fill_store(folder / "files", documents)
    [client] = _clients(engine, folder, [OFFICER])
    for page, address in _pages(documents, random.Random(1)).items():
        asked = [address() for _ in range(WARM_UP + ROUNDS)]
        samples = [measured(partial(_get, client, one)) for one in asked][WARM_UP:]
        name = f"{database}, {documents:,} documents, {page}"
        yield Measure(f"{name}: processor time, p50", cpu_ms(samples), "ms")
        yield Measure(f"{name}: server time, p50", wall_ms(samples), "ms", limit=LIMIT_MS)
        yield Measure(f"{name}: server time, p95", wall_p95_ms(samples), "ms")


def _get(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200 or not answer.data:  # reading it closes the file
        raise RuntimeError(f"{address} answered {answer.status_code}: {answer.text[:1000]}")


def _pages(documents: int, chosen: random.Random) -> dict[str, Callable[[], str]]:
    def number() -> int:
        return chosen.choice(range(FIRST, FIRST + documents - 1, 10)) + 1  # one that is on no case

    def person() -> str:
        return f"/people/{FIRST + chosen.randint(1, documents // OF_ONE - 1)}/documents"

    return {
        "its file": lambda: f"/documents/{number()}/file",
        "its page": lambda: f"/documents/{number()}",
        "list of all": lambda: "/documents",
        "list of all, of a kind and tag": lambda: "/documents?kind=evidence&tag=damp",
        "list of all, of years ago": lambda: "/documents?until=2024-01-01",
        "list of a person": person,
        "list of a person, by words of the texts": lambda: f"{person()}?q=damp+window",
        "spreadsheet of a case": lambda: f"/documents.csv?case=CMP-{chosen.randint(1, 199):06d}",
    }


def digest(number: int) -> str:
    """Return the digest that a document of the benchmark has."""
    return sha256(str(number).encode()).hexdigest()


def _add(engine: Engine, documents: int) -> None:
    """Add documents: nine of ten are a person's, the tenth is on a case."""
    people, numbers = documents // OF_ONE, range(FIRST, FIRST + documents)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        _insert(connection, Person, (_person(FIRST + number) for number in range(people)))
        _insert(connection, Document, (_document(number) for number in numbers))
        _insert(connection, DocumentVersion, (_version(number) for number in numbers))
        _insert(connection, DocumentLink, (_link(number, people) for number in numbers if number % 10))
        _insert(connection, DocumentTag, (_tag(number) for number in numbers if number % 3 == 0))
        connection.execute(text("ANALYZE"))


def _person(number: int) -> Row:
    return {"id": number, "reference": f"B{number:07d}", "first_name": "Ada", "surname": f"Okafor {number % 5_000}"}


def _document(number: int) -> Row:
    keys = list(FIRST_KINDS)
    return {
        "id": number,
        "case_id": None if number % 10 else number // 10 % 199 + 1,
        "title": f"Document {number} of the benchmark",
        "kind": keys[number % len(keys)],
        "source": "uploaded",
        "created_at": now() - timedelta(minutes=5 * (FIRST + DOCUMENTS - number)),
    }


def _version(number: int) -> Row:
    return {
        "document_id": number,
        "number": 1,
        "sha256": digest(number),
        "size": 1_000,
        "content_type": kinds.TEXT,
        "file_name": f"document {number}.txt",
        "created_at": now(),
        "text": TEXT,
    }


def _link(number: int, people: int) -> Row:
    return {"document_id": number, "entity_type": "person", "entity_id": FIRST + number % people}


def _tag(number: int) -> Row:
    return {"document_id": number, "tag": TAGS[number % len(TAGS)]}


def _insert(connection: Connection, model: Any, rows: Iterator[Row]) -> None:
    while batch := list(islice(rows, BATCH)):
        connection.execute(insert(table(model)), batch)


def _fill_store(root: Path, documents: int) -> None:
    """Give each document a name in the store; files have many names, for there is no room for as many files."""
    store = FolderStore(root)
    original: Path | None = None
    for number in range(FIRST, FIRST + documents):
        place = store._place(digest(number))
        place.parent.mkdir(parents=True, exist_ok=True)
        if original is None or number % MOST_NAMES_OF_A_FILE == 0:
            place.write_bytes(b"x" * 1_000)
            original = place
        else:
            os.link(original, place)
