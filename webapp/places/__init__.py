"""Homes, the tenancies of them and their rent accounts: find one, and all that is known of one."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine import field_search, record_pages, search
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.places import arrears
from webapp.record.changes import told
from webapp.record.chart import chart_of

blueprint = Blueprint("places", __name__)
blueprint.register_blueprint(arrears.blueprint)

FURTHEST = 100_000  # page of a statement that an address may ask for


@blueprint.get("/homes")
@requires("see people")
def find() -> ResponseReturnValue:
    """Find a home by address, postcode, UPRN or reference."""
    text = request.args.get("q", "").strip()[:200]
    found, has_more = search.homes(session(), text, by=actor(), size=50)
    return render_template(
        "places/find.html",
        text=text,
        homes=found,
        has_more=has_more,
        fields=field_search.searchable(session(), "home", by=actor()),
    )


@blueprint.get("/homes/<int:home_id>")
@requires("see people")
def home(home_id: int) -> ResponseReturnValue:
    """Show a home: alerts first, who lives there, its tenancies, cases and documents."""
    found = record_pages.home_page(session(), home_id, by=actor())
    return render_template(
        "places/home.html", found=found, home=found.home, changes=told(session(), found.filed.changes)
    )


@blueprint.get("/tenancies/<int:tenancy_id>")
@requires("see people")
def tenancy(tenancy_id: int) -> ResponseReturnValue:
    """Show a tenancy: who is on it, the rent account, its cases and documents."""
    found = record_pages.tenancy_page(session(), tenancy_id, by=actor())
    return render_template(
        "places/tenancy.html", found=found, tenancy=found.tenancy, changes=told(session(), found.filed.changes)
    )


@blueprint.get("/accounts/<int:account_id>")
@requires("see people")
def account(account_id: int) -> ResponseReturnValue:
    """Show a rent account: its statement, charges against payments week by week, and what was agreed."""
    number = request.args.get("page", 1, type=int)
    found = record_pages.account_page(session(), account_id, by=actor(), number=min(number, FURTHEST))
    return render_template(
        "places/account.html",
        found=found,
        rent_account=found.account,
        changes=told(session(), found.filed.changes),
        chart=chart_of(found.weeks),
    )
