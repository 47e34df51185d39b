"""Homes and other assets, tenures and rent accounts: find, look at."""

from typing import Any

from sqlalchemy import exists, select

from engine import record_pages
from engine.case_documents import documents_of
from engine.paging import Order
from engine.permissions import visible_entities
from engine.record.accounts import weekly_charges
from engine.record.changing import found_entity
from engine.record.reading import all_parts
from engine.record_pages import balanced, cases_about
from engine.search import names_account, names_home, names_tenancy
from models.accounts import RentAccount
from models.places import Asset
from models.tenancies import Tenure, TenureMember
from webapp.access import requires
from webapp.api.columns import columns, with_charges
from webapp.api.paging import page, read_entities
from webapp.api.resource import ID, QUERY, Resource
from webapp.api.schemas.record import (
    AccountFilter,
    AccountPage,
    AssetFilter,
    AssetPage,
    TenureFilter,
    TenurePage,
    WholeAccountSchema,
    WholeAssetSchema,
    WholeTenureSchema,
)
from webapp.auth import actor
from webapp.database import session

assets = Resource("assets", __name__, "Sites, blocks, properties and units.")
tenures = Resource("tenures", __name__, "Tenancies, licences and leases.")
accounts = Resource("accounts", __name__, "Rent accounts.")

LATEST = 50  # transactions


@assets.get("/assets")
@requires("see people")
@assets.arguments(AssetFilter, location=QUERY)
@assets.response(200, AssetPage)
def find_assets(given: dict[str, Any]) -> Any:
    """Find homes and other assets by address, postcode, reference, UPRN or the reference of a tenure."""
    statement = select(Asset).where(visible_entities(actor(), "home"))
    if given["q"].strip():
        statement = statement.where(names_home(session(), given["q"]))
    if given["type"]:
        statement = statement.where(Asset.asset_type == given["type"])
    found = read_entities(statement, Order(Asset.one_line, Asset.id), given, kind="home")
    return page(found, [row.Asset for row in found.rows])


@assets.get(f"/assets/<{ID}:asset_id>")
@requires("see people")
@assets.response(200, WholeAssetSchema)
def one_asset(asset_id: int) -> Any:
    """Show a home or other asset with its alerts, tenures, cases and documents."""
    found = record_pages.home_page(session(), asset_id, by=actor())
    return columns(found.home) | {
        "alerts": found.alerts,
        "tenures": [one.tenancy for one in found.households],
        "cases": found.filed.cases,
        "documents": found.filed.documents,
        **all_parts(session(), "home", asset_id, by=actor()),
    }


@tenures.get("/tenures")
@requires("see people")
@tenures.arguments(TenureFilter, location=QUERY)
@tenures.response(200, TenurePage)
def find_tenures(given: dict[str, Any]) -> Any:
    """List tenures: of a person, of an asset, or by reference."""
    statement = select(Tenure).where(visible_entities(actor(), "tenancy"))
    if given["q"].strip():
        statement = statement.where(names_tenancy(session(), given["q"]))
    if given["asset"] is not None:
        statement = statement.where(Tenure.asset_id == given["asset"])
    if given["person"] is not None:
        is_on = exists().where(TenureMember.tenure_id == Tenure.id, TenureMember.person_id == given["person"])
        statement = statement.where(is_on)
    found = read_entities(statement, Order(Tenure.id, Tenure.id, read=int), given, kind="tenancy")
    return page(found, [row.Tenure for row in found.rows])


@tenures.get(f"/tenures/<{ID}:tenure_id>")
@requires("see people")
@tenures.response(200, WholeTenureSchema)
def one_tenure(tenure_id: int) -> Any:
    """Show a tenure with its home, members, account, cases and documents."""
    found = record_pages.tenancy_page(session(), tenure_id, by=actor())
    account = found.account
    return columns(found.tenancy) | {
        "asset": found.home,
        "members": [one.member for one in found.household.residents],
        "account": with_charges(account.account, {account.account.id: account.weekly}) if account else None,
        **all_parts(session(), "tenancy", tenure_id, by=actor()),
        "cases": found.filed.cases,
        "documents": found.filed.documents,
    }


@accounts.get("/accounts")
@requires("see people")
@accounts.arguments(AccountFilter, location=QUERY)
@accounts.response(200, AccountPage)
def find_accounts(given: dict[str, Any]) -> Any:
    """List rent accounts: of a tenure, or by reference."""
    statement = select(RentAccount).where(visible_entities(actor(), "account"))
    if given["q"].strip():
        statement = statement.where(names_account(session(), given["q"]))
    if given["tenure"] is not None:
        statement = statement.where(RentAccount.tenure_id == given["tenure"])
    found = read_entities(statement, Order(RentAccount.id, RentAccount.id, read=int), given, kind="account")
    weekly = weekly_charges(session(), [row.RentAccount.id for row in found.rows])
    return page(found, [with_charges(row.RentAccount, weekly) for row in found.rows])


@accounts.get(f"/accounts/<{ID}:account_id>")
@requires("see people")
@accounts.response(200, WholeAccountSchema)
def one_account(account_id: int) -> Any:
    """Show a rent account with its balance, latest transactions, cases and documents."""
    account = found_entity(session(), "account", account_id, by=actor())
    found = balanced(session(), account, latest=LATEST)
    return with_charges(account, {account_id: found.weekly}) | {
        **all_parts(session(), "account", account_id, by=actor()),
        "balance": found.balance,
        "transactions": found.latest,
        "cases": cases_about(session(), "account", account_id, by=actor()),
        "documents": documents_of(session(), "account", account_id, by=actor()),
    }
