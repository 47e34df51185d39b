"""The command that brings files in: what it says to people, to scripts and in its report."""

import csv
import json
from pathlib import Path

from engine.importing.targets import TARGETS
from tests.integration.cli.conftest import Command
from webapp.cli.importing import WORDS

PEOPLE = "reference,first_name,surname,date_of_birth\nX1,Ada,Okafor,1980-05-17\nX2,,=Lind,17/05/1980\n"


def test_every_word_of_the_command_is_a_target() -> None:
    assert set(WORDS) <= set(TARGETS)


def test_people_come_in_and_what_is_wrong_is_said_by_line(command: Command) -> None:
    Path("people.csv").write_text(PEOPLE)
    tried = command("import", "people", "people.csv", "--dry-run")
    done = command("import", "people", "people.csv", "--errors", "wrong.csv")
    again = command("import", "people", "people.csv", "--json")

    assert (tried.code, done.code, again.code) == (1, 1, 1)
    assert "Line 3, date_of_birth: “17/05/1980”. This must be a day such as 2026-12-03." in tried.out
    assert "1 would be added" in tried.out and "1 added" in done.out
    *faults, facts = [json.loads(line) for line in again.out.splitlines()]
    assert [(fault["line"], fault["column"]) for fault in faults] == [(3, "first_name"), (3, "date_of_birth")]
    assert (facts["same"], facts["refused"], facts["faults"], facts["written"]) == (1, 1, 2, True)
    rows = csv.DictReader(Path("wrong.csv").read_text("utf-8-sig").splitlines())
    assert {row["column"] for row in rows} == {"date_of_birth", "first_name"}


def test_a_file_that_is_missing_or_empty_is_one_sentence(command: Command) -> None:
    Path("empty.csv").touch()

    assert command("import", "people", "nowhere.csv").code == 2
    empty = command("import", "people", "empty.csv")
    assert (empty.code, empty.out) == (1, "")
    assert empty.err.startswith("Error: empty.csv is empty")
