"""What a to-do item takes from expressions: its dates and its owner, on typed values, and never from Python."""

from pathlib import Path
from xml.sax.saxutils import quoteattr

from engine.errors import EngineError
from tests.diagrams import category, due, extensions
from tests.integration.engine.conftest import Drive
from tests.unit.definitions.files import form


def drawn(inside: str) -> dict[str, bytes]:
    """Return a category with one task, and a form that gives `received_on`, a date."""
    return category("start > ask > end", inside={"ask": inside}, files={"ask.form": form()})


def test_the_due_date_is_reckoned_from_the_date_that_a_field_holds(drive: Drive) -> None:
    driver = drive(drawn(due('=add working days(received_on, 2) + @"P1D"')), received_on="2026-12-03")

    assert driver.task("ask").due_at.date().isoformat() == "2026-12-08"


def test_python_in_a_to_do_item_is_an_incident_and_does_nothing(drive: Drive, tmp_path: Path) -> None:
    marker = tmp_path / "reached"
    attack = quoteattr(f'=__import__("os").system("touch {marker}")')
    places = (
        f"<zeebe:taskSchedule dueDate={attack}/>",
        f"<zeebe:assignmentDefinition assignee={attack}/>",
        f"<zeebe:assignmentDefinition candidateGroups={attack}/>",
        f"<zeebe:priorityDefinition priority={attack}/>",
        f"<zeebe:formDefinition formId={attack}/>",
    )

    for place in places:
        try:
            said = [
                incident.message for incident in drive(drawn(extensions(place)), received_on="2026-12-03").incidents()
            ]
        except EngineError as error:
            said = [error.message]

        assert any("There is no function `__import__`" in sentence for sentence in said), (place, said)
        assert not marker.exists()
