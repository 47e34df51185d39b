"""The indexes of search: told from what they should be, made anew, and what is left of search without trigrams."""

import logging

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from engine import search
from engine.permissions import PLATFORM
from engine.search import upkeep
from models import schema
from models.database import connect
from models.people import Person
from models.search import postgresql, sqlite
from tests.factories import Factories

SPOIL = (
    "INSERT INTO search_person(search_person, rowid, words_0, words_1) "
    "VALUES ('delete', 1, 'Ada Okafor   Mrs', 'Okafor Ada')"
)


def found(factories: Factories, words: str) -> list[int]:
    with factories.sessions() as session:
        people, _ = search.people(session, words, by=PLATFORM, size=9)
        return [one.person.id for one in people]


@pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.soak])],
    indirect=True,
)
def test_a_row_that_an_index_lost_is_named_and_found_again_after_a_rebuild(factories: Factories) -> None:
    factories.tenancy(factories.person("Ada", "Okafor"))
    with factories.sessions() as session:
        assert upkeep.verify(session.connection(), sample=5).lost == []
    dialect = factories.engine.dialect.name
    with factories.engine.begin() as connection:
        # PostgreSQL's own indexes lose nothing but with the disk; the words that it knows are ours.
        connection.exec_driver_sql(SPOIL if dialect == "sqlite" else "DELETE FROM search_word")

    with factories.sessions() as session:
        lost = upkeep.verify(session.connection(), sample=5).lost
    assert [one.id for one in lost][:1] == ([1] if dialect == "sqlite" else [])
    assert not found(factories, "okafro")

    upkeep.rebuild(factories.engine, tell=lambda *told: None)

    assert found(factories, "okafro") == [1]
    with factories.sessions() as session:
        assert upkeep.verify(session.connection(), sample=5).lost == []


def test_an_older_database_gets_its_indexes_when_it_is_upgraded(factories: Factories) -> None:
    factories.person("Ada", "Okafor")
    with factories.engine.begin() as connection:
        if factories.engine.dialect.name == "sqlite":
            for trigger in ("add", "remove", "change"):
                connection.exec_driver_sql(f"DROP TRIGGER search_person_{trigger}")
            connection.exec_driver_sql("DROP TABLE search_person_words")
            connection.exec_driver_sql("DROP TABLE search_person")
        else:
            connection.exec_driver_sql("DROP INDEX search_person")
        connection.exec_driver_sql("DROP INDEX key_person_reference")

    with factories.engine.begin() as connection:
        schema.detach(connection)
        schema.attach(connection)

    assert found(factories, "okafor") == found(factories, "P000001") == [1]


def test_without_trigrams_set_up_says_so_and_one_slip_is_still_forgiven(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(postgresql, "TRIGRAMS", "an_extension_that_is_not_there")
    engine = connect(postgresql_url)
    with engine.begin() as connection:
        connection.execute(text("DROP EXTENSION pg_trgm CASCADE"))
    with caplog.at_level(logging.WARNING), engine.begin() as connection:
        postgresql.create(connection)
    with Session(engine) as session, session.begin():
        session.add(Person(reference="P1", first_name="Jonathan", surname="Featherstone"))

    with Session(engine) as session:
        assert [one.person.id for one in search.people(session, "featherstnoe", by=PLATFORM, size=5)[0]] == [1]
        assert search.people(session, "fetherstnoe", by=PLATFORM, size=5)[0] == []
        assert search.people(session, "featherstone", by=PLATFORM, size=5)[0][0].person.first_name == "Jonathan"
        assert upkeep.notes(session.connection()) == [postgresql.NO_TRIGRAMS]
    assert "pg_trgm" in caplog.text
    engine.dispose()


def test_a_sqlite_without_full_text_search_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    class Connection:
        def scalar(self, statement: object) -> int:
            return 0

    with pytest.raises(sqlite.NoFullText, match="FTS5"):
        sqlite.create(Connection())  # type: ignore[arg-type]
