"""The pages of the record as a browser shows them: on a desk and on a phone, by day and by night, for axe too."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.instants import today
from engine.permissions import PLATFORM
from engine.record import changing
from engine.record.changing import Why
from tests.browser.accessibility import faults_everywhere
from tests.environment.serving import served
from tests.factories import Factories, forget

PASSWORD = "otter lamp granite"
WHY = Why(PLATFORM, "Told at a visit")


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Iterator[tuple[str, Factories]]:
    """A landlord's site with a household about which everything is known."""
    forget()
    factories = Factories(sqlite_url, tmp_path)
    factories.user("team_manager", name="Priya Shah", password=PASSWORD)
    tenancy = factories.tenancy(factories.person(), factories.person("Ben", title=""))
    fill(factories, tenancy.id, tenancy.asset_id)
    with served(factories.app) as address:
        yield address, factories
    factories.close()
    forget()


def fill(factories: Factories, tenure_id: int, asset_id: int) -> None:
    on = [(today() + timedelta(days=days)).isoformat() for days in (-380, -15, -9, -2)]
    with factories.transaction() as session:
        firm = changing.create(session, "organisation", {"kind": "contractor", "name": "Tideway Heating"}, why=WHY)
        parts = (
            ("certificate", ("home", asset_id), {"type": "gas_safety", "issued_on": on[0], "expires_on": on[1]}),
            ("hazard", ("home", asset_id), {"type": "damp_and_mould", "severity": "other", "reported_on": on[2]}),
            (
                "repair",
                ("home", asset_id),
                {"description": "Leak", "priority": "urgent", "reported_on": on[2], "contractor_id": firm.id},
            ),
            ("alert", ("person", 1), {"code": "10", "text": "Uses oxygen at home."}),
            ("relation", ("person", 1), {"organisation_id": firm.id, "role": "representative"}),
            ("note", ("person", 1), {"text": "Told us in confidence.", "is_sensitive": True}),
            ("notice", ("tenancy", tenure_id), {"type": "possession", "served_on": on[3]}),
            ("agreement", ("account", 1), {"started_on": on[2], "amount": "12.50"}),
            ("transaction", ("account", 1), {"posted_on": on[2], "kind": "rent", "amount": "112.40"}),
            ("transaction", ("account", 1), {"posted_on": on[3], "kind": "payment", "amount": "-50.00"}),
        )
        for kind, owner, values in parts:
            changing.create(session, kind, values, owner=owner, why=WHY)


def test_axe_finds_no_fault_on_any_page_of_the_record(site: tuple[str, Factories], page: Page) -> None:
    address, _ = site
    page.goto(f"{address}/sign-in")
    page.get_by_label("E-mail address").fill("priya.shah@landlord.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Priya")

    faults: dict[str, list[str]] = {}
    for path in ("people/1", "homes/1", "tenancies/1", "accounts/1", "organisations/1", "people/1/changes"):
        page.goto(f"{address}/{path}")
        faults |= {path: found} if (found := faults_everywhere(page)) else {}

    assert faults == {}
