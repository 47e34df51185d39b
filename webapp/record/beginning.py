"""New people, organisations, homes and tenancies; a tenancy begins with its first tenant and its account in one go."""

from typing import Any

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import Invalid
from engine.permissions import may
from engine.record import changing
from engine.record.changing import Why
from engine.record.codes import FREQUENCIES
from engine.record.duplicates import Likely, refuse_likely
from engine.record.kinds import KINDS
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.record import lookups
from webapp.record.inputs import Input, inputs_of
from webapp.record.links import address_of
from webapp.record.writing import BOTH, Asking, show, take, usual

blueprint = Blueprint("beginning", __name__)

REACHED = (
    Input("phone", "value", "Telephone", "text"),
    Input("email", "value", "E-mail address", "text"),
    Input("address", "value", "Address to write to", "address", hint="With its postcode; leave it empty for a tenant."),
)
TENANT = Input(
    "tenant", "person_id", "Tenant", "lookup", True, "Their reference, or their whole name.", refers="person"
)
RENT = Input("rent", "amount", "Rent", "money", False, "In pounds, like 112.40.")
EVERY = Input("rent_frequency", "frequency", "How often", "choice", options=list(FREQUENCIES.items()))


@blueprint.route("/people/new", methods=BOTH)
@requires("change people")
def person() -> ResponseReturnValue:
    """Add a person; who is likely the same is shown first."""
    inputs = inputs_of(session(), KINDS["person"])
    form = Asking("New person", "Add the person", [*inputs, *REACHED], back="/people", asks_reason=False)
    if request.method == "GET":
        return show(form, {"language": "English"})
    try:
        return take(form, _add_person)
    except Likely as error:
        database.roll_back()
        typed = dict(request.form)
        return render_template("record/form.html", asking=form, typed=typed, errors={}, likely=error.candidates), 409


@blueprint.route("/organisations/new", methods=BOTH)
@requires("change people")
def organisation() -> ResponseReturnValue:
    """Add an organisation."""
    return _plain("organisation", "/people")


@blueprint.route("/homes/new", methods=BOTH)
@requires("change homes")
def home() -> ResponseReturnValue:
    """Add a home or another place; `in` of the address names the place that it lies in."""
    return _plain("home", "/homes", parent_id=_given("in", "home"))


@blueprint.route("/tenancies/new", methods=BOTH)
@requires("change tenancies")
def tenancy() -> ResponseReturnValue:
    """Begin a tenancy with its first tenant, its account and its rent."""
    more = [RENT, EVERY] if may(actor(), "change accounts") else []
    inputs = inputs_of(session(), KINDS["tenancy"], without=("end_reason", "evicted_on", "succeeded_on"))
    form = Asking("New tenancy", "Begin the tenancy", [*inputs, TENANT, *more], back="/homes", asks_reason=False)
    if request.method == "POST":
        return take(form, _add_tenancy)
    known = {"asset_id": _given("home", "home"), "tenant": _given("person", "person"), "rent_frequency": "weekly"}
    return show(form, usual(inputs) | known)


def _plain(key: str, back: str, **known: str) -> ResponseReturnValue:
    kind = KINDS[key]
    inputs = inputs_of(session(), kind)
    form = Asking(f"New {kind.word}", f"Add the {kind.word}", inputs, back=back, asks_reason=False)

    def write(values: dict[str, Any], why: Why, revision: int | None) -> str:
        row = changing.create(session(), key, values, why=why)
        flash(f"The {kind.word} is in the record.", "success")
        return address_of(key, row.id)

    return take(form, write) if request.method == "POST" else show(form, known)


def _add_person(values: dict[str, Any], why: Why, revision: int | None) -> str:
    contacts = {kind: str(values.pop(kind, "")) for kind in ("phone", "email", "address")}
    if "allow_duplicate" not in request.form:
        refuse_likely(session(), values, [value for value in contacts.values() if value], by=why.by)
    row = changing.create(session(), "person", values, why=why)
    for kind, value in contacts.items():
        if value:
            _add_contact(row.id, kind, value, why)
    flash(f"{row.full_name} is in the record.", "success")
    return address_of("person", row.id)


def _add_contact(person_id: int, kind: str, value: str, why: Why) -> None:
    try:
        changing.create(
            session(), "contact_detail", {"type": kind, "value": value}, owner=("person", person_id), why=why
        )
    except Invalid as error:
        raise Invalid(errors={kind: _said(error)}) from error


def _add_tenancy(values: dict[str, Any], why: Why, revision: int | None) -> str:
    tenant, rent = values.pop("tenant", None), values.pop("rent", None)
    frequency = values.pop("rent_frequency", "weekly")
    if tenant is None:
        raise Invalid(errors={"tenant": "Name the tenant"})
    row = changing.create(session(), "tenancy", values, why=why)
    member = {"person_id": tenant, "role": "tenant", "is_responsible": True, "from_on": row.started_on.isoformat()}
    changing.create(session(), "member", member, owner=("tenancy", row.id), why=why)
    if may(why.by, "change accounts"):
        account = {"tenure_id": row.id, "billing_frequency": frequency}
        account_id = changing.create(session(), "account", account, why=why).id
        if rent is not None:
            _add_rent(account_id, {"amount": rent, "frequency": frequency, "from_on": row.started_on.isoformat()}, why)
    flash(f"Tenancy {row.reference} has begun.", "success")
    return address_of("tenancy", row.id)


def _add_rent(account_id: int, charge: dict[str, Any], why: Why) -> None:
    try:
        changing.create(session(), "charge", {"type": "rent", **charge}, owner=("account", account_id), why=why)
    except Invalid as error:
        raise Invalid(errors={"rent": _said(error)}) from error


def _said(error: Invalid) -> str:
    return next(iter(error.errors.values()), str(error))


def _given(name: str, kind: str) -> str:
    """Return the reference of the entity that the address names by number."""
    text = request.args.get(name, "")
    return lookups.written(session(), kind, int(text), by=actor()) if text.isdecimal() and len(text) < 16 else ""
