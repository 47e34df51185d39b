"""The studio's page on which an expression or a decision is tried."""

import pytest
from sqlalchemy import update

from engine import cases
from models.case import Case
from tests.factories import Factories
from tests.pages import Page, PageClient
from tests.unit.definitions.files import category

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="b" namespace="b" id="b">
<decision id="band" name="Band"><decisionTable hitPolicy="{policy}">
<input label="Rent"><inputExpression><text>rent</text></inputExpression></input><output name="band"/>
<rule><description>cheap</description><inputEntry><text>&lt; 100</text></inputEntry>
<outputEntry><text>"low"</text></outputEntry></rule>
<rule><inputEntry><text>&gt;= 100</text></inputEntry><outputEntry><text>"high"</text></outputEntry></rule>
<rule><inputEntry><text>&gt; 900</text></inputEntry><outputEntry><text>"luxury"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def tried(client: PageClient, address: str = "/studio/try", *, status: int = 200, **asked: str) -> Page:
    """Return the page that answers."""
    return Page(client.submit(address, asked, status=status))


@pytest.fixture
def analyst(factories: Factories) -> PageClient:
    """A browser in which an analyst is signed in; the category “sample” has a decision table."""
    factories.deploy(category(band__dmn=TABLE.format(policy="UNIQUE")))
    return factories.client(user=factories.user("analyst", name="Ann Analyst"))


def test_an_expression_shows_its_value_its_type_and_how_it_was_read(analyst: PageClient) -> None:
    page = tried(analyst, expression='= (1 + rent)*2>3 and born < @"2000-01-01"', data='{rent: 5, born: @"1961-04-02"}')

    assert "true boolean" in page.main
    assert 'Read as (1 + rent) * 2 > 3 and born < @"2000-01-01"' in page.main


def test_what_is_wrong_is_told_at_its_place(analyst: PageClient) -> None:
    page = tried(analyst, expression='1 +\n  areas + "a"', data='{"arrears": 1}')

    assert "null" in page.main and "`areas` is not known here. Did you mean `arrears`?" in page.main
    assert "Line 2, column 3" in page.main
    assert "areas" in page.tree.xpath("//mark/text()")


def test_an_expression_that_fails_says_why(analyst: PageClient) -> None:
    failing = {
        "1 +": "Line 1, column 4: The expression ends here",
        "": "There is no expression here",
        "for i in 1..10000000000 return i": "stopped after 100,000 steps",
        '__import__("os").system("id")': "There is no function `__import__`",
        "<script>alert(1)</script>": "Line 1",
    }

    for expression, said in failing.items():
        assert said in tried(analyst, expression=expression).main


def test_values_that_are_none_are_refused_at_their_field(analyst: PageClient) -> None:
    for values in ("[1]", "{", '"a"', "{a: }", "1e999999999", "[" * 9_000):
        page = tried(analyst, expression="1", data=values, status=422)

        assert page.tree.xpath("//*[@id='data-error']")


def test_a_case_gives_its_fields_with_their_types(factories: Factories, analyst: PageClient) -> None:
    with factories.transaction() as session:
        case = cases.start(session, "sample", fields={"received_on": "2026-12-03", "rent": 120}, by=factories.officer())
        reference = case.reference

    page = tried(analyst, expression='[received_on + @"P1D", rent * 2, case.reference]', case=reference)
    wrong = tried(analyst, expression='received_on > "2026-01-01"', case=reference)

    assert f'[2026-12-04, 240, "{reference}"]' in page.main
    assert "`>` between a date and a string has no answer" in wrong.main


def test_a_case_that_somebody_may_not_see_is_not_there(factories: Factories, analyst: PageClient) -> None:
    with factories.transaction() as session:
        started = cases.start(session, "sample", fields={"rent": 120}, by=factories.officer())
        session.execute(update(Case).where(Case.id == started.id).values(restricted=True))

    hidden = tried(analyst, expression="rent", case=started.reference, status=422).main
    missing = tried(analyst, expression="rent", case="SAM-2020-000000", status=422).main

    assert "120" not in hidden.replace("SAM", "")
    assert hidden.count("or none that you may see") == missing.count("or none that you may see") > 0


def test_a_decision_shows_which_rules_hit_and_why(analyst: PageClient) -> None:
    page = tried(analyst, "/studio/sample/try", decision="band", data='{"rent": 50}')

    assert '"low" string' in page.main
    assert "Unique: rule 1 applies." in page.main and "Rent = 50" in page.main
    assert "met: < 100" in page.main and "not met: >= 100" in page.main and "cheap" in page.main
    assert "This decision reads: rent." in page.main


def test_a_broken_hit_policy_shows_the_rules_that_broke_it(analyst: PageClient) -> None:
    page = tried(analyst, "/studio/sample/try", decision="band", data='{"rent": 950}')

    assert "rule 2 and rule 3 both apply, but the hit policy is UNIQUE" in page.main
    assert "Unique: rules 2, 3 apply." in page.main


def test_the_page_is_reached_from_the_overview_the_category_and_the_editors(analyst: PageClient) -> None:
    assert analyst.page("/studio").links()["Try an expression"] == "/studio/try"
    assert analyst.page("/studio/sample").links()["Try"] == "/studio/sample/try"
    assert analyst.page("/studio/sample/files/band.dmn").links()["Try"] == "/studio/sample/try"
    assert "Band" in analyst.page("/studio/sample/try").main
