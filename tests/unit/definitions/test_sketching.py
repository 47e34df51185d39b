"""A new category runs as it begins, and its parts are written so that they are read back."""

import tomllib

import pytest

from engine.definitions.category import read
from engine.definitions.examining import examine
from engine.definitions.sketching import Sketch, draw, empty_form, key_of, prefix_of
from engine.definitions.toml_text import write
from engine.errors import Invalid
from engine.forms import check as check_form


@pytest.mark.parametrize("teams", [(), ("Repairs",), ("Repairs & co", "Surveyors", '"Quoted" <team>')])
def test_a_new_category_checks_clean_whatever_its_teams(teams: tuple[str, ...]) -> None:
    files = draw(Sketch('Garden & "fence" repair', "garden_repair", "GAR", "About <gardens>", teams=teams))

    assert examine(files).faults == []
    definition = read(files)
    assert definition.settings.name == 'Garden & "fence" repair'
    assert [e.lane for e in definition.elements.values()] == [teams[0] if teams else ""] * 3


def test_what_was_said_wrongly_is_told_field_by_field() -> None:
    with pytest.raises(Invalid) as refused:
        draw(Sketch(" ", "Garden!", "gar", subjects=("pets",), required_subject="home", teams=["x" * 81]))

    assert set(refused.value.errors) == {"name", "key", "prefix", "subjects", "required_subject", "teams"}


def test_key_and_prefix_are_proposed_from_the_name() -> None:
    assert key_of("Garden & fence's repair") == "garden_fences_repair"
    assert prefix_of("Garden and fence repair") == "GAFR" and prefix_of("Complaint") == "COM"


def test_an_empty_form_is_a_form() -> None:
    assert check_form(empty_form("visit", "Visit the home"), source="visit.form") == []


@pytest.mark.parametrize(
    "table",
    [
        {
            "category": {"key": "a", "keywords": ["one", 'two "2"'], "n": 3, "yes": True},
            "stages": {"a": "A", "b-c": "é\n"},
        },
        {"summary_fields": ["a"], "team": [{"key": "x", "name": "X"}, {"key": "y", "name": "\\Y\x7f"}], "empty": []},
        {"a b": {"deep": {"er": [1, 2]}}, "t": [{"inner": {"x": "y"}}]},
    ],
)
def test_toml_that_is_written_reads_the_same(table: dict[str, object]) -> None:
    assert tomllib.loads(write(table)) == table
