"""What somebody with the whole database and without the keyring may try, and how the verification names it."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from engine import configuration
from engine.history.seal import Keyring, rotate
from engine.instants import frozen_at
from tests.factories import Factories
from tests.integration.audit.conftest import Histories, Intruder, anchor_now, named

LetIn = Callable[[], Intruder]
AT = datetime(2026, 12, 3, 10, 14, tzinfo=UTC)


def test_a_history_that_nobody_touched_is_whole(histories: Histories) -> None:
    case_ids = [histories.case(), histories.case(notes=0)]

    report = histories.verify()

    assert report.is_whole
    assert (report.cases, report.events) == (len(case_ids), len(histories.events()))


def test_a_changed_payload_is_named_in_a_plain_sentence(histories: Histories, intruder: LetIn) -> None:
    with frozen_at(AT):
        case_id = histories.case()
    event = histories.events(case_id)[6]

    intruder().change(event, payload='{"text":"Nothing happened"}')

    report = histories.verify()
    assert [finding.sentence for finding in report.findings] == [
        "Event 7 of SAMPLE-000001 (note_added, 3 December 2026 10:14) was altered after it was written: "
        "its content is not what was sealed."
    ]
    assert report.to_json()["findings"][0]["sequence"] == 7
    assert report.to_json()["whole"] is False


@pytest.mark.parametrize(
    "columns",
    [
        {"actor_name": "Somebody Else"},
        {"actor_id": 4711},
        {"actor_id": None},
        {"type": "case_closed"},
        {"salt": "0" * 32},
        {"digest": "0" * 64},
        {"mac": "0" * 64},
        {"payload": None},
        {"salt": None},
    ],
    ids=lambda columns: "_".join(columns),
)
def test_no_part_of_an_event_can_be_changed_unseen(
    columns: dict[str, object], histories: Histories, intruder: LetIn
) -> None:
    case_id = histories.case()
    event = histories.events(case_id)[4]

    intruder().change(event, **columns)

    assert (case_id, 5) in named(histories)


def test_the_time_of_an_event_cannot_be_changed_by_a_microsecond(histories: Histories, intruder: LetIn) -> None:
    case_id = histories.case()
    event = histories.events(case_id)[4]
    changed = (event.at + timedelta(microseconds=1)).replace(tzinfo=None)

    intruder().change(event, at=f"{changed.isoformat(sep=' ', timespec='microseconds')}{_offset(histories)}")

    assert named(histories) == {(case_id, 5)}


def _offset(histories: Histories) -> str:
    return "" if histories.factories.engine.dialect.name == "sqlite" else "+00:00"


def test_a_time_that_is_no_time_is_a_finding_and_not_a_fault(histories: Histories, intruder: LetIn) -> None:
    case_id = histories.case()
    is_sqlite = histories.factories.engine.dialect.name == "sqlite"

    intruder().change(histories.events(case_id)[4], at="never" if is_sqlite else "infinity")

    assert named(histories) == {(case_id, 5)}
    assert "no time" in histories.verify().findings[0].sentence or "never" in histories.verify().findings[0].sentence


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("column", ["payload", "actor_name", "type", "mac", "key_id"])
@pytest.mark.parametrize("value", [b"\xff\xfe", 12, b"{}"], ids=str)
def test_what_sqlite_lets_stand_in_a_text_column_is_a_finding(
    value: object, column: str, histories: Histories, intruder: LetIn
) -> None:
    case_id = histories.case()

    intruder().change(histories.events(case_id)[4], **{column: value})

    assert (case_id, 5) in named(histories)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", ["case_event SET sequence", "case_event SET actor_id", "cases SET event_count"])
def test_a_word_where_sqlite_expects_a_number_is_a_finding(table: str, histories: Histories, intruder: LetIn) -> None:
    case_id = histories.case()
    where = "sequence = 5 AND case_id" if "case_event" in table else "id"

    intruder().run(f"UPDATE {table} = 'many' WHERE {where} = :case_id", case_id=case_id)

    assert case_id in {finding.case_id for finding in histories.verify().findings}


def test_a_digest_computed_again_does_not_help_without_the_key(histories: Histories, intruder: LetIn) -> None:
    case_id = histories.case()
    event = histories.events(case_id)[4]
    payload, salt = '{"text":"Forged"}', "1" * 32

    intruder().change(
        event, payload=payload, salt=salt, digest=hashlib.sha256(f"{salt}:{payload}".encode()).hexdigest()
    )

    assert named(histories) == {(case_id, 5)}


def test_events_cannot_change_places(histories: Histories, intruder: LetIn) -> None:
    case_id = histories.case()
    third, fourth = histories.events(case_id)[2:4]
    attacker = intruder()

    attacker.change(third, sequence=99)
    attacker.change(fourth, sequence=3)
    attacker.change(third, sequence=4)

    assert {(case_id, 3), (case_id, 4)} <= named(histories)


def test_an_event_taken_out_of_the_middle_is_missed(histories: Histories, intruder: LetIn) -> None:
    case_id = histories.case()

    intruder().run("DELETE FROM case_event WHERE case_id = :case_id AND sequence = 5", case_id=case_id)

    [finding] = histories.verify().findings
    assert finding.sentence == "Event 5 of SAMPLE-000001 is missing: what stood there was removed."


def test_closing_the_gap_by_numbering_anew_is_seen(histories: Histories, intruder: LetIn) -> None:
    case_id = histories.case()
    attacker = intruder()
    attacker.run("DELETE FROM case_event WHERE case_id = :case_id AND sequence = 5", case_id=case_id)

    for event in histories.events(case_id)[4:]:
        attacker.change(event, sequence=event.sequence - 1)
    attacker.run("UPDATE cases SET event_count = event_count - 1 WHERE id = :case_id", case_id=case_id)

    assert (case_id, 5) in named(histories)


def test_a_tail_that_was_cut_is_missed_by_the_case_row(histories: Histories, intruder: LetIn) -> None:
    case_id = histories.case()

    intruder().run("DELETE FROM case_event WHERE case_id = :case_id AND sequence > 7", case_id=case_id)

    [finding] = histories.verify().findings
    assert finding.sentence == "The last 3 events of SAMPLE-000001 are missing: there were 10, and 7 are left."


def cut_with_the_case_row(histories: Histories, attacker: Intruder, case_id: int) -> None:
    attacker.run("DELETE FROM case_event WHERE case_id = :case_id AND sequence > 7", case_id=case_id)
    attacker.run(
        "UPDATE cases SET event_count = 7, event_mac = :mac WHERE id = :case_id",
        case_id=case_id,
        mac=histories.events(case_id)[-1].mac,
    )


def test_a_tail_that_was_cut_together_with_the_case_row_is_missed_by_the_anchor(
    histories: Histories, intruder: LetIn
) -> None:
    with frozen_at(AT):
        case_id = histories.case()
        anchor_now(histories)

    cut_with_the_case_row(histories, intruder(), case_id)

    [finding] = histories.verify().findings
    assert finding.sentence == (
        "The last 3 events of SAMPLE-000001 are missing: the anchor of 3 December 2026 holds 10, and 7 are left."
    )


def test_without_an_anchor_the_report_says_what_it_cannot_see(histories: Histories, intruder: LetIn) -> None:
    case_id = histories.case()

    cut_with_the_case_row(histories, intruder(), case_id)

    report = histories.verify()
    assert report.is_whole
    assert "There is no anchor yet" in report.notes[0]


def test_a_tail_cut_before_the_next_anchor_is_still_missed_by_the_one_before(
    histories: Histories, intruder: LetIn
) -> None:
    with frozen_at(AT):
        case_id = histories.case()
        anchor_now(histories)
    cut_with_the_case_row(histories, intruder(), case_id)

    with frozen_at(AT + timedelta(days=1)):
        anchor_now(histories)

    assert [finding.kind for finding in histories.verify().findings] == ["tail"]


def test_a_chain_written_anew_with_the_stolen_old_key_is_found_by_the_anchor(
    histories: Histories, intruder: LetIn
) -> None:
    with frozen_at(AT):
        case_id = histories.case()
        anchor_now(histories)
    attacker, ring = intruder(), configuration.current().keyring
    rewrite(histories, attacker, case_id, ring)

    [finding] = histories.verify().findings

    assert finding.kind == "anchor"
    assert "is not the one that the anchor of 3 December 2026 holds" in finding.sentence


def rewrite(histories: Histories, attacker: Intruder, case_id: int, ring: Keyring) -> None:
    from engine.history import seal

    previous = ""
    for event in histories.events(case_id):
        payload = event.payload.replace("Note 5", "Note V") if event.payload else None
        digest = seal.digest(payload or "", event.salt or "")
        header = seal.Header(case_id, event.sequence, event.at, event.type, event.actor_id, event.actor_name, digest)
        previous = seal.mac(ring.keys[ring.current], header, previous)
        attacker.change(event, payload=payload, digest=digest, mac=previous)
    attacker.run("UPDATE cases SET event_mac = :mac WHERE id = :case_id", mac=previous, case_id=case_id)


def test_events_cannot_be_swapped_between_cases(histories: Histories, intruder: LetIn) -> None:
    one, other = histories.case(), histories.case()
    mine, theirs = histories.events(one)[5], histories.events(other)[5]
    attacker = intruder()

    attacker.change(mine, case_id=999)
    attacker.change(theirs, case_id=one)
    attacker.change(mine, case_id=other)

    assert {(one, 6), (other, 6)} <= named(histories)


def test_a_forged_event_at_the_end_is_named(histories: Histories, intruder: LetIn) -> None:
    case_id = histories.case()
    attacker = intruder()

    forge(histories, attacker, case_id)

    [finding] = histories.verify().findings
    assert (finding.kind, finding.sequence) == ("added", 11)
    assert finding.sentence.endswith("stands after the end of the case's history: it was added by somebody else.")


def test_a_forged_event_is_named_even_when_the_case_row_counts_it(histories: Histories, intruder: LetIn) -> None:
    case_id = histories.case()
    attacker = intruder()
    forge(histories, attacker, case_id)

    attacker.run("UPDATE cases SET event_count = 11, event_mac = :mac WHERE id = :id", mac="f" * 64, id=case_id)

    assert (case_id, 11) in named(histories)


def forge(histories: Histories, attacker: Intruder, case_id: int) -> None:
    last = histories.events(case_id)[-1]
    payload, salt = '{"text":"The resident withdrew"}', "2" * 32
    attacker.run(
        "INSERT INTO case_event (case_id, sequence, at, type, actor_id, actor_name, payload, salt, digest, key_id, mac)"
        " SELECT case_id, sequence + 1, at, type, actor_id, actor_name, :payload, :salt, :digest, key_id, :mac"
        " FROM case_event WHERE id = :the_id",
        the_id=last.id,
        payload=payload,
        salt=salt,
        digest=hashlib.sha256(f"{salt}:{payload}".encode()).hexdigest(),
        mac="f" * 64,
    )


def test_a_case_that_was_removed_is_missed_by_its_number(histories: Histories, intruder: LetIn) -> None:
    histories.case()
    gone = histories.case()

    remove(intruder(), gone)

    [finding] = histories.verify().findings
    assert finding.sentence == "The case SAMPLE-000002 was removed: its number was handed out."


def test_a_case_that_was_removed_with_its_number_is_missed_by_the_anchor(histories: Histories, intruder: LetIn) -> None:
    with frozen_at(AT):
        histories.case()
        gone = histories.case()
        anchor_now(histories)
    attacker = intruder()

    remove(attacker, gone)
    attacker.run("UPDATE category SET last_number = 1")

    [finding] = histories.verify().findings
    assert finding.sentence == (
        "The case SAMPLE-000002 was removed: the anchor of 3 December 2026 holds it with 10 events."
    )


def remove(attacker: Intruder, case_id: int) -> None:
    for table in ("case_event", "user_task", "note", "case_snapshot", "case_section"):
        attacker.run(f"DELETE FROM {table} WHERE case_id = :case_id", case_id=case_id)
    attacker.run("DELETE FROM cases WHERE id = :case_id", case_id=case_id)


def test_a_history_that_was_removed_whole_is_missed(histories: Histories, intruder: LetIn) -> None:
    case_id = histories.case()

    intruder().run("DELETE FROM case_event WHERE case_id = :case_id", case_id=case_id)

    [finding] = histories.verify().findings
    assert finding.sentence == "The whole history of SAMPLE-000001 is missing: there were 10 events."


@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite cannot drop a table's own constraint
def test_an_event_that_stands_twice_is_named(histories: Histories, intruder: LetIn) -> None:
    case_id = histories.case()
    attacker = intruder()
    attacker.run("ALTER TABLE case_event DROP CONSTRAINT uq_case_event_case_id")

    attacker.change(histories.events(case_id)[6], sequence=6)

    assert "stands twice" in " ".join(finding.sentence for finding in histories.verify().findings)


def test_an_unknown_key_is_named(histories: Histories, intruder: LetIn) -> None:
    case_id = histories.case()

    intruder().change(histories.events(case_id)[4], key_id="k9")

    [finding] = histories.verify().findings
    assert "was sealed with the key “k9”, which is not in the keyring" in finding.sentence


def test_events_sealed_before_and_after_the_key_was_changed_are_all_verified(
    histories: Histories, factories: Factories, tmp_path: object
) -> None:
    path = factories.app.extensions["casewright"].keyring
    first = histories.case()

    rotate(path)
    configuration.configure(files=factories.app.extensions["casewright"].files, keyring_path=path)
    second = histories.case()

    assert histories.events(first)[0].key_id != histories.events(second)[0].key_id
    assert histories.verify().is_whole


def test_one_case_can_be_verified_alone(histories: Histories, intruder: LetIn) -> None:
    one, other = histories.case(), histories.case()

    intruder().change(histories.events(other)[4], actor_name="Somebody Else")

    assert histories.verify(case_id=one).is_whole
    assert named(histories, other) == {(other, 5)}
