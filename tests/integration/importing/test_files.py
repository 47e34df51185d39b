"""Files as other systems and spreadsheets write them: their encodings, separators, and damage."""

from pathlib import Path

import pytest

from engine.errors import Invalid
from engine.importing import files
from engine.importing.faults import Fault
from engine.importing.files import Record


def read(tmp_path: Path, content: bytes) -> tuple[files.Source, list[Record | Fault]]:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    source = files.look(path)
    return source, [one for chunk in files.chunks(source, 10) for one in chunk.records]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name,town\nZoë,Çay\n".encode(), "UTF-8, separated by comma"),
        ("\ufeffname;town\r\nZoë;Çay\r\n".encode(), "UTF-8, separated by semicolon"),
        ("name\ttown\nZoë\tÇay\n".encode("cp1252"), "Windows-1252 (line 2 is not UTF-8), separated by tab"),
        ("name|town\nZoë|Çay".encode("utf-16"), "utf-16, separated by bar"),
        ("name,town\rZoë,Çay\r".encode(), "UTF-8, separated by comma"),
        (b'"na""me, all",town\n' + "Zoë,Çay".encode(), "UTF-8, separated by comma"),
    ],
)
def test_encoding_and_separator_are_found_out_and_said(tmp_path: Path, content: bytes, said: str) -> None:
    source, [record] = read(tmp_path, content)

    assert source.said == said
    assert isinstance(record, Record)
    assert list(record.cells) == ["Zoë", "Çay"]


def test_a_record_comes_with_the_line_on_which_it_begins(tmp_path: Path) -> None:
    _, found = read(tmp_path, b'name,note\nAda,"one\ntwo"\n\n\nBo,\nCy,x,\nDi,x,y\nEd\n"Flo"o,x\nGus,x\n')

    assert [one.line for one in found] == [2, 6, 7, 8, 9, 10, 11]
    assert [one.line for one in found if isinstance(one, Fault)] == [8, 9, 10]


def test_a_quotation_mark_that_is_never_closed_is_named_where_it_opens(tmp_path: Path) -> None:
    _, found = read(tmp_path, b'name,note\nAda,x\nBo,"y\n' + b"Cy,z\n" * 100_000)

    assert isinstance(found[-1], Fault)
    assert (found[-1].line, "never closed" in found[-1].message) == (3, True)
    assert len(found) == 2


@pytest.mark.parametrize("content", [b"", b"name\n\x81\x8d\xff", b'"name\n'])
def test_what_is_no_text_or_has_no_heading_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Invalid):
        read(tmp_path, content)
