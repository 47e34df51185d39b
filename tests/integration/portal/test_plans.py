"""How the databases find what the lists and pages of officers show.

Measured with 10,000 open of 100,000 cases and 200 officers (`tests/bench/pages.py`), where a statement that reads every
row of cases or tasks, or sorts all that are open for a page of them, takes longer than all else of a page.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from models.prepared import Form
from tests.integration.portal.conftest import Desk

LARGE = ("cases", "user_task", "case_event", "notification", "document", "clock")
# Pages, and of those that show lines the table whose index holds their order.
PAGES = {
    "/": "user_task",
    "/?whose=mine": "user_task",
    "/?whose=teams&state=overdue": "user_task",
    "/?whose=others": "",
    "/tasks?all=1": "user_task",
    "/tasks?state=today": "user_task",
    "/tasks?state=warning&with=team-1": "user_task",
    "/tasks?with=absent": "",
    "/cases": "cases",
    "/cases?status=closed": "cases",
    "/cases?sort=due&order=asc": "",
    "/cases?overdue=1&team=1": "cases",
}


def test_lists_are_found_by_index_and_read_in_its_order(
    desk: Desk, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for address, ordered_by in PAGES.items():
        desk.client.page(address)
        with sent_by_lists(monkeypatch) as sent:
            desk.client.page(address)
        with database.begin() as connection:
            forbid_detours(connection)
            plans = {statement: plan(connection, statement, given) for statement, given in sent}

        scans = [(statement, line) for statement, lines in plans.items() for line in lines if _reads_all(line)]
        lists = [lines for statement, lines in plans.items() if "page_key" in statement]
        assert scans == [], address
        assert len(lists) == 1, address
        assert not ordered_by or not any(_sorts(line) for line in lists[0]), (address, lists[0])


def test_nothing_reads_every_case_once_the_planner_has_seen_a_hundred_thousand(
    desk: Desk, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans = []

    for address in ("/", "/tasks?all=1", "/cases", desk.here):
        with sent_by_lists(monkeypatch) as sent:
            desk.client.page(address)
        with database.connect() as connection, connection.begin() as never_kept:
            _tell_of_many(connection)
            scans += [
                (address, line, statement)
                for statement, given in sent
                for line in plan(connection, statement, given)
                if "cases" in line and (_reads_all(line) or "ANY(" in line)  # an index, value by value
            ]
            never_kept.rollback()

    assert scans == []


_TELL = text("INSERT INTO sqlite_stat1 VALUES ('cases', :name, :told)")


def _tell_of_many(connection: Connection) -> None:
    """Have SQLite plan as after ANALYZE of 100,000 cases: by columns that most leave empty it finds most of them."""
    if connection.dialect.name == "postgresql":
        forbid_detours(connection)
        return
    connection.execute(text("ANALYZE"))
    connection.execute(text("DELETE FROM sqlite_stat1 WHERE tbl = 'cases'"))
    for index in connection.execute(text("SELECT * FROM pragma_index_list('cases')")).all():
        columns = connection.scalar(text("SELECT count(*) FROM pragma_index_info(:name)"), {"name": index.name})
        rows = 500 if index.partial else 100_000
        alike = 1 if index.unique or index.partial else rows // 2
        told = " ".join(map(str, (rows, *[alike] * columns)))
        connection.execute(_TELL, {"name": index.name, "told": told})
    connection.execute(text("ANALYZE sqlite_schema"))


@contextmanager
def sent_by_lists(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, Any]]]:
    """Gather the statements that are worked out once, with the values that they were given."""
    sent: list[tuple[str, Any]] = []
    give = Form.given

    def given(form: Form, values: Any) -> Any:
        sent.append((form.text, give(form, values)))
        return sent[-1][1]

    with monkeypatch.context() as patch:
        patch.setattr(Form, "given", given)
        yield sent


def forbid_detours(connection: Connection) -> None:
    """Have PostgreSQL use an index wherever there is one, though a few rows are read sooner without."""
    if connection.dialect.name == "postgresql":
        for way in ("seqscan", "bitmapscan", "sort", "incremental_sort", "hashjoin", "mergejoin"):
            connection.execute(text(f"SET LOCAL enable_{way} = off"))


def plan(connection: Connection, statement: str, given: Any) -> list[str]:
    """Return the lines of how the database goes about a statement."""
    cursor = connection.connection.cursor()
    if connection.dialect.name == "postgresql":
        cursor.execute(f"EXPLAIN {statement}", given)
        return [row[0].strip() for row in cursor.fetchall()]
    cursor.execute(f"EXPLAIN QUERY PLAN {statement}", given)
    return [row[3] for row in cursor.fetchall()]


def _reads_all(line: str) -> bool:
    """Say whether a line of a plan reads a large table from end to end."""
    on_postgresql = any(f"Seq Scan on {name} " in line for name in LARGE)
    return on_postgresql or (
        "INDEX" not in line and line.removeprefix("SCAN ").split()[0].rstrip("_0123456789") in LARGE and "SCAN" in line
    )


def _sorts(line: str) -> bool:
    return line.removeprefix("->").strip().startswith("Sort ") or "TEMP B-TREE FOR ORDER BY" in line
