"""Patches are given homes and people by their page, by REST and by file, and a change is in force at once."""

import pytest
from sqlalchemy import select

from engine import patches
from engine.errors import Invalid, NotAllowed, NotFound
from engine.permissions import PLATFORM
from models.places import Asset
from models.record import RecordChange
from models.rights import StaffChange
from tests.factories import Factories
from tests.integration.importing.conftest import Bring, sqlite_bring
from tests.integration.rights.landlord import Landlord

__all__ = ["sqlite_bring"]


def test_a_block_given_to_a_patch_takes_its_homes_along_and_each_has_it_in_its_history(factories: Factories) -> None:
    with factories.transaction() as session:
        estate = Asset(reference="E1", asset_type="site", one_line="Heron Estate", address_lines=[])
        session.add(estate)
        session.flush()
        for number, patch in enumerate(("East", "", "")):
            home = {"reference": f"U{number}", "asset_type": "unit", "address_lines": [], "patch": patch}
            session.add(Asset(**home, parent_id=estate.id))
    other = factories.home(patch="South")

    with factories.transaction() as session:
        assert patches.move(session, " East ", ["E1", "E1", ""], by=PLATFORM) == 3

    with factories.transaction() as session:
        assert {one.name: one.homes for one in patches.patches(session, by=PLATFORM)} == {"East": 3, "South": 1}
        assert session.get_one(Asset, other.id).patch == "South"
        told = session.scalars(select(RecordChange).where(RecordChange.entity_type == "home")).all()
        assert [(one.changes, one.reason) for one in told] == [({"patch": ["", "East"]}, "Put into the patch East")] * 3


@pytest.mark.parametrize(
    ("name", "references", "sentence"),
    [
        ("", ["H1"], "Enter a name"),
        ("x" * 81, ["H1"], "Enter a name"),
        ("a\x00b", ["H1"], "Enter a name"),
        ("North", [], "Give 1 to 500"),
        ("North", ["nowhere"], "There is no home, block or estate “nowhere”"),
        ("North", [f"H{n}" for n in range(501)], "Give 1 to 500"),
    ],
)
def test_what_cannot_be_a_patch_or_a_place_is_refused_with_a_sentence(
    sqlite_factories: Factories, name: str, references: list[str], sentence: str
) -> None:
    with sqlite_factories.transaction() as session, pytest.raises(Invalid) as refused:
        patches.move(session, name, references, by=PLATFORM)
    assert sentence in str(refused.value.errors)


def test_only_administrators_say_who_looks_after_a_patch_and_only_of_whom_there_is(sqlite_factories: Factories) -> None:
    officer = sqlite_factories.officer()
    with sqlite_factories.transaction() as session:
        for staff, teams in (([999], []), ([], [999])):
            with pytest.raises(NotFound):
                patches.look_after(session, "North", staff=staff, teams=teams, by=PLATFORM)
        for attempt in (
            lambda: patches.look_after(session, "North", staff=[officer.user_id or 0], teams=[], by=officer),
            lambda: patches.move(session, "North", ["H1"], by=officer),
            lambda: patches.patches(session, by=officer),
        ):
            with pytest.raises(NotAllowed):
                attempt()


def test_a_patch_is_given_to_a_team_on_its_page_and_seen_at_the_next_request(sqlite_factories: Factories) -> None:
    landlord = Landlord(sqlite_factories)
    admin, member = (
        sqlite_factories.client("administrator"),
        sqlite_factories.client(user=landlord.staff["teams"]),
    )
    address = f"/people/{landlord.outside['person']}"
    assert member.get(address).status_code == 404
    assert "South" in admin.page("/admin/patches").main

    admin.submit("/admin/patches/South/staff", {"teams": [str(sqlite_factories.team("Red").id)]})

    assert member.get(address).status_code == 200
    home = landlord.outside["home_reference"]
    admin.submit("/admin/patches/West/homes", {"references": f"{home}\n"})
    assert member.get(address).status_code == 404
    assert admin.post("/admin/patches/West/homes", data={"references": "nowhere"}).status_code in (400, 422)
    with sqlite_factories.transaction() as session:
        actions = session.scalars(select(StaffChange.action).where(StaffChange.subject_name == "South")).all()
    assert actions == ["patch_changed"]


def test_programs_give_patches_too(sqlite_factories: Factories) -> None:
    user, home = sqlite_factories.user("administrator"), sqlite_factories.home(patch="North")
    program, headers = sqlite_factories.browser(), sqlite_factories.bearer(user)
    team = sqlite_factories.team("Red").id

    put = program.put("/api/v1/patches/South", json={"teams": [team]}, headers=headers)
    moved = program.post("/api/v1/patches/South/homes", json={"references": [home.reference]}, headers=headers)

    assert put.get_json()["teams"] == [{"id": team, "name": "Red"}]
    assert moved.get_json() == {"moved": 1}
    listed = program.get("/api/v1/patches", headers=headers).get_json()["items"]
    assert [(one["name"], one["homes"]) for one in listed] == [("South", 1)]
    officer = sqlite_factories.bearer(sqlite_factories.user("officer"))
    assert program.get("/api/v1/patches", headers=officer).status_code == 403


def test_a_file_with_two_columns_moves_many_homes(sqlite_factories: Factories, sqlite_bring: Bring) -> None:
    homes = [sqlite_factories.home(patch="North") for _ in range(3)]

    sqlite_bring("assets", "\n".join(["reference,patch", *(f"{home.reference},South" for home in homes)]))

    with sqlite_factories.transaction() as session:
        assert set(session.scalars(select(Asset.patch))) == {"South"}
