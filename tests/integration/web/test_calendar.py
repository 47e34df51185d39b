"""The administrator's calendar: what counts, what a change would move, and what it moves."""

from datetime import UTC, date, datetime

import pytest

from engine import following, jobs, law
from engine.instants import frozen_at, london
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.integration.law.conftest import Letters, rules
from tests.pages import Page, PageClient

PAGE = "/admin/calendar"
CLOSURE = {"kind": "closure", "name": "Office move", "first_on": "2026-12-22", "last_on": "2026-12-23"}
HOLIDAY = {"kind": "holiday", "name": "Jubilee", "on_day": "2026-12-22", "nation": "England and Wales"}


@pytest.fixture(autouse=True)
def in_december():
    with frozen_at(datetime(2026, 12, 18, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def letters(factories: Factories) -> Letters:
    made = Letters(factories)
    made.deploy(rules(5, more="closures_count = true\n"))
    return made


@pytest.fixture
def admin(letters: Letters) -> PageClient:
    return letters.factories.client("administrator")


def change(admin: PageClient, sent: dict[str, str], *, reason: str = "It was decided") -> Page:
    """Look at what a change would do, and make it; returns what was shown first."""
    shown = Page(admin.submit(f"{PAGE}/review", sent, status=200))
    admin.submit(f"{PAGE}/changes", shown.form(f"{PAGE}/changes") | {"reason": reason}, status=303)
    return shown


def due_on(letters: Letters, case_id: int) -> date:
    following.sweep(letters.factories.sessions)
    jobs.run_waiting(letters.factories.sessions)
    return london(letters.clock(case_id).due_at).date()


def test_each_change_is_shown_with_what_it_moves_made_and_taken_back(letters: Letters, admin: PageClient) -> None:
    case_id = letters.start()

    shown = change(admin, CLOSURE)
    assert "1 running clock of 1 would move" in " ".join(shown.main.split())
    assert due_on(letters, case_id) == date(2026, 12, 31)
    change(admin, HOLIDAY | {"on_day": "2026-12-24"})
    assert due_on(letters, case_id) == date(2027, 1, 4)
    change(admin, {"kind": "nation", "nation": "Scotland"})
    assert due_on(letters, case_id) == date(2026, 12, 31)
    change(admin, {"kind": "closure_end", "id": "1", "name": "Office move"})
    change(admin, {"kind": "holiday_end", "id": "1", "name": "Jubilee"})
    assert due_on(letters, case_id) == date(2026, 12, 29)

    page = admin.page(PAGE)
    for word in ("Office move", "Jubilee", "Taken back", "Scotland", "It was decided", "Boxing Day"):
        assert word in page.main


@on_sqlite_alone
@pytest.mark.parametrize(
    ("sent", "said", "status"),
    [
        (CLOSURE | {"name": " "}, "Give a name", 422),
        (CLOSURE | {"first_on": "soon"}, "Give a date", 422),
        (CLOSURE | {"last_on": "2026-12-01"}, "on or after the first", 422),
        (HOLIDAY | {"on_day": "2026-12-25"}, "a bank holiday already: Christmas Day", 422),
        (HOLIDAY | {"nation": "Mars"}, "Choose one of", 422),
        ({"kind": "nation", "nation": "England and Wales"}, "already", 409),
        ({"kind": "closure_end", "id": "77"}, "no such entry", 404),
        ({"kind": "holiday_end", "id": "9" * 400}, "no such entry", 404),
        ({"kind": "weather"}, "no such change", 404),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    letters: Letters, admin: PageClient, sent: dict[str, str], said: str, status: int
) -> None:
    assert said in admin.submit(f"{PAGE}/review", sent, status=status).text
    assert said in admin.submit(f"{PAGE}/changes", sent | {"reason": "Why not"}, status=status).text
    with letters.factories.transaction() as session:
        assert law.current(session).revision == 2


def test_a_change_without_a_reason_is_not_made(letters: Letters, admin: PageClient) -> None:
    assert "Say why" in admin.submit(f"{PAGE}/changes", CLOSURE | {"reason": " "}, status=422).text
    with letters.factories.transaction() as session:
        assert law.current(session).revision == 2


def test_nobody_else_may_look_at_it_or_change_it(letters: Letters) -> None:
    analyst = letters.factories.client("analyst", "team_manager", "officer", "auditor")

    assert analyst.get(PAGE).status_code == 403
    for address in ("review", "changes"):
        sent = {"csrf_token": analyst.token(), "reason": "Mine", **CLOSURE}
        assert analyst.post(f"{PAGE}/{address}", data=sent).status_code == 403
