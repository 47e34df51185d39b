"""A catalogue goes out as CSV and comes back: unchanged it changes nothing, and what is wrong is told by line."""

import csv
import io

import pytest

from engine.errors import Invalid
from engine.field_catalogue import changing, csv_files
from engine.field_catalogue.texts import COLUMNS
from engine.fields import of_owner
from engine.permissions import PLATFORM
from tests.diagrams import category
from tests.effort import effort_below

OWNER = "category:sample"
EVERY_TYPE = """\
key,parent,type,label,help,section,options,required_when,shown_when,default,sensitivity,searchable,from_on,min,max,entity,several,retired
mould,,yes_no,Is there mould?,"Look
behind furniture",Damp,,yes,,no,,yes,,,,,,
severity,,choice,How bad is it?,,Damp,low=Low|high=High,,mould = true,low,,yes,,,,,,
rooms,,multiple_choice,Which rooms?,,Damp,bath=Bathroom|bed=Bedroom|Hall,,,bath|bed,,yes,,,,,,
note,,long_text,Note,,Damp,,mould = true,,,special_category,,,,,,,
found_on,,date,Found on,,Damp,,,,'=today(),,yes,2026-01-01,2020-01-01,,,,
seen_at,,date_time,Seen at,,,,,,,,,,,,,,
cost,,money,Cost,,,,,,'-5,,yes,,'-10,100.50,,,
count_of_rooms,,number,Rooms,,,,,,,,yes,,0,,,,
neighbour,,lookup,Neighbour,,,,,,,personal,yes,,,,person,,
photos,,file,Photos,,,,,,,,,,,,,yes,
works,,group,Works,,Works,,,,,,,,,20,,,
what,works,text,What was done,,Works,,yes,,,,,,,,,,
paid,works,money,Paid,,Works,,,,,,,,,,,,
old,,text,'=cmd|' /C calc'!A0,,,,,,,,,,,,,,yes
"""


@pytest.fixture
def catalogue(sqlite_factories):
    sqlite_factories.deploy(category("start > ask > end"))
    carry_out(sqlite_factories, EVERY_TYPE)
    return sqlite_factories


def test_every_type_of_field_goes_out_and_comes_in_on_either_database(factories):
    carry_out(factories, EVERY_TYPE, "home")
    with factories.transaction() as session:
        written = csv_files.write(session, "home")

    assert carry_out(factories, written, "home").is_idle


def carry_out(factories, text, owner=OWNER):
    with factories.transaction() as session:
        return csv_files.carry_out(session, owner, text.encode(), by=PLATFORM)


def examine(factories, text, owner=OWNER):
    with factories.transaction() as session:
        content = text.encode() if isinstance(text, str) else text
        return [
            (fault.line, fault.column, fault.message) for fault in csv_files.examine(session, owner, content).faults
        ]


def test_an_export_that_is_imported_changes_nothing_and_is_written_the_same_again(catalogue):
    with catalogue.transaction() as session:
        written = csv_files.write(session, OWNER)
        found = csv_files.examine(session, OWNER, written.encode())

    assert found.is_idle and found.unchanged == 14
    with catalogue.transaction() as session:
        assert csv_files.write(session, OWNER) == written
        assert len(changing.history(session, OWNER)) == 14


def test_an_export_imported_elsewhere_is_exported_there_the_same(catalogue):
    with catalogue.transaction() as session:
        written = csv_files.write(session, OWNER)

    carry_out(catalogue, written, "home")

    with catalogue.transaction() as session:
        assert csv_files.write(session, "home") == written


def test_no_cell_of_an_export_is_taken_for_a_formula(catalogue):
    with catalogue.transaction() as session:
        written = csv_files.write(session, OWNER)

    cells = [cell for row in csv.reader(io.StringIO(written)) for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells and "'=today()" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_trial_changes_nothing_and_tells_each_fault_by_line_and_column(catalogue):
    text = "\n".join(
        [
            "key,type,label,options,min,shown_when",
            "fine,text,Fine,,,",
            "FINE,text,Twice,,,",
            "mould,yes_no,,,,",
            "strange,choice,Strange,,,",
            '"multi",text,"a',
            'line",,,',
            "late,number,Late,,ten,",
            "count,text,Count,,,",
            "lost,text,Lost,,,mold = true",
        ]
    )
    with catalogue.transaction() as session:
        before = of_owner(session, OWNER).mark

    first = examine(catalogue, text)
    rest = examine(
        catalogue,
        "\n".join(
            line
            for line in text.split("\n")
            if "Twice" not in line and "ten" not in line and "mould,yes_no" not in line
        ),
    )

    assert [(line, column) for line, column, _ in first] == [(3, "key"), (4, "label"), (8, "min")]
    assert [(line, column) for line, column, _ in rest] == [(3, "options"), (6, "key"), (7, "shown_when")]
    assert "stands in line 2 already" in first[0][2] and "mould" in rest[2][2]
    with pytest.raises(Invalid) as refused:
        carry_out(catalogue, text)
    assert "line 3, key" in refused.value.errors
    with catalogue.transaction() as session:
        assert of_owner(session, OWNER).mark == before


def test_a_file_that_names_some_columns_leaves_the_others_as_they_are(catalogue):
    carry_out(catalogue, "key;label\nmould;Any mould?\n")

    with catalogue.transaction() as session:
        one = of_owner(session, OWNER).by_path["mould"]
    assert one.label == "Any mould?" and one.help == "Look\nbehind furniture" and one.required_when == "true"


REFUSED = [
    (b"key,type,label\na,text,\xff\n", "Line 2 is not UTF-8"),
    (b"name,label\n", "“key” is not among them"),
    (b"key,lable\n", "no column “lable”"),
    (b"key,key\n", "stands twice"),
    (b"", "“key” is not among them"),
    (b"key,type,label\na,text,A,too,many\n", "has 5 cells where there are 3"),
    (b"key,type,label\n" + b'"' + b"a" * 200_000 + b'",text,A\n', "not CSV"),
    (b"key,type,label\n" + b"\n".join(b"a%d,text,A" % n for n in range(10_002)), "more than 10,000 lines"),
    (b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
]


def test_what_is_no_catalogue_is_refused_with_a_sentence(sqlite_factories):
    for content, sentence in REFUSED:
        with pytest.raises(Invalid) as refused:
            examine(sqlite_factories, content, "person")

        assert sentence in f"{refused.value}"


def test_ten_megabytes_of_nonsense_are_refused_within_seconds(sqlite_factories):
    lines = b"a,text,A," + b"y" * 1000 + b",\n"
    content = b"key,type,label,help,shown_when\n" + lines * 9_999

    with effort_below(300):
        faults = examine(sqlite_factories, content, "person")

    assert len(faults) >= 999


@pytest.mark.soak
def test_five_thousand_fields_come_in_at_once(factories):
    rows = [",".join(COLUMNS[:6])]
    rows += [f"f{n},,text,Field {n},,Section {n // 200}" for n in range(5_000)]

    found = carry_out(factories, "\n".join(rows), "person")

    assert len(found.plan.added) == 5_000
    with factories.transaction() as session:
        kept = {}
        for one in of_owner(session, "person").definitions:
            kept.setdefault(one.stored_in, []).append(one)
    assert len(kept) == 25 and {len(fields) for fields in kept.values()} == {200}
