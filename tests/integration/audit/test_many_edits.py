"""Histories edited at random: everything is found; and verified as quickly as is promised."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from engine.instants import now
from models.case import CaseEvent
from tests.effort import effort_below
from tests.integration.audit.conftest import Histories, Intruder, named

LetIn = Callable[[], Intruder]
AT = datetime(2026, 12, 3, 10, 14, tzinfo=UTC)


def test_of_200_random_edits_200_are_found_and_named(histories: Histories, intruder: LetIn) -> None:
    chance = random.Random(2026)
    for _ in range(20):
        histories.case(notes=8)
    events, attacker = histories.events(), intruder()
    found = 0

    for _ in range(200):
        event = chance.choice(events)
        columns = edit(event, chance)
        attacker.change(event, **columns)
        found += (event.case_id, event.sequence) in named(histories, event.case_id)
        attacker.change(event, **{name: _raw(event, name, histories) for name in columns})

    assert found == 200
    assert histories.verify().is_whole  # each edit was undone, so each was found on its own


def edit(event: CaseEvent, chance: random.Random) -> dict[str, object]:
    """Return one small change to an event."""
    payload = event.payload or ""
    place = chance.randrange(len(payload))
    flipped = payload[:place] + chr(ord(payload[place]) ^ 1) + payload[place + 1 :]
    return chance.choice(
        [
            {"payload": flipped},
            {"payload": None, "salt": None},
            {"salt": f"{chance.getrandbits(128):032x}"},
            {"actor_name": event.actor_name + " "},
            {"actor_id": (event.actor_id or 0) + 1},
            {"type": event.type.upper()},
            {"at": event.at + timedelta(seconds=1)},
            {"mac": f"{chance.getrandbits(256):064x}"},
            {"digest": f"{chance.getrandbits(256):064x}"},
            {"key_id": "k2"},
        ]
    )


def _raw(event: CaseEvent, name: str, histories: Histories) -> object:
    value = getattr(event, name)
    if name == "at" and histories.factories.engine.dialect.name == "sqlite":
        return value.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    return value


@pytest.mark.slow
def test_20_000_events_are_verified_with_little_effort(histories: Histories) -> None:
    fill(histories, cases=100, events=200)

    with effort_below(120):
        report = histories.verify()

    assert report.is_whole
    assert report.events >= 20_000


def fill(histories: Histories, *, cases: int, events: int) -> None:
    """Write so many events to so many cases, quicker than officers do."""
    from sqlalchemy import insert, update

    from engine.history.events import Happened, Head, sealed_rows
    from models.case import Case

    with histories.factories.transaction() as session:
        for _ in range(cases):
            case_id = _start(histories, session)
            case = session.get_one(Case, case_id, populate_existing=True)
            happened = [Happened("note_added", {"text": "A note of a usual length, about a boiler. " * 4})] * events
            rows, head = sealed_rows(
                happened, case_id=case_id, head=Head(case.event_count, case.event_mac), at=now(), actor=histories.by
            )
            session.execute(insert(CaseEvent.__table__), rows)
            session.execute(update(Case).where(Case.id == case_id).values(event_count=head.count, event_mac=head.mac))


def _start(histories: Histories, session) -> int:  # type: ignore[no-untyped-def]
    from engine import cases

    return cases.start(session, "sample", by=histories.by).id
