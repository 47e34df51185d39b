"""How both databases find what a grant on the record reaches: by index, whichever part of it is asked for."""

import pytest
from sqlalchemy import Engine, select

from engine.permissions import ENTITIES, Actor, Reach, Sight, entities_in, known_by
from models.prepared import Prepared
from tests.integration.portal.test_plans import forbid_detours, plan

LARGE = (
    "person",
    "asset",
    "tenure",
    "tenure_member",
    "rent_account",
    "case_link",
    "cases",
    "user_task",
    "record_change",
)
BY = Actor(7, "Sam", team_ids=frozenset({3}))


@pytest.mark.parametrize("reach", [Reach(patches=True), Reach(teams=True), Reach(own=True)], ids=str)
def test_what_a_grant_reaches_is_found_by_index(database: Engine, reach: Reach) -> None:
    wrong = []
    with database.begin() as connection:
        forbid_detours(connection)
        for kind in ("person", "home", "tenancy", "account"):
            statement = Prepared(select(ENTITIES[kind].id).where(entities_in(kind, Sight(reach))))
            values = known_by(BY)
            form = statement.form(connection, values)
            lines = plan(connection, form.text, form.given(values))
            wrong += [(kind, line) for line in lines if reads_all(line)]
    assert wrong == []


def reads_all(line: str) -> bool:
    """Say whether a line of a plan reads a large table from end to end."""
    words = line.split()
    on_sqlite = words[:1] == ["SCAN"] and words[1] in LARGE and "INDEX" not in words
    return on_sqlite or any(f"Seq Scan on {name} " in f"{line} " for name in LARGE)
