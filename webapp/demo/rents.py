"""Makes rent accounts: what is charged, half a year of charges and payments, arrears, agreements and notices."""

import random
from datetime import date, timedelta
from decimal import Decimal

from webapp.demo.rows import Rows

WEEKS = 26  # of charges and payments on each account
HABITS = (  # who pays how: the share of weeks that are paid, and through what
    (("payment", 1.0), 46),
    (("housing_benefit", 1.0), 18),
    (("universal_credit", 1.0), 12),
    (("payment", 0.9), 12),
    (("payment", 0.6), 9),
    (("payment", 0.1), 3),
)
WORDS = {
    "payment": "Payment by direct debit",
    "housing_benefit": "Housing benefit",
    "universal_credit": "Universal Credit, paid to the landlord",
}


def add_account(rows: Rows, chance: random.Random, tenure_id: int, number: int, today: date) -> None:
    """Add the account of a tenancy with its charges, transactions, and what was agreed or served for arrears."""
    rent = Decimal(chance.randrange(8_900, 16_500)) / 100
    service = Decimal(chance.choice((0, 0, 412, 865, 1240))) / 100
    columns = {"reference": f"A{number + 1:06d}", "tenure_id": tenure_id, "billing_frequency": "weekly", "revision": 1}
    account_id = rows.add("rent_account", columns)
    _add_charges(rows, account_id, rent, service, today)
    owed = _add_weeks(rows, chance, account_id, rent + service, today)
    weeks_owed = owed / (rent + service)
    if weeks_owed > 8:
        _add_notice(rows, tenure_id, today)
    if weeks_owed > 3 and chance.random() < 0.6:
        _add_agreement(rows, chance, account_id, today)


def _add_charges(rows: Rows, account_id: int, rent: Decimal, service: Decimal, today: date) -> None:
    """Add the charges since April, and the rent of the year before."""
    april = date(today.year if (today.month, today.day) >= (4, 6) else today.year - 1, 4, 6)
    before = (rent / Decimal("1.027")).quantize(Decimal("0.01"))
    for kind, amount, from_on, until_on in (
        ("rent", before, april.replace(year=april.year - 1), april - timedelta(days=1)),
        ("rent", rent, april, None),
        ("service", service, april, None),
    ):
        if amount:
            columns = {"account_id": account_id, "kind": kind, "amount": amount, "frequency": "weekly"}
            rows.add("charge", columns | {"from_on": from_on, "until_on": until_on})


def _add_weeks(rows: Rows, chance: random.Random, account_id: int, weekly: Decimal, today: date) -> Decimal:
    """Add a charge each Monday and what was paid; return what is owed, in pounds."""
    kind, share = chance.choices([habit for habit, _ in HABITS], [weight for _, weight in HABITS])[0]
    monday = today - timedelta(days=today.weekday())
    opening = Decimal(chance.choice((0, 0, 0, 0, -2_500, 1_200, 8_600))) / 100
    if opening:
        _post(rows, account_id, monday - timedelta(weeks=WEEKS), "opening", opening, "Balance brought forward")
    unpaid = Decimal(0)
    for week in range(WEEKS, 0, -1):
        due_on = monday - timedelta(weeks=week - 1)
        _post(rows, account_id, due_on, "rent", weekly, "Rent and charges")
        unpaid += weekly
        is_pay_week = kind == "payment" or week % 4 == 1  # benefits come every four weeks
        paid_on = due_on + timedelta(days=4)
        if is_pay_week and paid_on <= today and chance.random() < share:
            amount = unpaid if kind != "payment" else weekly
            _post(rows, account_id, paid_on, kind, -amount, WORDS[kind])
            unpaid -= amount
    return max(opening + unpaid, Decimal(0))


def _post(rows: Rows, account_id: int, posted_on: date, kind: str, amount: Decimal, description: str) -> None:
    columns = {"account_id": account_id, "posted_on": posted_on, "kind": kind}
    rows.add("rent_transaction", columns | {"amount": amount, "description": description})


def _add_agreement(rows: Rows, chance: random.Random, account_id: int, today: date) -> None:
    began = today - timedelta(days=chance.randrange(20, 90))
    amount = Decimal(chance.choice((385, 500, 750, 1000, 1500))) / 100
    columns = {"account_id": account_id, "started_on": began, "amount": amount, "frequency": "weekly"}
    rows.add("agreement", columns | {"agreed_by": "the tenant, by telephone"})


def _add_notice(rows: Rows, tenure_id: int, today: date) -> None:
    served = today - timedelta(days=21)
    columns = {"tenure_id": tenure_id, "kind": "possession", "ground": "Ground 1: rent lawfully due has not been paid"}
    days = {
        "served_on": served,
        "effective_on": served + timedelta(days=28),
        "expires_on": served.replace(year=served.year + 1),
    }
    rows.add("notice", columns | days)
