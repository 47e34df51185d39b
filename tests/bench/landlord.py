"""A landlord with thousands of open cases: a few that the engine really ran, copied row by row."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Table, func, insert, select, text
from sqlalchemy.orm import Session, sessionmaker

from engine.instants import now
from models.base import table
from models.case import Case, CaseEvent, CaseLink, CaseSection, CaseSnapshot, Note
from models.document import Document, DocumentVersion
from models.people import Person
from models.staff import Membership, Team, User
from models.work import Clock, Timer, UserTask
from webapp.demo import loading

OFFICERS = 50
HOMES = 200
CASES_AT_ONCE = 250
OF_A_CASE = (CaseSection, CaseSnapshot, CaseEvent, CaseLink, UserTask, Clock, Timer, Note)

Row = dict[str, Any]


def furnish(engine: Engine, cases: int, officers: int = OFFICERS) -> list[int]:
    """Fill an empty database with so many open cases over so many officers in four teams; return the officers' ids."""
    sessions = sessionmaker(engine, expire_on_commit=False, autoflush=False)
    loading.load(sessions, count=HOMES)
    with sessions() as session, session.begin():
        found = _add_officers(session, officers)
    with engine.begin() as connection:
        take_time(connection)
        copy_open_cases(connection, found, cases)
        connection.execute(text("ANALYZE"))
    return found


def copy_open_cases(connection: Connection, officers: list[int], total: int) -> None:
    """Copy the open cases that are there, with all that hangs on them, until so many are open."""
    _Copier(connection, officers).copy_to(total)


def take_time(connection: Connection) -> None:
    """Let the statements of this transaction take longer than those of a request may."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))


def _add_officers(session: Session, number: int) -> list[int]:
    teams = session.scalars(select(Team.id).order_by(Team.id)).all()
    roles: list[object] = ["officer"]
    users = [
        User(
            email=f"officer{n}@landlord.example", name=f"Officer {n}", password_hash="!", roles=roles, created_at=now()
        )
        for n in range(number)
    ]
    session.add_all(users)
    session.flush()
    for n, user in enumerate(users):
        session.add(Membership(user_id=user.id, team_id=teams[n % len(teams)], is_manager=n < len(teams)))
    return [user.id for user in users]


class _Pattern(NamedTuple):
    """An open case with what hangs on it, and its letters with their one version."""

    case: Row
    hanging: list[tuple[Table, Row]]
    letters: list[tuple[Row, Row]]


class _Copier:
    """Copies the open cases that are there, with all that hangs on them."""

    def __init__(self, connection: Connection, officers: list[int]) -> None:
        self._connection = connection
        self._officers = officers
        self._people = list(connection.scalars(select(Person.id).order_by(Person.id)))
        open_cases = self._rows(table(Case), table(Case).c.status == "open")
        self._patterns = [
            _Pattern(case, self._hanging_on(case["id"]), self._letters(case["id"])) for case in open_cases
        ]
        self._next_case = self._after(Case)
        self._next_document = self._after(Document)

    def copy_to(self, total: int) -> None:
        """Copy until so many cases are open."""
        missing = range(total - len(self._patterns))
        for numbers in _batches(missing):
            rows: dict[Table, list[Row]] = {}
            for number in numbers:
                for into, row in self._copy(number):
                    rows.setdefault(into, []).append(row)
            for into, batch in rows.items():
                self._connection.execute(insert(into), batch)

    def _copy(self, number: int) -> Iterator[tuple[Table, Row]]:
        pattern = self._patterns[number % len(self._patterns)]
        case_id = next(self._next_case)
        yield table(Case), self._case(pattern.case, case_id, number)
        for into, row in pattern.hanging:
            yield into, self._changed(into, row, number) | {"case_id": case_id}
        for document, version in pattern.letters:
            document_id = next(self._next_document)
            yield table(Document), document | {"id": document_id, "case_id": case_id, "job_key": None}
            yield table(DocumentVersion), version | {"document_id": document_id}

    def _case(self, pattern: Row, case_id: int, number: int) -> Row:
        return pattern | {
            "id": case_id,
            "reference": f"COPY-{case_id:06d}",
            "owner_id": self._officers[number % len(self._officers)],
            "opened_at": pattern["opened_at"] - timedelta(hours=number % 500),
            "start_key": None,
            "parent_id": None,
        }

    def _changed(self, into: Table, row: Row, number: int) -> Row:
        if into is table(UserTask):
            moved = timedelta(days=number % 17 - 3)
            dates = {name: row[name] + moved for name in ("due_at", "amber_at") if row[name] is not None}
            holder = self._officers[number % len(self._officers)] if number % 3 or row["assignee_id"] else None
            return row | dates | {"assignee_id": holder}
        if into is table(CaseLink) and row["entity_type"] == "person":
            return row | {"entity_id": self._people[number % len(self._people)]}
        return row

    def _hanging_on(self, case_id: int) -> list[tuple[Table, Row]]:
        return [
            (into, _without_id(row))
            for into in map(table, OF_A_CASE)
            for row in self._rows(into, into.c.case_id == case_id)
        ]

    def _letters(self, case_id: int) -> list[tuple[Row, Row]]:
        document, version = table(Document), table(DocumentVersion)
        return [
            (letter, _without_id(self._rows(version, version.c.document_id == letter["id"])[0]))
            for letter in self._rows(document, document.c.case_id == case_id)
        ]

    def _rows(self, of: Table, condition: Any) -> list[Row]:
        return [dict(row._mapping) for row in self._connection.execute(select(of).where(condition))]

    def _after(self, model: Any) -> "count[int]":
        return count((self._connection.scalar(select(func.max(model.id))) or 0) + 1)


def _without_id(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "id"}


def _batches(numbers: range) -> Iterator[Any]:
    for start in range(0, len(numbers), CASES_AT_ONCE):
        yield numbers[start : start + CASES_AT_ONCE]
