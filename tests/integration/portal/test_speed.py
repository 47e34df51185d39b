"""Pages ask the database a fixed number of questions, however much there is to show."""

from urllib.parse import unquote

import pytest
from flask import url_for

from engine import cases
from tests.bench import diagrams
from tests.environment.databases import on_sqlite_alone
from tests.environment.statements import COMMIT, statements_of
from tests.integration.portal.conftest import Desk
from tests.integration.portal.test_cases import many_cases
from tests.integration.portal.test_home import many_tasks
from webapp.portal.writing import case_address, task_address

MOST = 24
MOST_OF_AN_ANSWER = 12


def count(desk: Desk, address: str) -> int:
    desk.client.get(address)  # definitions are parsed once
    with statements_of(desk.factories.engine) as sent:
        assert desk.client.get(address).status_code == 200
    return len(sent)


@on_sqlite_alone
@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/tasks",
        "/tasks?view=board",
        "/tasks?view=calendar",
        "/cases",
        "/search?q=complaint",
        "/people/1",
        "{here}",
        "{here}/tasks",
    ],
)
def test_a_page_asks_no_more_when_there_is_more_to_show(desk: Desk, address: str) -> None:
    address = address.format(here=desk.here)
    many_cases(desk, 1)
    before = count(desk, address)
    many_tasks(desk, 30)
    for number in range(5):
        desk.client.submit(f"{desk.here}/notes", {"text": f"Note {number}"})

    after = count(desk, address)

    assert after <= before + 2  # the names of those who now appear
    assert after <= MOST


@on_sqlite_alone
@pytest.mark.parametrize(
    "address", ["/", "/tasks", "/tasks.csv", "/cases", "/cases.csv", "/search?q=a", "/people/1", "{here}", "{here}/map"]
)
def test_looking_never_writes(desk: Desk, address: str) -> None:
    with statements_of(desk.factories.engine) as sent:
        desk.client.get(address.format(here=desk.here))

    assert not [statement for statement in sent if statement.split()[0] in ("INSERT", "UPDATE", "DELETE")]


def test_an_answer_by_the_form_reads_its_task_once_and_writes_in_one_commit(desk: Desk) -> None:
    desk.factories.deploy(diagrams.category(8, 20))
    with desk.factories.transaction() as session:
        cases.start(session, "bench_8_20", fields=diagrams.initial(20), by=desk.by)

    for number in range(1, 4):
        page = desk.client.page(f"/tasks/{desk.task(f'task_{number}').id}")
        with statements_of(desk.factories.engine) as sent:
            desk.answer(page, dict.fromkeys(diagrams.answers_of(number), "600"))

    assert len([statement for statement in sent if "FROM user_task" in statement]) == 1
    assert sent.count(COMMIT) == 1
    assert len(sent) <= MOST_OF_AN_ANSWER + 1


@pytest.mark.parametrize("reference", ["CMP-000001", "Ä B/1?#%", "a+b&c"])
def test_lists_write_the_addresses_of_the_routes(desk: Desk, reference: str) -> None:
    with desk.client.application.test_request_context():
        assert task_address(7) == url_for("portal.tasks.page", task_id=7)
        assert unquote(case_address(reference)) == unquote(url_for("portal.case_pages.page", reference=reference))
        assert not {"?", "#"} & set(case_address(reference))
