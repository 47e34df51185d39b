"""Fields of the catalogue come in from files and leave in lists: by the same checks, and as far as somebody may see."""

from typing import Any

import pytest
from sqlalchemy import func, select

from engine import field_search
from engine.errors import Invalid
from engine.field_catalogue import csv_files
from engine.importing import exporting, mapping, own_fields, running
from engine.importing.targets import target
from engine.permissions import PLATFORM
from engine.record.bulk_fields import stored
from engine.record.kinds import KINDS
from models.people import Person
from models.record import RecordChange
from webapp.spreadsheets import csv_pieces

FIELDS = b"""key,type,label,options,shown_when,sensitivity,searchable,max,parent,entity
pets,yes_no,Are there pets?,,,,yes,,,
pet,choice,Which pet?,cat=Cat|dog=Dog,pets = true,,,,,
rooms,number,Rooms,,,,yes,9,,
heating,multiple_choice,Heating,gas=Gas|oil=Oil,,,,,,
seen_on,date,Seen on,,,,,,,
sister,lookup,Sister,,,,,,,person
illness,text,Illness,,,special_category,,,,
works,group,Works,,,,,,,
what,text,What,,,,,,works,
"""


@pytest.fixture
def landlord(factories):
    with factories.transaction() as session:
        csv_files.carry_out(session, "person", FIELDS, by=PLATFORM)
    return factories


def aim_of(landlord, by=PLATFORM):
    with landlord.transaction() as session:
        return target("people", own_fields.of_kind(session, KINDS["person"], by=by))


def bring(landlord, folder, content: str, known: str = "", **how: Any):
    (folder / "people.csv").write_text(content, "utf-8")
    (folder / "known.toml").write_text(known, "utf-8")
    aim, faults = aim_of(landlord), []
    wanted = running.Wanted(aim, folder / "people.csv", mapping.read(folder / "known.toml", aim), **how)
    done = running.run(landlord.sessions, wanted, by=PLATFORM, on_fault=faults.append)
    return (done.added, done.changed, done.same, done.refused), {(one.line, one.column): one.message for one in faults}


def values(landlord) -> dict[int, dict[str, Any]]:
    with landlord.transaction() as session:
        found = stored(session, KINDS["person"], session.scalars(select(Person.id)).all())
    return dict(sorted(found.items()))


FILE = """Ref,Forename,Surname,Pets,Pet,Rooms,Heating,Seen
P1,Ada,Okafor,yes,Dog,"3",Gas|oil,31/01/2026
P2,Bo,Lind,no,,2.5,,
"""
KNOWN = """date_format = "%d/%m/%Y"
[columns]
Ref = "reference"
Forename = "first_name"
Pets = "fields.pets"
Pet = "fields.pet"
Rooms = "fields.rooms"
Heating = "fields.heating"
Seen = "fields.seen_on"
[fixed]
"fields.illness" = "none"
"""


def test_a_mapping_names_fields_of_the_catalogue_and_the_same_file_again_changes_nothing(landlord, tmp_path):
    rehearsed = bring(landlord, tmp_path, FILE, KNOWN, is_rehearsal=True)
    nothing = values(landlord)
    first = bring(landlord, tmp_path, FILE, KNOWN)
    again = bring(landlord, tmp_path, FILE, KNOWN)
    changed = bring(landlord, tmp_path, FILE.replace("2.5", "4"), KNOWN)

    assert (rehearsed, nothing) == (((2, 0, 0, 0), {}), {})
    assert [first, again, changed] == [((2, 0, 0, 0), {}), ((0, 0, 2, 0), {}), ((0, 1, 1, 0), {})]
    ada, bo = values(landlord).values()
    assert ada == {"pets": True, "pet": "dog", "rooms": 3, "heating": ["gas", "oil"], "seen_on": "2026-01-31",
                   "illness": "none"}  # fmt: skip
    assert bo["rooms"] == 4 and bo["pets"] is False
    with landlord.transaction() as session:
        told = session.scalars(select(RecordChange).order_by(RecordChange.id.desc()).limit(1)).one()
        assert told.changes == {"fields.rooms": [2.5, 4]} and told.revision == 2
        asked = field_search.sought(session, "person", "rooms", way="is", text="4", by=PLATFORM)
        assert len(field_search.page(session, asked, by=PLATFORM)[0]) == 1


def test_each_wrong_cell_is_named_by_line_and_column_and_its_line_left_out(landlord, tmp_path):
    content = """reference,first_name,surname,fields.pets,fields.pet,fields.rooms,fields.seen_on,fields.sister
P1,Ada,Okafor,perhaps,,1,,
P2,Bo,Lind,yes,cow,1,,
P3,Cy,Mann,yes,cat,ten,,
P4,Di,Nash,,,10,31/31/2026,
P5,Ed,Owen,,,,,P99
P6,Fi,Penn,yes,cat,9,2026-01-31,
"""

    counts, faults = bring(landlord, tmp_path, content)

    assert counts == (1, 0, 0, 5)
    assert set(faults) == {
        (2, "fields.pets"), (3, "fields.pet"), (4, "fields.rooms"), (5, "fields.rooms"), (5, "fields.seen_on"),
        (6, "fields.sister"),
    }  # fmt: skip
    assert "must be 9 or less" in faults[5, "fields.rooms"] and "no person" in faults[6, "fields.sister"]


def test_an_empty_cell_empties_a_field_only_where_the_mapping_says_so(landlord, tmp_path):
    head = "reference,first_name,surname,fields.rooms\n"
    bring(landlord, tmp_path, f"{head}P1,Ada,Okafor,3\n")

    kept = bring(landlord, tmp_path, f"{head}P1,Ada,Okafor,\n")
    before = values(landlord)
    emptied = bring(landlord, tmp_path, f"{head}P1,Ada,Okafor,\n", 'empty = "clear"')

    assert kept == ((0, 0, 1, 0), {}) and [one["rooms"] for one in before.values()] == [3]
    assert emptied == ((0, 1, 0, 0), {}) and [one["rooms"] for one in values(landlord).values()] == [None]


@pytest.mark.parametrize("name", ["fields.none", "fields.works", "fields.what", "fields.", "rooms"])
def test_a_column_that_no_field_can_be_is_refused_with_the_nearest_name(sqlite_factories, tmp_path, name):
    with sqlite_factories.transaction() as session:
        csv_files.carry_out(session, "person", FIELDS, by=PLATFORM)

    for content, known in ((f"reference,{name}\nP1,x\n", ""), ("reference,A\nP1,x\n", f'[columns]\nA = "{name}"')):
        with pytest.raises(Invalid) as refused:
            bring(sqlite_factories, tmp_path, content, known)
        assert "no such column" in str(refused.value.errors)


def test_a_list_that_is_exported_with_fields_and_imported_again_changes_nothing(landlord, tmp_path):
    bring(landlord, tmp_path, FILE, KNOWN)
    aim = aim_of(landlord)
    with landlord.transaction() as session:
        before = session.scalar(select(func.count(RecordChange.id)))
        content = "".join(csv_pieces(exporting.headings(aim), exporting.rows(session, aim, by=PLATFORM)))

    back = bring(landlord, tmp_path, content)

    assert back == ((0, 0, 2, 0), {})
    assert "gas|oil" in content and "2026-01-31" in content
    with landlord.transaction() as session:
        assert session.scalar(select(func.count(RecordChange.id))) == before


def test_a_reader_chooses_among_the_fields_that_they_may_see(landlord, tmp_path):
    bring(landlord, tmp_path, FILE.replace("Dog", "Cat"), KNOWN.replace('"none"', '"canary"'))
    officer, manager = landlord.client("officer"), landlord.client("team_manager")

    offered = officer.page("/people/export?q=okafor")
    sheet = officer.get("/people.csv?q=okafor&fields=pet&fields=rooms").text.splitlines()

    assert "Which pet?" in offered.text and "Illness" not in offered.text and "Works" not in offered.text
    assert sheet[0].endswith("fields.pet,fields.rooms") and sheet[1].endswith("cat,3") and len(sheet) == 2
    assert "fields." not in officer.get("/people.csv").text
    assert officer.get("/people.csv?fields=illness").status_code == 404
    assert officer.get("/people.xlsx?fields=works").status_code == 404
    assert "canary" in manager.get("/people.csv?fields=illness").text
    assert "no fields to add" in officer.page("/accounts/export").text
