"""Running clocks follow a change of rules or calendar: what is told before, what moves afterwards, and what stays."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine import cases, following, jobs, law
from engine.definitions import deploying
from engine.errors import Conflict, Invalid, NotAllowed
from engine.history.reading import events_of
from engine.history.replaying import replay
from engine.instants import frozen_at, london
from engine.law import calendar, publishing
from engine.permissions import PLATFORM
from models.case import CaseEvent
from models.database import from_json
from models.work import Clock, Job, Timer
from tests.diagrams import category, due, timer
from tests.integration.law.conftest import Letters, rules

COUNTING_CLOSURES = "closures_count = true"
BEFORE = datetime(2026, 12, 18, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_december():
    with frozen_at(BEFORE):
        yield


def catch_up(letters: Letters) -> int:
    """Do what the ticker and the workers do; returns for how many cases there was something to do."""
    left = following.sweep(letters.factories.sessions)
    jobs.run_waiting(letters.factories.sessions)
    return left


def due_on(letters: Letters, case_id: int) -> date:
    return london(letters.clock(case_id).due_at).date()


def told(letters: Letters, case_id: int, type_: str = "clock_recounted") -> list[dict[str, Any]]:
    with letters.factories.transaction() as session:
        return [
            from_json(event.payload)
            for event in session.scalars(
                select(CaseEvent).where(CaseEvent.case_id == case_id, CaseEvent.type == type_).order_by(CaseEvent.id)
            )
        ]


def close(letters: Letters, first: date, last: date, name: str = "Christmas closure") -> int:
    with letters.factories.transaction() as session:
        return calendar.add_closure(
            session, name=name, first_on=first, last_on=last, reason="The board agreed", by=PLATFORM
        )


def test_a_new_edition_moves_the_clock_its_task_and_the_timer_and_tells_old_new_and_why(letters: Letters) -> None:
    answer_by = 'due("letter.answer", date(received_on))'
    files = category(
        "start > answer > end ; chase > end_chased",
        inside={"answer": due(f"={answer_by}")},
        boundary=timer("late", on="answer", to="chase", date=f"={answer_by}"),
        files={"rules.toml": rules(5).encode()},
    )
    with letters.factories.transaction() as session:
        deploying.store(session, files, by=PLATFORM)
    case_id = letters.start()
    before = letters.clock(case_id)

    letters.publish(rules(10), reason="Counsel advised it")
    assert catch_up(letters) == 1

    after = letters.clock(case_id)
    assert (due_on(letters, case_id), letters.task(case_id).due_at) == (date(2027, 1, 6), after.due_at)
    with letters.factories.transaction() as session:
        assert session.scalars(select(Timer.due_at).where(Timer.case_id == case_id)).one() == after.due_at
    [event] = told(letters, case_id)
    assert event["before"]["due_at"] == before.due_at.isoformat()
    assert event["due_at"] == after.due_at.isoformat()
    assert event["why"] == "Edition 2 of the rules of “Sample” was published. Counsel advised it"
    assert catch_up(letters) == 0
    assert len(told(letters, case_id)) == 1


def test_what_does_not_move_gets_no_event_and_is_not_looked_at_again(letters: Letters) -> None:
    letters.deploy(rules(5))
    case_id = letters.start()
    events = len(told(letters, case_id, "clock_started"))

    letters.publish(rules(5).replace("# Ours.", "# Ours, and nobody else's."))
    assert catch_up(letters) == 0

    with letters.factories.transaction() as session:
        assert session.scalar(select(Clock.law_revision)) == law.current(session).revision
    assert (told(letters, case_id), len(told(letters, case_id, "clock_started"))) == ([], events)


def test_of_two_clocks_of_a_case_only_the_one_that_moves_gets_an_event(sqlite_letters: Letters) -> None:
    letters = sqlite_letters
    both = rules(5) + rules(5, rule="letter.law")
    files = category(
        "start > fork+ ; fork+ > answer > join+ ; fork+ > reply > join+ ; join+ > end",
        inside={
            "answer": due('=due("letter.answer", date(received_on))'),
            "reply": due('=due("letter.law", date(received_on))'),
        },
        files={"rules.toml": both.encode()},
    )
    with letters.factories.transaction() as session:
        deploying.store(session, files, by=PLATFORM)
    case_id = letters.start()

    letters.publish(rules(7) + rules(5, rule="letter.law"))
    catch_up(letters)

    assert [event["rule"] for event in told(letters, case_id)] == ["letter.answer"]
    assert catch_up(letters) == 0


def test_a_clock_that_a_step_changes_while_it_is_compared_is_looked_at_again(
    sqlite_letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = sqlite_letters
    letters.deploy(rules(5))
    case_id = letters.start()
    letters.publish(rules(5).replace("# Ours.", "# Ours, and nobody else's."))
    see_to = following._see_to

    def meanwhile(*given: Any) -> int:
        with letters.factories.transaction() as session:  # a step that began before the publication
            session.execute(update(Clock).values(revision=Clock.revision + 1))
        return see_to(*given)

    monkeypatch.setattr(following, "_see_to", meanwhile)
    following.sweep(letters.factories.sessions)
    assert letters.clock(case_id).law_revision == 2
    monkeypatch.undo()
    following.sweep(letters.factories.sessions)
    assert letters.clock(case_id).law_revision == 3


def test_a_version_from_a_later_day_leaves_what_began_before_it(letters: Letters) -> None:
    letters.deploy(rules(5))
    old, new = letters.start(date(2026, 12, 1)), letters.start(date(2026, 12, 16))
    earlier = rules(5, more="in_force_to = 2026-12-14\n")

    letters.publish(earlier + rules(10, more="in_force_from = 2026-12-15\n"))
    catch_up(letters)

    assert (due_on(letters, old), due_on(letters, new)) == (date(2026, 12, 8), date(2027, 1, 4))
    assert (len(told(letters, old)), len(told(letters, new))) == (0, 1)


def test_a_closure_moves_only_what_its_rule_lets_it_and_moves_back_when_it_is_taken_back(letters: Letters) -> None:
    letters.deploy(rules(5, more=f"{COUNTING_CLOSURES}\n") + rules(5, rule="letter.law"))
    ours = letters.start()
    letters.deploy(
        rules(5, more=f"{COUNTING_CLOSURES}\n") + rules(5, rule="letter.law"),
        rule="letter.law",
        flows="start > answer > file > end",
    )
    laws = letters.start()
    assert due_on(letters, ours) == due_on(letters, laws) == date(2026, 12, 29)

    closure = close(letters, date(2026, 12, 21), date(2026, 12, 31))
    catch_up(letters)
    assert (due_on(letters, ours), due_on(letters, laws)) == (date(2027, 1, 8), date(2026, 12, 29))
    assert "Christmas closure" in str(told(letters, ours)[-1]["explanation"])

    with letters.factories.transaction() as session:
        calendar.end_closure(session, closure, reason="We stay open", by=PLATFORM)
    catch_up(letters)
    assert due_on(letters, ours) == date(2026, 12, 29)
    assert [event["why"].rpartition(". ")[2] for event in told(letters, ours)] == ["The board agreed", "We stay open"]
    assert told(letters, laws) == []


def test_a_proclaimed_bank_holiday_counts_in_law_in_its_nation_alone(letters: Letters) -> None:
    letters.deploy(rules(5))
    case_id = letters.start()

    with letters.factories.transaction() as session:
        for nation, day in (("Scotland", date(2026, 12, 22)), ("England and Wales", date(2026, 12, 23))):
            calendar.add_holiday(
                session, nation=nation, on_day=day, name="Jubilee", reason="It was proclaimed", by=PLATFORM
            )
    catch_up(letters)

    assert due_on(letters, case_id) == date(2026, 12, 30)
    assert "Jubilee" in str(told(letters, case_id)[-1]["explanation"])


def test_another_nation_moves_every_clock_by_its_bank_holidays(letters: Letters) -> None:
    letters.deploy(rules(9))
    case_id = letters.start()
    assert due_on(letters, case_id) == date(2027, 1, 5)

    with letters.factories.transaction() as session:
        calendar.set_nation(session, "Scotland", reason="We moved north", by=PLATFORM)
    catch_up(letters)

    assert due_on(letters, case_id) == date(2027, 1, 6)  # 4 January is a holiday there
    with pytest.raises(Conflict), letters.factories.transaction() as session:
        calendar.set_nation(session, "Scotland", reason="Again", by=PLATFORM)


def test_a_date_that_lands_in_the_past_is_overdue_at_once_and_what_hangs_on_it_fires(letters: Letters) -> None:
    letters.deploy(rules(20))
    case_id = letters.start(date(2026, 12, 1))

    letters.publish(rules(5))
    catch_up(letters)

    assert due_on(letters, case_id) == date(2026, 12, 8)
    assert letters.clock(case_id).state == "running"
    assert letters.task(case_id).due_at < BEFORE


def test_a_clock_that_was_started_while_the_edition_was_published_is_found_too(letters: Letters) -> None:
    letters.deploy(rules(5))
    with letters.factories.transaction() as session:
        law.current(session)
    case_id = letters.start()
    letters.publish(rules(10))
    catch_up(letters)
    with letters.factories.transaction() as session:  # as a step would leave it that began before the publication
        session.execute(update(Clock).values(law_revision=2, due_at=BEFORE))

    assert catch_up(letters) == 1

    assert due_on(letters, case_id) == date(2027, 1, 6)


def test_a_node_that_dies_before_its_job_leaves_it_to_another_and_it_is_done_once(letters: Letters) -> None:
    letters.deploy(rules(5))
    case_id = letters.start()
    letters.publish(rules(10))

    assert following.sweep(letters.factories.sessions) == 1
    assert following.sweep(letters.factories.sessions) == 0  # another node: the job is left already
    with letters.factories.transaction() as session:
        session.execute(update(Job).values(status="running", run_at=datetime(2026, 12, 18, 8, tzinfo=UTC)))  # it died
    jobs.run_waiting(letters.factories.sessions)
    with letters.factories.transaction() as session:
        following.follow(session, case_id)  # and one that was thought dead comes late

    assert len(told(letters, case_id)) == 1
    assert due_on(letters, case_id) == date(2027, 1, 6)


def test_what_an_officer_was_granted_stays_and_a_clock_that_cannot_follow_keeps_its_date_and_says_so(
    letters: Letters,
) -> None:
    ground = (
        '[[rule.extension]]\nid = "hard"\nname = "Hard"\nunit = "working days"\nat_most = 5\ngranted_by = ["Team"]\n'
        'reasons = ["Hard"]\n'
    )
    letters.deploy(rules(5) + ground)
    case_id = letters.start()
    granted = [{"kind": "hard", "amount": 2, "reason": "Hard", "granted_on": "2026-12-18", "granted_by": "Ann"}]
    with letters.factories.transaction() as session:
        session.execute(update(Clock).values(extensions=granted))

    letters.publish(rules(6) + ground)
    catch_up(letters)
    assert due_on(letters, case_id) == date(2027, 1, 4)  # 6 and 2

    letters.publish(rules(7))
    assert following.sweep(letters.factories.sessions) == 1
    jobs.run_waiting(letters.factories.sessions)
    assert due_on(letters, case_id) == date(2027, 1, 4)
    assert "cannot be extended" in told(letters, case_id)[-1]["problem"]
    assert catch_up(letters) == 0


def test_a_dry_run_tells_what_would_move_and_changes_nothing(letters: Letters) -> None:
    letters.deploy(rules(5))
    early, late = letters.start(date(2026, 12, 1)), letters.start(date(2026, 12, 16))
    book, problems = _checked(letters, rules(7))
    same, _ = _checked(letters, rules(5))
    with letters.factories.transaction() as session:
        found = following.preview_rules(session, "sample", book, content_digest="x")

    assert (problems, found.looked_at, found.moved, found.late, found.stuck) == ([], 2, 2, 0, 0)
    assert [(m.case_id, london(m.before).date(), london(m.after).date()) for m in found.first] == [
        (early, date(2026, 12, 8), date(2026, 12, 10)),
        (late, date(2026, 12, 23), date(2026, 12, 29)),
    ]
    shorter, _ = _checked(letters, rules(1).replace('amber_after = { amount = 1, unit = "working days" }\n', ""))
    with letters.factories.transaction() as session:
        assert following.preview_rules(session, "sample", shorter, content_digest="y").late == 1
        assert following.preview_rules(session, "sample", same, content_digest="z").looked_at == 0
        proposed = calendar.with_holiday(session, nation="England and Wales", on_day=date(2026, 12, 17), name="Jubilee")
        assert following.preview_calendar(session, proposed).moved == 1
    assert letters.edition() == 1
    assert catch_up(letters) == 0


def test_a_case_that_is_over_keeps_its_clocks_as_they_were(letters: Letters) -> None:
    letters.deploy(rules(5))
    case_id = letters.start()
    with letters.factories.transaction() as session:
        cases.cancel(session, case_id, reason="Opened by mistake", note="", by=PLATFORM)

    letters.publish(rules(10))

    assert catch_up(letters) == 0
    assert due_on(letters, case_id) == date(2026, 12, 29)


def test_an_upgrade_of_the_library_that_changes_a_day_is_noticed_and_followed(
    letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters.deploy(rules(5))
    case_id = letters.start()
    with letters.factories.transaction() as session:
        assert calendar.notice_library(session) == []
    with letters.factories.transaction() as session:
        assert calendar.notice_library(session) == []
        assert law.current(session).revision == 2
    known = calendar.bank_holidays
    monkeypatch.setattr(
        calendar, "bank_holidays", lambda nation, year: known(nation, year) | {date(2027, 5, 10): "A new one"}
    )

    with letters.factories.transaction() as session:
        found = calendar.notice_library(session)

    assert found == [
        f"10 May 2027 is one in {nation}" for nation in ("England and Wales", "Scotland", "Northern Ireland")
    ]
    assert catch_up(letters) == 0
    assert told(letters, case_id) == []


def test_the_calendar_refuses_what_it_cannot_count_and_who_may_not_change_it(sqlite_letters: Letters) -> None:
    letters = sqlite_letters
    officer = letters.factories.actor(letters.factories.user("officer", "analyst"))
    with letters.factories.transaction() as session:
        for wrong in (
            {"name": "", "first_on": date(2026, 12, 21), "last_on": date(2026, 12, 21)},
            {"name": "x", "first_on": None, "last_on": date(2026, 12, 21)},
            {"name": "x", "first_on": date(2026, 12, 21), "last_on": date(2026, 12, 20)},
            {"name": "x", "first_on": date(2026, 1, 1), "last_on": date(2027, 12, 20)},
            {"name": "x", "first_on": date(1, 1, 1), "last_on": date(1, 1, 2)},
            {"name": "x\x00", "first_on": date(2026, 12, 21), "last_on": date(2026, 12, 21)},
        ):
            with pytest.raises(Invalid):
                calendar.add_closure(session, reason="y", by=PLATFORM, **wrong)
        for day, nation in (
            (date(2026, 12, 25), "Scotland"),
            (date(2026, 12, 19), "Scotland"),
            (date(2026, 12, 1), "Mars"),
        ):
            with pytest.raises(Invalid):
                calendar.add_holiday(session, nation=nation, on_day=day, name="x", reason="y", by=PLATFORM)
        with pytest.raises(NotAllowed):
            calendar.add_closure(
                session, name="x", first_on=date(2026, 12, 21), last_on=date(2026, 12, 21), reason="y", by=officer
            )
        assert law.current(session).revision == 0


def test_replay_shows_the_clock_as_it_was_before_and_after(letters: Letters) -> None:
    letters.deploy(rules(5))
    case_id = letters.start()
    with frozen_at(BEFORE + timedelta(days=1)):
        letters.publish(rules(10))
        catch_up(letters)
    with letters.factories.transaction() as session:
        events = events_of(session, case_id)
    before, after = replay(events, at=BEFORE), replay(events)

    assert [datetime.fromisoformat(clock.due_at).day for clock in before.clocks.values()] == [29]
    assert [datetime.fromisoformat(clock.due_at).day for clock in after.clocks.values()] == [6]


def _checked(letters: Letters, text: str):
    with letters.factories.transaction() as session:
        return publishing.checked(session, "sample", text)
