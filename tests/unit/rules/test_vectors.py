"""The hand-worked answers of `vectors.md`, one test to a row."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path

import pytest

from engine import rules
from engine.calendars import Closure, calendar
from engine.clocks.arithmetic import Deadline, deadline
from engine.clocks.changes import Extended, Restarted, Stopped
from engine.clocks.explanation import explain
from engine.instants import LONDON
from engine.rules.words import day_in_words

HERE = Path(__file__).parent
BOOK = rules.load((HERE / "vectors.toml").read_text("utf-8"), source="vectors.toml")
ZONES = {"GMT": UTC, "UTC": UTC, "BST": timezone(timedelta(hours=1))}
MOMENT = r"\w{3} \d{1,2} \w{3} \d{4}(?: \d\d:\d\d \w{3})?"
GRANTED_ON = date(2026, 11, 4)  # matters only to the row with a new start on 11 November


@dataclass(frozen=True)
class Vector:
    rule: str
    nation: str
    counted_from: str
    happened: str
    answer: str

    def __str__(self) -> str:
        return re.sub(r"\W+", "-", f"{self.rule} {self.counted_from} {self.happened}").strip("-")[:90]


def read_vectors() -> list[Vector]:
    rows = [line for line in (HERE / "vectors.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return [Vector(*row[:5]) for row in cells if row[0] != "Rule"]


def read_moment(text: str) -> date | datetime:
    day, _, hour = text.partition(re.search(r"\d{4}", text).group())  # the year parts the day from the hour
    day = datetime.strptime(text[: len(text) - len(hour)], "%a %d %b %Y")
    assert f"{day:%a}" == text[:3], f"{text} is a {day:%A}"
    if not hour:
        return day.date()
    clock, zone = hour.split()
    return datetime.combine(day.date(), time.fromisoformat(clock), ZONES[zone])


def work_out(vector: Vector) -> Deadline:
    counted_from = read_moment(vector.counted_from)
    extensions, stops, resets, closures, periods, proclaimed = [], [], [], [], {}, {}
    for happening in filter(None, vector.happened.split("; ")):
        word, rest = happening.split(" ", 1)
        moments = [read_moment(text) for text in re.findall(MOMENT, rest)]
        kind, *more = rest.split()
        match word:
            case "extended":
                extensions.append(Extended(kind, int(more[0]), "It is complex", GRANTED_ON, "Ada Obi"))
            case "stopped":
                stops.append(Stopped(kind, moments[0], moments[1] if len(moments) > 1 else None, "Nobody let us in"))
            case "restarted":
                resets.append(Restarted(kind, moments[0], "Reported again"))
            case "closed":
                closures.append(Closure("Christmas closure", *moments))
            case "proclaimed":
                proclaimed[moments[0]] = "Jubilee"
            case "period":
                periods[kind] = rules.Span(int(more[0]), more[1])
    return deadline(
        BOOK.rule(vector.rule, on=counted_from),
        counted_from,
        calendar=calendar(vector.nation, closures, proclaimed=proclaimed),
        extensions=extensions,
        stops=stops,
        resets=resets,
        periods=periods,
    )


def end_of(moment: date | datetime) -> datetime:
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment + timedelta(days=1), time(), LONDON) - timedelta(microseconds=1)


VECTORS = read_vectors()


def test_the_table_has_at_least_80_rows_and_none_twice():
    assert len(VECTORS) >= 80
    assert len({(v.rule, v.nation, v.counted_from, v.happened) for v in VECTORS}) == len(VECTORS)


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_the_answer_is_the_one_worked_out_by_hand(vector):
    floor, _, due = vector.answer.rpartition(", ")

    found = work_out(vector)

    assert found.due_at == (None if due == "unknown" else end_of(read_moment(due)))
    if floor:
        first = read_moment(floor.removeprefix("from "))
        assert found.not_before_at == datetime.combine(first, time(), LONDON)
    assert (found.not_before_at is not None) == bool(floor)


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_every_answer_is_in_utc_and_amber_is_not_after_it(vector):
    found = work_out(vector)

    for instant in (found.due_at, found.amber_at, found.not_before_at):
        assert instant is None or instant.utcoffset() == timedelta()
    assert found.amber_at is None or found.due_at is None or found.amber_at <= found.due_at


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_every_answer_explains_itself_and_names_its_dates(vector):
    found = work_out(vector)

    told = explain(found)

    counted_from = read_moment(vector.counted_from)
    day = counted_from.astimezone(LONDON).date() if isinstance(counted_from, datetime) else counted_from
    assert day_in_words(day) in told[0]
    assert BOOK.rule(vector.rule, on=date(2026, 1, 1)).name in told[1]
    if found.due_on:
        assert day_in_words(found.due_on) in told[-1]
    else:
        assert told[-1] == "So there is no date until the clock starts again."
    for happening in filter(None, vector.happened.split("; ")):
        if happening.startswith("stopped"):
            assert any("Nobody let us in" in sentence for sentence in told)
