"""Running cases are moved in bulk: looked at first, each in its own step, once, with what became of it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from engine import cases, jobs, migration_results, migrations, tasks
from engine.errors import Invalid, NotAllowed, NotFound
from engine.migrations import Plan, Wanted
from engine.permissions import Actor
from models.case import Case, CaseEvent
from models.category import CategoryVersion
from models.work import Job, UserTask
from tests.diagrams import category, extensions
from tests.factories import Factories

REASON = "The procedure has changed."
OLD = category("start > first > ask > then > end")
NEW = category("start > first > check > then > end")


class Landlord:
    """Several cases of one category, and an analyst."""

    def __init__(self, factories: Factories, files: dict[str, bytes] = OLD, *, count: int = 3) -> None:
        self.factories = factories
        self.officer = factories.actor(factories.user("officer", "administrator"))
        self.analyst = factories.actor(factories.user("analyst"))
        factories.deploy(files)
        self.ids = [self.start() for _ in range(count)]

    def start(self) -> int:
        with self.factories.transaction() as session:
            return cases.start(session, "sample", fields={}, by=self.officer).id

    def do(self, case_id: int) -> None:
        """Complete the open task of a case."""
        with self.factories.transaction() as session:
            task = session.scalars(
                select(UserTask.id).where(UserTask.case_id == case_id, UserTask.status == "open")
            ).one()
            tasks.complete(session, task, answers={}, by=self.officer)

    def plan(self, by: Actor | None = None, **wanted: object) -> Plan:
        with self.factories.transaction() as session:
            return migrations.plan(session, Wanted("sample", **wanted), by=by or self.analyst)  # type: ignore[arg-type]

    def ask(self, **wanted: object) -> int:
        references = wanted.pop("references", None)
        with self.factories.transaction() as session:
            found, _ = migrations.ask(
                session,
                Wanted("sample", **wanted),  # type: ignore[arg-type]
                reason=REASON,
                by=self.analyst,
                references=references,  # type: ignore[arg-type]
            )
        return found

    def outcomes(self, migration_id: int) -> dict[int, str]:
        with self.factories.transaction() as session:
            rows = migration_results.cases(session, migration_id, by=self.analyst).rows
            ids = {row.reference: row.id for row in session.execute(select(Case.id, Case.reference))}
            return {ids[row.reference]: row.outcome for row in rows}

    def versions(self) -> list[int]:
        with self.factories.transaction() as session:
            statement = select(CategoryVersion.number).join(Case, Case.version_id == CategoryVersion.id)
            return list(session.scalars(statement.order_by(Case.id)))


@pytest.fixture
def landlord(factories: Factories) -> Landlord:
    return Landlord(factories)


@pytest.fixture
def small(sqlite_factories: Factories) -> Callable[..., Landlord]:
    """A landlord on SQLite alone."""
    return lambda files=OLD, **options: Landlord(sqlite_factories, files, **options)


def test_a_dry_run_tells_of_every_case_and_changes_nothing(landlord: Landlord) -> None:
    landlord.do(landlord.ids[0])
    landlord.do(landlord.ids[1])
    landlord.factories.deploy(NEW)

    plan = landlord.plan()

    assert [look.case_id for look in plan.movable] == landlord.ids[2:]
    [group] = plan.groups
    assert (group.obstacle.element_id, group.obstacle.reason, len(group.references)) == (
        "ask",
        "“Ask” is not in version 2.",
        2,
    )
    assert "Map it" in group.obstacle.remedy
    assert plan.standing(1) == {"first": 1, "ask": 2}
    assert landlord.versions() == [1, 1, 1]
    assert len(landlord.plan(mapping={"ask": "check"}).movable) == 3


def test_each_case_is_moved_once_and_what_became_of_it_is_kept(landlord: Landlord) -> None:
    one, two, three = landlord.ids
    landlord.do(one)
    landlord.factories.deploy(NEW)
    migration = landlord.ask()
    with landlord.factories.transaction() as session:
        cases.close(session, two, reason="Closed by the officer", by=landlord.officer)

    landlord.factories.run_jobs()

    assert landlord.outcomes(migration) == {one: "refused", two: "passed over", three: "moved"}
    assert landlord.versions() == [1, 1, 2]
    with landlord.factories.transaction() as session:
        result = migration_results.one(session, migration, by=landlord.analyst)
        refused = migration_results.cases(session, migration, by=landlord.analyst, outcome="refused").rows
        told = session.execute(select(CaseEvent.actor_name).where(CaseEvent.type == "case_migrated")).all()
        assert session.scalars(select(Job.id)).all() == []
    assert (result.counts, result.is_over) == ({"moved": 1, "refused": 1, "passed over": 1}, True)
    assert [(row.element_name, row.reason) for row in refused] == [("Ask", "“Ask” is not in version 2.")]
    assert told == [(landlord.analyst.name,)]
    landlord.do(three)


def test_a_job_that_is_done_again_moves_nothing_twice(landlord: Landlord) -> None:
    landlord.factories.deploy(NEW)
    landlord.ask()
    with landlord.factories.transaction() as session:
        key = session.scalars(select(Job.key).order_by(Job.id)).first()
        assert key is not None

    assert [jobs.run(landlord.factories.sessions, key) for _ in range(2)] == [True, False]
    landlord.ask()
    landlord.factories.run_jobs()

    with landlord.factories.transaction() as session:
        moved = session.execute(select(CaseEvent.case_id).where(CaseEvent.type == "case_migrated")).all()
    assert sorted(row.case_id for row in moved) == landlord.ids


def test_a_case_that_has_gone_on_is_looked_at_again_where_it_stands_then(small: Callable[..., Landlord]) -> None:
    landlord = small()
    landlord.factories.deploy(NEW)
    assert len(landlord.plan().movable) == 3
    migration = landlord.ask()
    landlord.do(landlord.ids[0])

    landlord.factories.run_jobs()

    assert landlord.outcomes(migration)[landlord.ids[0]] == "refused"


def test_only_the_cases_that_are_ticked_are_moved(small: Callable[..., Landlord]) -> None:
    landlord = small()
    landlord.factories.deploy(NEW)
    ticked = landlord.plan().looks[1]

    landlord.ask(references=[ticked.reference])
    landlord.factories.run_jobs()

    assert landlord.versions() == [1, 2, 1]


def test_cases_of_several_versions_go_to_any_other(small: Callable[..., Landlord]) -> None:
    landlord = small()
    landlord.factories.deploy(category("start > first > ask > more > then > end"))
    landlord.start()
    landlord.factories.deploy(NEW)

    plan = landlord.plan()
    assert [source.version_number for source in plan.sources] == [2, 1]
    assert len(landlord.plan(from_versions=(2,)).looks) == 1
    landlord.ask(to=2, from_versions=(1,))
    landlord.factories.run_jobs()
    assert landlord.versions() == [2, 2, 2, 2]


def test_what_the_new_forms_require_and_a_case_does_not_have_is_a_warning(small: Callable[..., Landlord]) -> None:
    def form(required: str) -> dict[str, bytes]:
        field = f'{{"type": "number", "key": "rent", "label": "Rent", "validate": {{"required": {required}}}}}'
        return {"money.form": f'{{"id": "money", "components": [{field}]}}'.encode()}

    inside = {"then": extensions('<zeebe:formDefinition formId="money"/>')}
    landlord = small(category("start > first > then > end", inside=inside, files=form("false")), count=1)
    landlord.factories.deploy(category("start > first > then > end", inside=inside, files=form("true")))

    assert landlord.plan().warnings == {"“Rent” is required in version 2, and the case does not have it.": 1}


def test_what_cannot_be_is_refused_before_any_case_is_touched(small: Callable[..., Landlord]) -> None:
    landlord = small(count=1)
    landlord.factories.deploy(NEW)
    landlord.factories.deploy(category("start > other > end", key="another"))

    def refused(error: type[Exception], by: Actor | None = None, **wanted: object) -> dict[str, str]:
        with pytest.raises(error) as raised:
            landlord.plan(by=by, **wanted)
        return getattr(raised.value, "errors", {})

    refused(NotAllowed, by=landlord.factories.actor(landlord.factories.user("officer", "team_manager")))
    refused(NotFound, to=7)
    refused(NotFound, from_versions=(9,))
    assert "from" in refused(Invalid, from_versions=(2,))
    assert refused(Invalid, mapping={"ask": "other"}) == {"mapping.ask": "Version 2 has no element “other”"}
    assert refused(Invalid, mapping={"x": "check"}) == {"mapping.x": "No version 1 has an element “x”"}
    with landlord.factories.transaction() as session, pytest.raises(NotFound):
        migrations.plan(session, Wanted("nothing"), by=landlord.analyst)
    with landlord.factories.transaction() as session, pytest.raises(Invalid):
        migrations.ask(session, Wanted("sample"), reason=" ", by=landlord.analyst)
    with landlord.factories.transaction() as session, pytest.raises(NotFound):
        migrations.ask(session, Wanted("sample"), reason=REASON, by=landlord.analyst, references=["ANOTHER-1"])


def test_a_restricted_case_moves_with_the_others_and_is_not_named(small: Callable[..., Landlord]) -> None:
    landlord = small()
    landlord.factories.deploy(NEW)
    with landlord.factories.transaction() as session:
        session.execute(update(Case).where(Case.id == landlord.ids[0]).values(restricted=True))

    assert [look.reference for look in landlord.plan().looks][:1] == ["A restricted case"]
    landlord.ask()
    landlord.factories.run_jobs()

    assert landlord.versions() == [2, 2, 2]
