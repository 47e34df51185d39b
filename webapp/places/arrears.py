"""Who owes rent: a list for officers, those first who need somebody to act, and its spreadsheet."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine import case_list, search
from engine.forms.values import Unreadable, read_number
from engine.record import arrears
from engine.record.arrears import Debt, Wanted
from webapp import reads
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal import lists
from webapp.spreadsheets import spreadsheet

blueprint = Blueprint("arrears", __name__)

MOST_POUNDS = 10_000_000
NO_AMOUNT = "Enter an amount in pounds, like 250 or 1,250.50."
HEADINGS = (
    "Account", "Tenancy", "Home", "Responsible", "Owed", "Last payment", "Weeks owed", "Patch", "Former tenancy",
    "Agreement", "Instalment", "Case",
)  # fmt: skip


@blueprint.get("/arrears")
@requires("see people")
def page() -> ResponseReturnValue:
    """List the accounts on which something is owed."""
    asked, errors = wanted(request.args)
    found = arrears.debts(session(), asked, by=actor(), cursor=request.args.get("at", ""))
    answer = render_template(
        "places/arrears.html",
        wanted=asked,
        asked={name: word for name, word in request.args.items() if name != "at"},
        errors=errors,
        debts=found,
        needs=arrears,
        patches=search.patches(session()),
        teams=case_list.teams(session()),
        address=lists.address,
    )
    return answer, 422 if errors else 200


@blueprint.get("/arrears.<any(csv,xlsx):ending>")
@requires("see people")
def export(ending: str) -> ResponseReturnValue:
    """Send all of it as a file."""
    return spreadsheet(
        "arrears", HEADINGS, map(_cells, arrears.all_debts(session(), wanted(request.args)[0], by=actor()))
    )


def wanted(words: Mapping[str, str]) -> tuple[Wanted, dict[str, str]]:
    """Return what the words of an address ask for, and a sentence for each amount that is none."""
    amounts: dict[str, Decimal | None] = {}
    errors: dict[str, str] = {}
    for name in ("least", "most"):
        try:
            amounts[name] = read_number(words.get(name, ""))
        except Unreadable:
            amounts[name] = None
            errors[name] = NO_AMOUNT
        amount = amounts[name]
        if amount is not None and abs(amount) > MOST_POUNDS:
            amounts[name], errors[name] = None, NO_AMOUNT
    patch = words.get("patch", "")[:80].replace("\0", "")
    return Wanted(patch, lists.as_number(words.get("team", "")), amounts["least"], amounts["most"]), errors


def _cells(debt: Debt) -> tuple[Any, ...]:
    for person in debt.responsible:
        reads.person(person)
    return (
        debt.account, debt.tenancy, debt.home, ", ".join(one.full_name for one in debt.responsible), debt.owed,
        debt.last_paid_on, debt.weeks, debt.patch, "yes" if debt.is_former else "no", debt.agreement, debt.instalment,
        debt.case.reference if debt.case else "",
    )  # fmt: skip
