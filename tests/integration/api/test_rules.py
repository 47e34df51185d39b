"""Rules and the calendar over REST: read, looked at before, published once, refused without the right."""

from typing import Any

import pytest

from tests.factories import Factories
from tests.integration.api.conftest import Program
from tests.integration.law.conftest import Letters, rules


@pytest.fixture
def letters(factories: Factories) -> Letters:
    made = Letters(factories)
    made.deploy(rules(5))
    return made


@pytest.fixture
def analyst(letters: Letters) -> Program:
    return Program(letters.factories, letters.factories.user("analyst", "administrator"))


def test_an_edition_is_looked_at_published_once_and_listed(letters: Letters, analyst: Program) -> None:
    letters.start()
    body: dict[str, Any] = {"content": rules(10), "reason": "The board agreed", "follows": 1}

    looked_at = analyst.post("/rules/sample/preview", {"content": rules(10)})
    made = analyst.post("/rules/sample/editions", body, status=201, key="one")
    again = analyst.post("/rules/sample/editions", body, status=201, key="one")

    assert (looked_at["looked_at"], looked_at["moved"], looked_at["problems"]) == (1, 1, [])
    assert "within 10 working days" in looked_at["changes"][0]["added"][0]
    assert looked_at["first"][0]["url"].startswith("/api/v1/cases/SAMPLE-")
    assert made == again
    assert (made["number"], made["is_in_force"], made["origin"]) == (2, True, "published")
    assert [edition["number"] for edition in analyst.get("/rules/sample/editions")["items"]] == [2, 1]
    assert analyst.get("/rules/sample/editions/1")["content"] == rules(5)
    [rule] = analyst.get("/rules/sample")["rules"]
    assert "within 10 working days" in rule["words"]
    assert {item["key"] for item in analyst.get("/rules")["items"]} == {"common", "sample"}


def test_what_cannot_be_published_is_told_place_by_place(letters: Letters, analyst: Program) -> None:
    wrong = rules(5).replace('"working days" }  #', '"moons" }  #')

    problem = analyst.post("/rules/sample/editions", {"content": wrong, "reason": "x"}, status=422)
    assert list(problem["errors"]) == ["rule[letter.answer].within.unit"]
    analyst.post("/rules/sample/editions", {"content": rules(6), "reason": "x", "follows": 7}, status=409)
    analyst.post("/rules/sample/editions", {"content": rules(5), "reason": "x"}, status=409)
    analyst.post("/rules/nothing/editions", {"content": rules(6), "reason": "x"}, status=404)
    analyst.post("/rules/sample/preview", {"content": ".".join("a" * 40_000) + "=1"}, status=422)
    assert letters.edition() == 1


def test_the_calendar_is_read_added_to_and_taken_back(letters: Letters, analyst: Program) -> None:
    closed = {"name": "Move", "first_on": "2027-03-01", "last_on": "2027-03-02", "reason": "x"}
    made = analyst.post("/calendar/closures", closed, status=201, key="k")
    assert analyst.post("/calendar/closures", closed, status=201, key="k") == made
    holiday = {"name": "Jubilee", "nation": "Scotland", "on_day": "2027-03-03", "reason": "x"}
    analyst.post("/calendar/bank-holidays", holiday, status=201)
    analyst.post("/calendar/bank-holidays", holiday, status=422)

    analyst.post(f"/calendar/closures/{made['id']}/end", {"reason": "y"}, status=204)
    analyst.post(f"/calendar/closures/{made['id']}/end", {"reason": "y"}, status=409)

    shown = analyst.get("/calendar")
    assert (shown["nation"], shown["revision"]) == ("England and Wales", 5)
    assert [(c["name"], c["counts"]) for c in shown["closures"]] == [("Move", False)]
    assert [(h["name"], h["counts"]) for h in shown["bank_holidays"]] == [("Jubilee", True)]


def test_who_has_not_the_right_reads_and_changes_nothing(letters: Letters) -> None:
    officer = Program(letters.factories, letters.factories.user("officer"))

    assert officer.get("/rules/sample")["rules"]
    officer.post("/rules/sample/editions", {"content": rules(6), "reason": "x"}, status=403)
    officer.post("/rules/sample/preview", {"content": rules(6)}, status=403)
    closed = {"name": "Move", "first_on": "2027-03-01", "last_on": "2027-03-02", "reason": "x"}
    officer.post("/calendar/closures", closed, status=403)
    assert letters.edition() == 1
