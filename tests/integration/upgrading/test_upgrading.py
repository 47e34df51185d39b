"""A database of an earlier version is upgraded whole or not at all, on both databases, with what is in it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from models import revisions, schema, upgrading
from models.database import connect
from models.revisions import Standing
from tests.integration.upgrading import old_rows
from tests.integration.upgrading.pictures import picture


def test_rows_of_every_table_are_there_afterwards_and_history_is_sealed(old_url: str) -> None:
    with upgrading.changing(old_url) as connection:
        old_rows.fill(connection)
        before = old_rows.counts(connection)

    done = upgrading.upgrade(old_url)
    again = upgrading.upgrade(old_url)

    assert ([revision.key for revision in done], again) == (revisions.marks()[1:], [])
    with upgrading.changing(old_url) as connection:
        after = old_rows.counts(connection)
        charges = connection.execute(text("SELECT account_id, kind, amount, from_on FROM charge ORDER BY id")).all()
        references = connection.scalars(text("SELECT reference FROM organisation ORDER BY id")).all()
    assert {name: after.get(name) for name in before} == before
    assert [(row.account_id, row.kind, int(row.amount)) for row in charges] == [
        (1, "rent", 1), (2, "rent", 2), (1, "service", 1), (2, "service", 2),
    ]  # fmt: skip
    assert references == ["O000001", "O000002"]
    for attack in ("DELETE FROM case_event", "UPDATE case_event SET actor_name = 'somebody else'"):
        with pytest.raises(DBAPIError, match="append-only"), upgrading.changing(old_url) as connection:
            connection.execute(text(attack))


def test_what_fails_in_the_middle_changes_nothing(old_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _ask(old_url, picture)
    attach = schema.attach
    monkeypatch.setattr(schema, "attach", lambda connection: (attach(connection), connection.execute(text("SELECT x"))))

    with pytest.raises(DBAPIError):
        upgrading.upgrade(old_url)

    assert _ask(old_url, picture) == before
    assert _ask(old_url, revisions.standing) is Standing.OLDER


def test_a_row_that_would_refer_to_nothing_has_it_refused(sqlite_url: str) -> None:
    add = text("INSERT INTO membership (user_id, team_id, is_manager) VALUES (9, 9, false)")

    with pytest.raises(upgrading.Broken, match="A row of membership would refer"), upgrading.changing(sqlite_url) as it:
        it.execute(add)

    assert _ask(sqlite_url, lambda it: it.scalar(text("SELECT count(*) FROM membership"))) == 0


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        (None, Standing.OLDER),
        (revisions.FIRST, Standing.OLDER),
        (revisions.latest(), Standing.CURRENT),
        ("29990101_000000", Standing.NEWER),
        ("1a2b3c", Standing.NEWER),
    ],
)
def test_a_database_is_told_by_its_mark(sqlite_url: str, mark: str | None, expected: Standing) -> None:
    with upgrading.changing(sqlite_url) as connection:
        if mark:
            revisions.mark(connection, mark)
        else:
            connection.execute(text("DROP TABLE alembic_version"))

    assert _ask(sqlite_url, revisions.standing) is expected


def _ask(url: str, question: Callable[[Connection], Any]) -> Any:
    engine = connect(url)
    with engine.connect() as connection:
        answer = question(connection)
    engine.dispose()
    return answer
