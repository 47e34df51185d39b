"""What a case waits for besides people: times, messages, jobs, and somebody to put right what failed."""

from datetime import UTC, datetime, timedelta

import pytest

from engine import cases, incidents, jobs, messages
from engine.errors import Conflict
from engine.instants import frozen_at, now
from models.document import Document
from models.work import Notification, OutboxMessage
from tests.diagrams import category, due, extensions, service, timer
from tests.integration.engine.conftest import Drive, Driver

RULES = b"""
[[rule]]
id = "sample.answer"
name = "Answer"
class = "local standard"
counts_from = "received"
counts_from_words = "it was received"
within = { amount = 5, unit = "working days" }
amber_after = { amount = 3, unit = "working days" }

[rule.citation]
text = "Our own standard"
url = "https://landlord.example/standards"

[[rule.extension]]
id = "more"
name = "More time"
unit = "working days"
at_most = 5
reasons = ["It is complex"]
granted_by = ["Anybody"]
"""


def test_a_reminder_reaches_whoever_has_the_task_and_leaves_the_task_open(drive: Drive) -> None:
    remind = timer("soon", on="ask", to="remind", duration="P2D", interrupts=False)
    driver = drive(
        category(
            "start > ask > end ; remind:service > end_reminded",
            boundary=remind,
            inside={"remind": service("notify", to="assignee", message='="Please answer " + case.reference')},
        )
    )

    with frozen_at(now() + timedelta(days=3)):
        assert driver.sweep() == 1
        assert driver.sweep() == 0

    assert driver.open() == ["ask"]
    [notice] = driver.rows(Notification)
    assert (notice.user_id, notice.text) == (driver.by.user_id, f"Please answer {driver.started.reference}")
    [mail] = driver.rows(OutboxMessage)
    assert mail.payload["to"] == driver.by.email
    driver.do("ask")
    assert driver.case.status == "closed"


def test_a_timer_that_was_missed_for_ten_days_fires_once(drive: Drive) -> None:
    repeat = timer("weekly", on="ask", to="note", cycle="R/P1D", interrupts=False)
    driver = drive(
        category(
            "start > ask > end ; note:service > end_noted",
            boundary=repeat,
            inside={"note": service("record_note", text="A day has gone by")},
        )
    )

    with frozen_at(now() + timedelta(days=10, hours=1)):
        driver.sweep()
        driver.sweep()

    assert driver.events().count("note_added") == 1
    assert driver.timers()["weekly"] > now() + timedelta(days=10)


def test_an_interrupting_timer_takes_the_path_drawn_and_withdraws_the_task(drive: Drive) -> None:
    driver = drive(
        category(
            "start > ask > end ; chase > end_chased", boundary=timer("late", on="ask", to="chase", duration="PT4H")
        )
    )

    with frozen_at(now() + timedelta(hours=5)):
        driver.sweep()

    assert driver.open() == ["chase"]
    assert driver.timers() == {}


def test_a_clock_starts_with_the_task_that_hangs_on_it_and_is_met_by_it(drive: Drive) -> None:
    driver = drive(
        category(
            "start > ask > end",
            inside={"ask": due('=due("sample.answer", date(received_on))')},
            files={"rules.toml": RULES},
        ),
        received_on="2026-12-18",
    )
    # 21, 22, 23, 24, then Christmas Day, a weekend and Boxing Day's substitute do not count, 29 December 2026
    assert driver.task("ask").due_at == datetime(2026, 12, 29, 23, 59, 59, 999999, tzinfo=UTC)
    assert driver.clocks() == {"sample.answer": "running"}

    driver.do("ask")

    assert driver.clocks() == {"sample.answer": "met"}


def test_an_extension_moves_the_task_and_the_timer_that_hang_on_the_clock(drive: Drive) -> None:
    answer_by = 'due("sample.answer", date(received_on))'
    files = category(
        "start > fork+ ; fork+ > ask > join+ ; fork+ > decide > extend:service > join+ ; join+ > end ; "
        "chase > end_chased",
        inside={
            "ask": due(f"={answer_by}"),
            "extend": service("extend_clock", rule="sample.answer", working_days="=2", reason="It is complex"),
        },
        boundary=timer("late", on="ask", to="chase", date=f"={answer_by}"),
        files={"rules.toml": RULES},
    )
    with frozen_at(datetime(2026, 11, 3, tzinfo=UTC)):
        driver = drive(files, received_on="2026-11-02")
        driver.do("decide")

    assert driver.task("ask").due_at == datetime(2026, 11, 11, 23, 59, 59, 999999, tzinfo=UTC)
    assert driver.timers()["late"] == driver.task("ask").due_at


def test_a_message_moves_the_case_that_it_names_and_its_variables_are_kept(drive: Drive) -> None:
    driver = drive(_waits_for_message())

    with driver.factories.transaction() as session:
        taken = messages.publish(
            session, "paid", driver.started.reference, {"amount": 5}, by=driver.by, message_key="m1"
        )
        again = messages.publish(
            session, "paid", driver.started.reference, {"amount": 5}, by=driver.by, message_key="m1"
        )

    assert (taken.case_id, taken.is_repeat, again.is_repeat) == (driver.started.id, False, True)
    assert driver.open() == ["thank"]


def test_a_message_that_comes_early_waits_for_its_case(drive: Drive) -> None:
    driver = drive(_waits_for_message("start > ask > wait:intermediateCatchEvent > thank > end"))
    with driver.factories.transaction() as session:
        early = messages.publish(session, "paid", driver.started.reference, {"amount": 5}, by=driver.by)
    assert early.case_id is None

    driver.do("ask")

    assert driver.open() == ["thank"]


def test_a_message_for_another_case_moves_nothing(drive: Drive) -> None:
    driver = drive(_waits_for_message())

    with driver.factories.transaction() as session:
        messages.publish(session, "paid", "SOMETHING ELSE", {}, by=driver.by)

    assert driver.open() == []


def test_a_letter_whose_field_is_missing_waits_as_an_incident_until_it_is_put_right(drive: Drive, letter) -> None:
    driver = drive(
        category(
            "start > ask > merge:service > sign > end",
            inside={"merge": service("merge_document", template="answer", subject="case")},
            files={"letters/answer.docx": letter("We decided {{ decision }}."), "f.form": _form("decision")},
        )
    )
    driver.do("ask", something="else")
    [incident] = driver.incidents()
    assert "decision" in incident.message
    assert "answer" in incident.message
    assert driver.open() == []
    assert driver.rows(Document) == []

    with driver.factories.transaction() as session:
        cases.change_fields(session, driver.started.id, {"decision": "to repair"}, by=driver.by)
    with driver.factories.transaction() as session:
        left = incidents.retry(session, incident.id, by=driver.by)
    jobs.run_all(driver.factories.sessions, left)

    assert driver.open() == ["sign"]
    assert [document.title for document in driver.rows(Document)] == ["Answer"]
    assert driver.incidents() == []


def test_a_job_that_two_nodes_take_up_is_filed_once(drive: Drive, letter) -> None:
    driver = drive(
        category(
            "start > merge:service > sign > end",
            inside={"merge": service("merge_document", template="answer", subject="case")},
            files={"letters/answer.docx": letter("Dear tenant")},
        )
    )
    driver.run_jobs()

    assert len(driver.rows(Document)) == 1
    assert driver.open() == ["sign"]


def test_a_condition_that_fails_keeps_the_answer_and_waits_as_an_incident(drive: Drive) -> None:
    driver = drive(
        category("start > ask > big? ; big? -[assert(rent, rent > 5) > 100]-> dear > end ; big? > cheap > end")
    )

    driver.do("ask", rent=1)

    [incident] = driver.incidents()
    assert incident.element_id == "big_choice"
    assert driver.case.status == "open"
    with driver.factories.transaction() as session:
        cases.change_fields(session, driver.started.id, {}, by=driver.by)
        with pytest.raises(Conflict):
            _retry_unknown(driver, session, incident.id)


def test_a_loop_that_asks_nobody_is_stopped_as_an_incident(drive: Drive) -> None:
    driver = drive(
        category(
            "start > count:script > again? ; again? -[n < 0]-> end ; again? > count",
            inside={"count": extensions('<zeebe:script expression="=n + 1" resultVariable="n"/>')},
        ),
        n=0,
    )

    [incident] = driver.incidents()
    assert "runs away" in incident.message


def test_a_case_that_can_never_move_again_says_so(drive: Drive) -> None:
    driver = drive(category("start > one? ; one? -[a = 1]-> left > join+ ; one? > right > join+ ; join+ > end"), a=1)

    driver.do("left")

    [incident] = driver.incidents()
    assert "can never move on" in incident.message


def test_a_case_that_is_stuck_at_several_places_has_one_incident_that_names_them_all(drive: Drive) -> None:
    driver = drive(
        category(
            "start > fork+ ; fork+ > one? ; one? -[a = 1]-> left > join+ ; one? > right > join+ ; join+ > end ; "
            "fork+ > two? ; two? -[a = 1]-> up > meet+ ; two? > down > meet+ ; meet+ > end_met"
        ),
        a=1,
    )

    driver.do("left")
    assert driver.incidents() == [], "the other branch goes on"
    driver.do("up")

    [incident] = driver.incidents()
    assert "from “Join all”, nor from “Meet all”" in incident.message


@pytest.mark.parametrize("cycle", ["R/PT0S", "R3/P0D", "every day"])
def test_a_repetition_without_time_between_is_an_incident_not_a_hang(drive: Drive, cycle: str) -> None:
    driver = drive(
        category(
            "start > ask > end ; note > end_noted",
            boundary=timer("tick", on="ask", to="note", cycle=cycle, interrupts=False),
        )
    )

    assert [incident.element_id for incident in driver.incidents()] == ["tick"]
    assert driver.open() == ["ask"]


def test_closing_by_hand_withdraws_what_waits(drive: Drive) -> None:
    driver = drive(
        category("start > ask > end ; chase > end_chased", boundary=timer("late", on="ask", to="chase", duration="P1D"))
    )

    with driver.factories.transaction() as session:
        cases.close(session, driver.started.id, reason="Closed by the officer", by=driver.by)

    assert (driver.open(), driver.timers(), driver.case.status) == ([], {}, "closed")


def _waits_for_message(flows: str = "start > wait:intermediateCatchEvent > thank > end") -> dict[str, bytes]:
    return category(
        flows,
        inside={"wait": '<bpmn:messageEventDefinition messageRef="paid_message"/>'},
        roots='<bpmn:message id="paid_message" name="paid"><bpmn:extensionElements>'
        '<zeebe:subscription correlationKey="=case.reference"/></bpmn:extensionElements></bpmn:message>',
    )


def _form(key: str) -> bytes:
    return (
        b'{"type": "default", "schemaVersion": 19, "id": "f", "components": '
        b'[{"type": "textfield", "id": "f1", "key": "' + key.encode() + b'", "label": "Decision"}]}'
    )


def _retry_unknown(driver: Driver, session, incident_id: int) -> None:
    incidents.retry(session, incident_id, by=driver.by)
    incidents.retry(session, incident_id, by=driver.by)
    raise Conflict


def test_a_case_that_is_closed_by_hand_ends_its_clocks_without_calling_them_met(drive: Drive) -> None:
    files = category(
        "start > ask > end",
        inside={"ask": due('=due("sample.answer", date(received_on))')},
        files={"rules.toml": RULES},
    )
    driver = drive(files, received_on="2026-12-18")

    with driver.factories.transaction() as session:
        cases.cancel(session, driver.started.id, reason="Withdrawn", by=driver.by)

    assert driver.clocks() == {"sample.answer": "ended"}
    assert "clock_met" not in driver.events()


def test_a_clock_is_not_met_while_the_letter_of_its_task_has_failed(drive: Drive, letter) -> None:
    driver = drive(
        category(
            "start > ask > merge:service > end",
            inside={
                "ask": due('=due("sample.answer", date(received_on))'),
                "merge": service("merge_document", template="answer", subject="case"),
            },
            files={"rules.toml": RULES, "letters/answer.docx": letter("We decided {{ decision }}.")},
        ),
        received_on="2026-12-18",
    )

    driver.do("ask")

    assert [incident.element_id for incident in driver.incidents()] == ["merge"]
    assert driver.clocks() == {"sample.answer": "running"}


def test_a_clock_is_met_though_the_time_of_a_letter_ran_out_while_it_was_merged(
    drive: Drive, letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "run_waiting", lambda sessions: 0)  # nobody works
    driver = drive(
        category(
            "start > fork+ ; fork+ > ask > end ; fork+ > merge:service > end_merged ; chase > end_chased",
            boundary=timer("late", on="merge", to="chase", duration="PT4H"),
            inside={
                "ask": due('=due("sample.answer", date(received_on))'),
                "merge": service("merge_document", template="answer", subject="case"),
            },
            files={"rules.toml": RULES, "letters/answer.docx": letter("Dear tenant")},
        ),
        received_on="2026-12-18",
    )
    with frozen_at(now() + timedelta(hours=5)):
        driver.sweep()

    driver.do("ask")

    assert driver.open() == ["chase"]
    assert driver.clocks() == {"sample.answer": "met"}


def test_what_an_officer_added_ends_with_the_case(drive: Drive) -> None:
    driver = drive(category("start > ask > end"))
    from engine import tasks

    with driver.factories.transaction() as session:
        tasks.add(session, driver.started.id, name="Ring the tenant", by=driver.by)

    driver.do("ask")

    assert driver.open() == []
