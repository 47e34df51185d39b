"""Measures how long it takes to find what was said among a hundred thousand messages: lists by words, by whom, by days.

Alone: python -m tests.bench.communications --database SQLite --kept /tmp/kept
"""

import random
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from engine.instants import now
from models.case import Case
from models.communication import Communication
from tests.bench import bulk, record
from tests.bench.bulk import Row
from tests.bench.measures import Measure, Measures
from tests.bench.pages import WARM_UP, clients
from tests.bench.timing import measured, wall_ms, wall_p95_ms

MESSAGES = 100_000
ROUNDS = 30
YEARS = 6
RARE = "heliotrope"  # stands in a hundred of them; “repair” in nearly all
_PROSE = (
    "repair boiler window damp mould tenant letter visit engineer appointment rent arrears complaint answer stage "
    "review works contractor kitchen bathroom safety gas electric check morning afternoon thank sorry delay"
).split()


def measure(full: record.Furnished) -> Measures:
    """Yield the time of each list, asked by an officer who sees all that is not restricted."""
    _fill(full)
    [client] = clients(full.engine, full.folder, full.officers[:1])
    for name, address in _pages(full).items():
        samples = [measured(partial(_get, client, address)) for _ in range(WARM_UP + ROUNDS)][WARM_UP:]
        title = f"{full.title}, {MESSAGES:,} messages, {name}"
        yield Measure(f"{title}: server time, p50", wall_ms(samples), "ms")
        yield Measure(f"{title}: server time, p95", wall_p95_ms(samples), "ms")


def _pages(full: record.Furnished) -> dict[str, str]:
    with Session(full.engine) as session:
        person, case = session.execute(
            select(Communication.person_id, Case.reference)
            .join(Case, Case.id == Communication.case_id)
            .where(Case.restricted.is_(False), Communication.person_id.is_not(None))
            .limit(1)
        ).one()
    return {
        "the newest": "/communications",
        "a word of a hundred": f"/communications?q={RARE}",
        "a word of nearly all": "/communications?q=repair",
        "three words of many": "/communications?q=repair+boiler+visit",
        "no such word": "/communications?q=zeppelin",
        "a name": "/communications?q=ada+okafor",
        "a word in one month": "/communications?q=repair&since=2024-03-01&until=2024-03-31",
        "a word to one person": f"/people/{person}/communications?q=repair",
        "a month of one home": f"/homes/{record.FIRST}/communications?since=2024-03-01&until=2024-03-31",
        "a case": f"/cases/{case}/communications",
    }


def _get(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}: {answer.text[:1000]}")


def _fill(full: record.Furnished) -> None:
    with Session(full.engine) as session:
        if (session.scalar(select(func.count(Communication.id))) or 0) >= MESSAGES:
            return
        cases = list(session.scalars(select(Case.id)))
    with full.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        bulk.write(connection, Communication, _messages(full, cases))
        connection.execute(text("ANALYZE"))


def _messages(full: record.Furnished, cases: list[int]) -> Iterator[Row]:
    chosen, people = random.Random(7), record.many(record.PEOPLE, full.scale)
    sentences = [" ".join(chosen.choices(_PROSE, k=12)) for _ in range(2_000)]
    for number in range(MESSAGES):
        at = now() - timedelta(days=365 * YEARS * (MESSAGES - number) / MESSAGES)
        said = ". ".join(chosen.choices(sentences, k=chosen.choice((1, 3, 12))))
        row: dict[str, Any] = {
            "key": f"bench:{number}", "channel": ("letter", "email", "sms")[number % 3], "status": "delivered",
            "case_id": cases[number % len(cases)] if number % 4 else None, "created_at": at, "sent_at": at,
            "person_id": record.FIRST + number % people, "recipient": f"Ada {chosen.choice(_PROSE).title()}",
            "address": f"resident.{number % people}@mail.example", "subject": chosen.choice(sentences)[:60],
            "text": f"{said} {RARE}" if number % 1_000 == 0 else said,
        }  # fmt: skip
        yield row


if __name__ == "__main__":
    record.print_each_asked_for(__doc__, measure)
