"""What is owed is kept by the database, and the list of arrears begins with what needs somebody to act."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, select, update

from engine import cases
from engine.cases import Subject
from engine.instants import today
from engine.permissions import PLATFORM
from engine.record import arrears
from engine.record.accounts import balances
from engine.record.arrears import AGREED, BROKEN, IN_HAND, NO_PLAN, Wanted
from models.accounts import AccountStanding, Agreement, RentAccount, Transaction
from models.case import Case
from models.rights import TeamPatch
from tests.diagrams import category


def owing(factories, pounds, *, patch="North", name="Okafor", paid_on=None) -> int:
    tenure = factories.tenancy(factories.person(surname=name), home=factories.home(patch=patch))
    with factories.transaction() as session:
        account = session.scalars(select(RentAccount.id).where(RentAccount.tenure_id == tenure.id)).one()
        session.add(post(account, pounds))
        if paid_on is not None:
            session.add(post(account, "-10.10", kind="payment", on=paid_on))
    return account


def post(account, pounds, *, kind="rent", on=date(2026, 1, 5)) -> Transaction:
    return Transaction(account_id=account, posted_on=on, kind=kind, amount=Decimal(str(pounds)))


def agree(factories, account, *, outcome="", since=100) -> None:
    with factories.transaction() as session:
        started = today() - timedelta(days=since)
        session.add(Agreement(account_id=account, started_on=started, amount=Decimal(5), outcome=outcome))


def listed(factories, by=PLATFORM, **wanted):
    with factories.transaction() as session:
        return arrears.debts(session, Wanted(**wanted), by=by).rows


def test_the_database_keeps_each_balance_whatever_is_done_to_entries(factories):
    first, second = owing(factories, "0.10"), owing(factories, "100.00", paid_on=date(2026, 2, 2))
    with factories.transaction() as session:
        session.add_all([post(first, "0.20"), post(first, "-0.30", kind="payment", on=date(2026, 1, 1))])
        session.add(post(second, "-1", kind="payment", on=date(2025, 1, 1)))
    with factories.transaction() as session:
        session.execute(update(Transaction).where(Transaction.amount == Decimal("0.20")).values(account_id=second))
        session.execute(delete(Transaction).where(Transaction.posted_on == date(2026, 2, 2)))

    with factories.transaction() as session:
        kept = {row.account_id: row for row in session.scalars(select(AccountStanding))}
        assert {key: Decimal(row.balance) / 100 for key, row in kept.items()} == balances(session, [first, second])
        assert (kept[first].balance, kept[second].balance) == (-20, 9920)
        assert (kept[first].last_paid_on, kept[second].last_paid_on) == (date(2026, 1, 1), date(2025, 1, 1))


@pytest.fixture
def debtors(factories):
    """Accounts by what they need, the least needy first; and one that owes nothing."""
    lately = today() - timedelta(days=5)
    accounts = {
        "agreed": owing(factories, 900, paid_on=lately),
        "in_hand": owing(factories, 800),
        "no_plan": owing(factories, 30, patch="South"),
        "more": owing(factories, 40),
        "unpaid": owing(factories, 20, paid_on=date(2025, 6, 1)),
        "broken": owing(factories, 25, paid_on=lately),
    }
    owing(factories, "-5")
    agree(factories, accounts["agreed"])
    agree(factories, accounts["unpaid"])
    agree(factories, accounts["broken"], outcome="broken")
    factories.deploy(category("start > ask > end"))
    with factories.transaction() as session:
        cases.start(session, "sample", subjects=[Subject("account", accounts["in_hand"])], by=factories.officer())
    return factories, accounts


def test_what_needs_action_comes_first_and_then_the_largest(debtors):
    factories, accounts = debtors
    names = {number: name for name, number in accounts.items()}

    rows = listed(factories)

    assert [names[row.account_id] for row in rows] == ["broken", "unpaid", "more", "no_plan", "in_hand", "agreed"]
    assert [row.need for row in rows] == [BROKEN, BROKEN, NO_PLAN, NO_PLAN, IN_HAND, AGREED]
    assert [row.agreement for row in rows] == ["broken", "not paid", "", "", "", "in force"]
    assert rows[0].owed == Decimal("14.90") and rows[-1].responsible[0].surname == "Okafor"
    with factories.transaction() as session:
        first = arrears.debts(session, by=PLATFORM, size=4)
        second = arrears.debts(session, by=PLATFORM, size=4, cursor=first.next)
        every = list(arrears.all_debts(session, by=PLATFORM))
    assert [row.account_id for row in (*first.rows, *second.rows)] == [row.account_id for row in rows]
    assert [row.account_id for row in every] == [row.account_id for row in rows] and not second.next


def test_a_list_is_narrowed_by_patch_team_and_amount(debtors):
    factories, accounts = debtors
    team = next(iter(factories.actor(factories.user("officer", teams=("Complaints",))).team_ids))
    with factories.transaction() as session:
        session.add(TeamPatch(team_id=team, patch="South"))

    assert [row.account_id for row in listed(factories, patch="South")] == [accounts["no_plan"]]
    assert [row.account_id for row in listed(factories, team_id=team)] == [accounts["no_plan"]]
    assert listed(factories, team_id=10**12) == []
    between = listed(factories, least=Decimal("30"), most=Decimal("40"))
    assert [row.account_id for row in between] == [accounts["more"], accounts["no_plan"]]


def test_a_restricted_case_neither_shows_nor_moves_an_account_for_a_stranger(debtors):
    factories, accounts = debtors
    with factories.transaction() as session:
        session.execute(update(Case).values(restricted=True, owner_id=None))

    row = next(one for one in listed(factories, factories.officer()) if one.account_id == accounts["in_hand"])

    assert (row.need, row.case) == (NO_PLAN, None)


def test_officers_read_it_start_a_case_from_it_and_take_it_with_them(debtors):
    factories, accounts = debtors
    officer = factories.client("officer")

    page = officer.page("/arrears?least=£30&most=800")
    wrong = officer.page("/arrears?least=lots&most=-99999999999", status=422)
    sheet = officer.get("/arrears.csv?patch=South").text.splitlines()

    assert f"subject=account:{accounts['more']}" in page.text and "SAM" in page.text.upper()
    assert wrong.text.count("Enter an amount in pounds") >= 2
    assert len(sheet) == 2 and ",30.00," in sheet[1] and "Weeks owed" in sheet[0]
    assert officer.get("/arrears?at=nonsense").status_code == 422
    account = officer.page(f"/accounts/{accounts['more']}")
    assert account.links()["All arrears"] == "/arrears" and "Every week" in account.text
    assert officer.page("/").links()["Arrears"] == "/arrears"
