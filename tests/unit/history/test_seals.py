"""Seals, and the sentences of findings."""

import json
from datetime import UTC, datetime

import pytest

from engine.history.findings import Finding, Report, count_in_words, event_in_words
from engine.history.seal import Header, digest, mac

AT = datetime(2026, 7, 3, 10, 14, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Priya Shah", 'O"Neil\\', "Zoë 😀", "line\nbreak", "\u2028", "\x00"])
def test_a_header_is_a_json_list_whatever_people_are_called(name: str) -> None:
    header = Header(12, 7, AT, "note_added", None, name, "d" * 64)

    assert json.loads(header.text()) == [12, 7, "2026-07-03T10:14:00.000000+00:00", "note_added", None, name, "d" * 64]
    assert header.text() == json.dumps(json.loads(header.text()), ensure_ascii=False, separators=(",", ":"))


def test_a_seal_depends_on_the_key_the_header_and_the_seal_before() -> None:
    header = Header(12, 7, AT, "note_added", 3, "Priya Shah", digest("{}", "salt"))
    other = Header(12, 8, AT, "note_added", 3, "Priya Shah", digest("{}", "salt"))

    seals = {
        mac(b"k" * 32, header, ""),
        mac(b"K" * 32, header, ""),
        mac(b"k" * 32, header, "1"),
        mac(b"k" * 32, other, ""),
    }

    assert len(seals) == 4


def test_a_finding_names_the_event_in_the_time_of_the_united_kingdom() -> None:
    said = event_in_words("CMP-000012", 7, "task_completed", "2026-07-03T10:14:00.000000+00:00")

    assert said == "Event 7 of CMP-000012 (task_completed, 3 July 2026 11:14)"


@pytest.mark.parametrize("text", ["never", "", "9999-99-99T00:00:00", "0001-01-01T00:00:00+23:59"])
def test_a_time_that_is_no_time_is_said_as_it_stands(text: str) -> None:
    assert f"the time “{text}”" in event_in_words("CMP-000012", 7, "note_added", text)


def test_numbers_are_written_for_people() -> None:
    assert [count_in_words(n, "event") for n in (0, 1, 1234)] == ["0 events", "1 event", "1,234 events"]


def test_a_report_is_whole_until_something_is_found() -> None:
    report = Report(AT)
    assert report.to_json()["whole"] is True

    report.findings.append(Finding("altered", "Event 7 …", 12, "CMP-000012", 7))

    assert report.to_json()["whole"] is False
    assert report.to_json()["findings"][0] == {
        "kind": "altered",
        "sentence": "Event 7 …",
        "case_id": 12,
        "reference": "CMP-000012",
        "sequence": 7,
    }
