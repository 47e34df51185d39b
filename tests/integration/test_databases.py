"""The databases that tests stand on behave like those that landlords run."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError


def test_each_test_gets_an_empty_database_with_all_tables(database: Engine) -> None:
    with database.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM case_event")).scalar() == 0

        connection.execute(text("CREATE TABLE left_over (id INTEGER)"))


def test_what_another_test_left_is_not_there(database: Engine) -> None:
    with pytest.raises(DatabaseError, match="left_over"), database.begin() as connection:
        connection.execute(text("SELECT * FROM left_over"))
