"""Rules in the studio: read, tried, changed by form and as text, compared, published with what they would move."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine import following, jobs
from engine.instants import frozen_at, london
from engine.law import publishing
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.integration.law.conftest import Letters, rules
from tests.pages import Page, PageClient

EXTENSION = (
    '\n[[rule.extension]]  # by the handbook\nid = "hard"\nname = "It is hard"\nunit = "working days"\nat_most = 5\n'
    'reasons = ["It is hard"]\ngranted_by = ["Team"]\n'
)
ADDRESS = "/studio/rules/sample"


@pytest.fixture(autouse=True)
def in_december():
    with frozen_at(datetime(2026, 12, 18, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def letters(factories: Factories) -> Letters:
    made = Letters(factories)
    made.deploy(rules(5) + EXTENSION)
    return made


@pytest.fixture
def analyst(letters: Letters) -> PageClient:
    return letters.factories.client("analyst", "officer")


def form_of(client: PageClient, **query: str) -> dict[str, str]:
    query = {"id": "letter.answer", **query}
    return client.page(f"{ADDRESS}/rule?" + "&".join(f"{k}={v}" for k, v in query.items())).form(f"{ADDRESS}/rule")


def test_a_rule_changed_by_form_is_shown_with_what_it_moves_published_and_followed(
    letters: Letters, analyst: PageClient
) -> None:
    case_id = letters.start()
    filled = form_of(analyst) | {"within_amount": "10", "what": "change"}

    shown = Page(analyst.submit(f"{ADDRESS}/rule", filled, status=200))

    assert "within 10 working days" in shown.main
    assert "1 running clock of 1 would move" in " ".join(shown.main.split())
    assert letters.edition() == 1
    sent = shown.form(f"{ADDRESS}/editions") | {"reason": "The board decided"}
    analyst.submit(f"{ADDRESS}/editions", sent, status=303)
    following.sweep(letters.factories.sessions)
    jobs.run_waiting(letters.factories.sessions)
    assert letters.text() == (rules(10) + EXTENSION)  # comments and all
    assert london(letters.clock(case_id).due_at).date() == date(2027, 1, 6)
    assert "The board decided" in analyst.page(f"{ADDRESS}/editions").main
    assert "within 10 working days" in analyst.page(f"{ADDRESS}/editions/2").main
    assert "by at most 5 working days" in analyst.page(ADDRESS).main


def test_every_page_of_the_rules_is_well_made(letters: Letters, analyst: PageClient) -> None:
    letters.publish(rules(6) + EXTENSION)
    for address in (
        "/studio/rules", ADDRESS, f"{ADDRESS}/editions", f"{ADDRESS}/editions/1", f"{ADDRESS}/editions/2?against=1",
        f"{ADDRESS}/text", f"{ADDRESS}/rule", f"{ADDRESS}/rule?id=letter.answer", f"{ADDRESS}/trial",
        "/studio/rules/common", "/studio/rules/common/rule?id=arrears.notice_secure", "/studio",
        "/studio/rules/common/rule?id=subject_access.answer", "/studio/sample/rules",
    ):  # fmt: skip
        assert analyst.page(address).h1


def test_a_new_version_from_a_day_leaves_the_old_one_for_earlier_events(letters: Letters, analyst: PageClient) -> None:
    filled = form_of(analyst) | {"within_amount": "7", "what": "version"}
    day = {"starts_on-day": "1", "starts_on-month": "1", "starts_on-year": "2027"}

    shown = Page(analyst.submit(f"{ADDRESS}/rule", filled | day, status=200))
    analyst.submit(f"{ADDRESS}/editions", shown.form(f"{ADDRESS}/editions") | {"reason": "The law"}, status=303)

    with letters.factories.transaction() as session:
        book, problems = publishing.checked(session, "sample", letters_text(session))
    first, second = book.versions("letter.answer")
    assert (first.in_force_to, second.in_force_from) == (date(2026, 12, 31), date(2027, 1, 1))
    assert (first.within.limbs[0].amount, second.within.limbs[0].amount) == (5, 7)
    assert [problem for problem in problems if problem.severity == "error"] == []


def letters_text(session) -> str:
    return publishing.text_in_force(session, "sample")


def test_grounds_are_changed_added_and_taken_out_by_form(letters: Letters, analyst: PageClient) -> None:
    added = {"extension-1-name": "Waiting for counsel", "extension-1-unit": "weeks", "extension-1-granted_by": "Team"}
    stop = {"stop-0-name": "No access", "stop-0-granted_by": "Team\nOther", "stop-0-reasons": "Nobody in\nDog"}
    filled = form_of(analyst) | {"extension-0-at_most": "3"} | added | stop

    shown = Page(analyst.submit(f"{ADDRESS}/rule", filled, status=200))
    analyst.submit(f"{ADDRESS}/editions", shown.form(f"{ADDRESS}/editions") | {"reason": "Agreed"}, status=303)

    with letters.factories.transaction() as session:
        [rule] = publishing.checked(session, "sample", letters_text(session))[0].versions("letter.answer")
    assert [(e.id, e.at_most, e.unit) for e in rule.extensions] == [
        ("hard", 3, "working days"),
        ("waiting_for_counsel", None, "weeks"),
    ]
    assert [(s.id, s.reasons, s.granted_by) for s in rule.stops] == [
        ("no_access", ("Nobody in", "Dog"), ("Team", "Other"))
    ]
    shown = Page(
        analyst.submit(
            f"{ADDRESS}/rule", form_of(analyst) | {"extension-0-name": "", "extension-1-name": ""}, status=200
        )
    )
    assert "It is hard" in shown.main  # as what goes
    assert "[[rule.extension]]" not in shown.form(f"{ADDRESS}/editions")["content"]


@on_sqlite_alone
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("within_amount", "many", "Expected a whole number"),
        ("within_amount", "9" * 5000, "Expected a whole number"),
        ("within_amount", "", "needs “within”"),
        ("kind", "hearsay", "Expected one of"),
        ("counts_from", "The Letter!", "Expected small letters"),
        ("in_force_from-year", "soon", "Expected a day"),
        ("citation_url", "javascript:alert(1)", "https://"),
        ("name", '"]\n[[rule', ""),
        ("within_unit", "moons", "Expected one of"),
        ("amber_amount", "9", "Amber must come before"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_hostile_text_stays_text(
    letters: Letters, analyst: PageClient, field: str, value: str, sentence: str
) -> None:
    filled = form_of(analyst) | {field: value}

    answer = analyst.submit(f"{ADDRESS}/rule", filled, status=422 if sentence else 200)

    assert sentence in answer.text
    assert letters.edition() == 1


def test_a_text_is_checked_compared_and_published_and_two_do_not_undo_each_other(
    letters: Letters, analyst: PageClient
) -> None:
    sent = analyst.page(f"{ADDRESS}/text").form(f"{ADDRESS}/review")
    assert "# agreed in May" in sent["content"]
    wrong = analyst.submit(f"{ADDRESS}/review", sent | {"content": "[[rule"}, status=422)
    assert "The rules cannot be read like this" in wrong.text
    endless = analyst.submit(f"{ADDRESS}/review", sent | {"content": ".".join("a" * 40_000) + "=1"}, status=422)
    assert "more than 30 parts" in endless.text
    many = "".join(rules(3, rule=f"a.b{n}") for n in range(5_000))
    assert "at most" in analyst.submit(f"{ADDRESS}/review", sent | {"content": many}, status=422).text

    shown = Page(analyst.submit(f"{ADDRESS}/review", sent | {"content": rules(8)}, status=200))
    mine = shown.form(f"{ADDRESS}/editions")
    assert "Say why" in analyst.submit(f"{ADDRESS}/editions", mine, status=422).text
    letters.publish(rules(9))
    late = analyst.submit(f"{ADDRESS}/editions", mine | {"reason": "Mine"}, status=409)
    assert "Edition 2" in late.text
    assert letters.text() == rules(9)
    overlapping = analyst.submit(f"{ADDRESS}/review", sent | {"content": rules(8) + rules(7)}, status=200)
    assert "Two versions are in force" in overlapping.text
    assert (
        "Publish edition"
        not in overlapping.text.partition('<form method="post" action="/studio/rules')[2].partition("Cancel")[0]
    )


def test_common_rules_that_a_release_brings_are_offered_until_they_are_published(
    letters: Letters, analyst: PageClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "ships other common rules" not in analyst.page("/studio/rules/common").main
    newer = tmp_path / "rules.toml"
    newer.write_text(letters.text("common") + rules(4, rule="ours.new"), "utf-8")
    monkeypatch.setattr(publishing, "FILE", newer)

    offered = analyst.page("/studio/rules/common")
    sent = offered.form("/studio/rules/common/review")
    shown = Page(analyst.submit("/studio/rules/common/review", sent, status=200))
    sent = shown.form("/studio/rules/common/editions") | {"reason": "The release brought it"}
    analyst.submit("/studio/rules/common/editions", sent, status=303)

    assert "ships other common rules" in offered.main
    assert letters.text("common") == newer.read_text("utf-8")
    assert "ships other common rules" not in analyst.page("/studio/rules/common").main


def test_a_rule_is_tried_with_a_date(letters: Letters, analyst: PageClient) -> None:
    page = analyst.page(f"{ADDRESS}/trial?rule=letter.answer&on=2026-12-18")

    assert "29 December 2026" in page.main
    assert "Christmas Day" in page.main
    assert "Give a date" in analyst.page(f"{ADDRESS}/trial?rule=letter.answer&on=soon", status=422).main
    assert "no rule" in analyst.page(f"{ADDRESS}/trial?rule=letter.other&on=2026-12-18", status=422).main
    hours = analyst.page("/studio/rules/common/trial?rule=hazard.emergency&on=2026-03-28&at=20:00")
    assert "21:00" in hours.main


def test_the_table_comes_as_a_file_in_which_nothing_is_a_formula(letters: Letters, analyst: PageClient) -> None:
    letters.publish(rules(5).replace("Answer the letter", "=cmd()"))

    answer = analyst.get(f"{ADDRESS}/table.csv")

    assert answer.content_type.startswith("text/csv")
    assert "'=cmd()" in answer.text
    assert "5 working days" in answer.text


def test_who_may_not_change_rules_may_read_them_and_nothing_else(letters: Letters) -> None:
    officer = letters.factories.client("officer")

    assert "Change the text" not in officer.page(ADDRESS).main
    for address in (f"{ADDRESS}/text", f"{ADDRESS}/rule?id=letter.answer"):
        assert officer.get(address).status_code == 403
    token = officer.token()
    for address in ("review", "editions", "rule", "text"):
        sent = {"csrf_token": token, "content": rules(9), "reason": "Mine", "follows": "1"}
        assert officer.post(f"{ADDRESS}/{address}", data=sent).status_code == 403
    assert letters.edition() == 1
    assert officer.get("/studio/rules/nothing").status_code == 404
    assert officer.get(f"{ADDRESS}/editions/7").status_code == 404
