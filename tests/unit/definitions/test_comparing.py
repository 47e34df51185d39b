"""What changed between two versions of a category, and archives of one."""

import io
import zipfile

import pytest

from engine.definitions.comparing import compare
from engine.definitions.packing import pack, unpack
from engine.errors import Invalid
from tests.diagrams import bpmn
from tests.unit.definitions.files import ASKS, category, form


def test_the_same_files_do_not_differ() -> None:
    assert compare(category(), category()) == []


def test_files_that_are_new_gone_or_changed_are_told_with_their_lines() -> None:
    after = category(more__form=form(form_id="more"), rules__toml=None)
    after["category.toml"] = after["category.toml"].replace(b'"Sample"', b'"Example"')

    found = {change.path: change for change in compare(category(), after)}

    assert {path: change.kind for path, change in found.items()} == {
        "category.toml": "changed",
        "more.form": "added",
        "rules.toml": "removed",
    }
    assert '-name = "Sample"' in found["category.toml"].lines and '+name = "Example"' in found["category.toml"].lines


def test_elements_of_a_diagram_that_changed_are_told_without_their_places() -> None:
    before = bpmn("start > ask > other:task > end", inside={"ask": ASKS})
    after = bpmn("start > ask > big? -[rent > 1]-> end ; big? > ask").replace(b'name="End"', b'name="The end"')

    (found,) = compare(category(before), category(after))

    kinds = {change.id: change.kind for change in found.elements}
    assert kinds["ask"] == "changed"  # it lost its form
    assert (kinds["other"], kinds["big_choice"], kinds["end"]) == ("removed", "added", "changed")
    assert "start" not in kinds


def test_a_form_in_another_layout_is_no_difference_of_lines() -> None:
    before = category()
    after = {**before, "ask.form": before["ask.form"].replace(b", ", b",\n ")}

    (found,) = compare(before, after)

    assert found.path == "ask.form" and found.lines == ()


def test_a_diagram_that_cannot_be_read_has_lines_and_no_elements() -> None:
    (found,) = compare(category(), {**category(), "sample.bpmn": b"<broken"})

    assert found.elements == () and found.lines


def test_an_archive_brings_back_what_was_packed_and_leaves_out_what_is_no_part() -> None:
    files = {**category(), "letters/hello.docx": b"x"}
    archive = io.BytesIO(pack(files, "sample"))
    with zipfile.ZipFile(archive, "a") as more:
        more.writestr("sample/readme.md", "Hello")
        more.writestr("__MACOSX/sample/._ask.form", "Hello")

    assert unpack(archive.getvalue()) == files


def test_a_path_in_an_archive_cannot_leave_the_category() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("../../etc/evil.bpmn", "x")
        made.writestr("..\\..\\evil.form", "y")

    assert unpack(archive.getvalue()) == {"evil.bpmn": b"x", "evil.form": b"y"}


def test_an_archive_that_is_none_or_unpacks_to_too_much_is_refused() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("big.docx", bytes(26 * 1024 * 1024))

    with pytest.raises(Invalid, match="cannot be read"):
        unpack(b"not a zip")
    with pytest.raises(Invalid, match="more than a category may hold"):
        unpack(archive.getvalue())
