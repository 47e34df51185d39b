"""Writes files of people with faults in known places."""

import csv
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HEADING = (
    "reference", "title", "first_name", "surname", "date_of_birth", "date_of_death", "national_insurance_number",
    "language", "no_letters", "is_sensitive", "communication_needs", "ended_on",
)  # fmt: skip
Place = tuple[int, str]


@dataclass
class Line:
    """One line of the file, before it is written."""

    number: int
    cells: dict[str, str]
    raw: str = ""  # in the place of the cells


def _set(column: str, value: str) -> Callable[[Line], str]:
    def plant(line: Line) -> str:
        line.cells[column] = value
        return column

    return plant


def _die_before_birth(line: Line) -> str:
    line.cells |= {"date_of_birth": "1980-05-17", "date_of_death": "1980-05-16"}
    return "date_of_death"


def _same_as_the_first(line: Line) -> str:
    line.cells |= {"reference": "N0"}
    return "reference"


def _raw(text: str) -> Callable[[Line], str]:
    def plant(line: Line) -> str:
        line.raw = text
        return ""

    return plant


KINDS: tuple[Callable[[Line], str], ...] = (
    _set("first_name", ""),
    _set("surname", "  "),
    _set("surname", "x" * 201),
    _set("surname", "O\nNeill"),
    _set("first_name", "A\x07da"),
    _set("title", "M" * 41),
    _set("date_of_birth", "17/05/1980"),
    _set("date_of_birth", "1980-02-30"),
    _set("date_of_birth", "1749-05-17"),
    _set("date_of_birth", "2190-05-17"),
    _set("date_of_birth", "soon"),
    _set("date_of_death", "2190-05-17"),
    _die_before_birth,
    _set("national_insurance_number", "QQ1234"),
    _set("national_insurance_number", "1" * 81),
    _set("language", "w" * 81),
    _set("no_letters", "perhaps"),
    _set("is_sensitive", "2"),
    _set("communication_needs", "x" * 20_001),
    _set("ended_on", "2026-13-01"),
    _set("reference", ""),
    _set("reference", "N" * 81),
    _same_as_the_first,
    _raw("only,three,cells\n"),
    _raw("a" + ",x" * 14 + "\n"),
    _raw('N,"Mrs"x,Ada,Okafor,,,,,,,,\n'),
)


def write(path: Path, lines: int, faults: int, *, seed: int) -> set[Place]:
    """Write a file with so many lines below its heading, and return where its faults are."""
    chance = random.Random(seed)
    wrong = sorted(chance.sample(range(1, lines), faults))
    kinds = {number: KINDS[place % len(KINDS)] for place, number in enumerate(wrong)}
    places: set[Place] = set()
    begun = 2
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADING)
        for number in range(lines):
            line = Line(number, dict.fromkeys(HEADING, "") | _person(chance, number))
            if number in kinds:
                places.add((begun, kinds[number](line)))
            if line.raw:
                file.write(line.raw)
                begun += 1
            else:
                writer.writerow([line.cells[name] for name in HEADING])
                begun += 1 + sum(value.count("\n") for value in line.cells.values())
    return places


def _person(chance: random.Random, number: int) -> dict[str, str]:
    return {
        "reference": f"N{number}",
        "title": chance.choice(("Mr", "Mrs", "Dr", "")),
        "first_name": chance.choice(("Ada", "=1+1", "Zoë", "Bo", "-Cy", "Jean-Luc")),
        "surname": chance.choice(("Okafor", "Lind", "O'Neill", "@home", "Çay")),
        "date_of_birth": chance.choice(("", f"{chance.randrange(1920, 2020)}-0{chance.randrange(1, 10)}-11")),
        "no_letters": chance.choice(("", "yes", "No", "1", "false")),
        "communication_needs": chance.choice(("", "", "Large print,\nby post")),
    }
