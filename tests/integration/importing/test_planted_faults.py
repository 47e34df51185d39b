"""Every fault that was planted in a file is named, at its line and column, and nothing else is."""

from pathlib import Path

from sqlalchemy import func, select

from models.people import Person
from models.record import RecordChange
from tests.factories import Factories
from tests.integration.importing import planting
from tests.integration.importing.conftest import Bring


def test_all_planted_faults_are_named_and_all_other_lines_written(
    factories: Factories, bring: Bring, tmp_path: Path
) -> None:
    places = planting.write(tmp_path / "planted.csv", 600, 78, seed=1)
    done = bring("people", (tmp_path / "planted.csv").read_bytes())

    assert len(planting.KINDS) >= 20
    assert done.places == places
    assert done.counts == (600 - 78, 0, 0, 78)
    assert all(fault.message and fault.remedy for fault in done.faults)
    with factories.transaction() as session:
        assert session.scalar(select(func.count(Person.id))) == 600 - 78
        assert session.scalar(select(func.count(RecordChange.id))) == 600 - 78
        assert session.scalar(select(func.count(Person.id)).where(Person.first_name == "=1+1")) > 0
