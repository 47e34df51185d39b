"""The check in its limited process: what it answers, and what hostile files cannot do to it."""

import io
import zipfile
from pathlib import Path

import pytest

from engine.definitions import checking
from engine.definitions.checking import check_files, check_paths, require_fine
from engine.definitions.deploying import files_of
from engine.definitions.examining import examine
from engine.errors import Invalid, NotFound
from tests.diagrams import bpmn
from tests.effort import effort_below
from tests.unit.definitions.cases import CASES
from tests.unit.definitions.files import ASKS, category, sound

ROOT = Path(__file__).parents[3]
FILE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
BOMB = b'<!DOCTYPE a [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)  # fmt: skip


def test_the_limited_process_finds_what_the_check_itself_finds() -> None:
    everything = [files for code, *_, files in CASES if code != "too-large"]

    for files in everything:
        inside, here = check_files(files), examine(files)
        assert inside == here


def test_the_complaint_is_checked_quickly() -> None:
    files = files_of(ROOT / "processes" / "complaint")

    with effort_below(100):
        report = examine(files)

    assert report.faults == []


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        (BOMB + b"]><a>&j;</a>", "doctype"),
        (FILE.encode(), "doctype"),
        (f'<?xml version="1.0" encoding="UTF-16"?>{FILE}'.encode("utf-16"), "doctype"),
        (b"<a>" * 100_000, "cut-off"),
        (b"<a " + b" ".join(b'b%d=""' % n for n in range(100_000)) + b"/>", "not-bpmn"),
        (b"\x00" * 1000, "not-xml"),
    ],
    ids=["laughs", "file", "utf-16", "deep", "wide", "zeros"],
)  # fmt: skip
def test_hostile_xml_is_a_fault_and_nothing_worse(attack: bytes, code: str) -> None:
    report = check_files(category(attack))

    assert code in {fault.code for _, fault in report.faults}
    assert not any("root:" in fault.message for _, fault in report.faults)


def test_an_expression_that_would_run_for_ever_is_read_and_not_run() -> None:
    loop = "count(for a in 1..1000000 return for b in 1..1000000 return a*b)"
    files = category(bpmn(f"start > ask > big? -[{loop} > 1]-> end ; big? > ask", inside={"ask": ASKS}))

    assert not check_files(files).errors


def test_a_diagram_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = checking._pool.run
    monkeypatch.setattr(checking._pool, "run", lambda request, body: slow(request, body, seconds=0.05))
    chains = ";".join(f"start > a{n}:task > b{n}:task > end" for n in range(400))

    report = check_files(category(bpmn(f"start > ask > end;{chains}", inside={"ask": ASKS})))

    assert [fault.code for _, fault in report.faults] == ["too-heavy"]


def test_a_letter_that_unpacks_to_gigabytes_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(120_000_000))

    report = check_files(category(hello__docx=file.getvalue()))

    assert ("hello.docx", "error") in {(where, fault.severity) for where, fault in report.faults}


def test_too_many_files_are_not_even_read() -> None:
    report = check_files({f"a{n}.form": b"{}" for n in range(501)})

    assert [fault.code for _, fault in report.faults] == ["too-large"]


def test_a_category_with_errors_is_refused_with_all_of_them() -> None:
    files = category(sound().replace(b'targetRef="end"', b'targetRef="nowhere"'), ask__form="{")

    with pytest.raises(Invalid) as refused:
        require_fine(files)

    assert set(refused.value.errors) >= {"sample.bpmn: f1", "sample.bpmn: end", "ask.form"}
    assert all(sentence.endswith(".") for sentence in refused.value.errors.values())
    assert "more" in refused.value.message and refused.value.remedy


def test_warnings_do_not_keep_a_category_back() -> None:
    require_fine(category())  # it has no layout


def test_paths_may_be_files_folders_and_folders_of_categories(tmp_path: Path) -> None:
    whole, loose = tmp_path / "processes" / "sample", tmp_path / "loose"
    for folder, files in ((whole, category()), (loose, {"lone.bpmn": sound(), "notes.txt": b"Hello"})):
        folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)

    reports = {
        Path(report.file).name: report for report in check_paths([tmp_path / "processes", loose, loose / "lone.bpmn"])
    }

    assert set(reports) == {"category.toml", "rules.toml", "ask.form", "sample.bpmn", "lone.bpmn"}
    assert reports["sample.bpmn"].is_fine and reports["sample.bpmn"].nodes == 3
    assert reports["lone.bpmn"].is_fine  # its form may be elsewhere
    assert [fault.code for fault in reports["lone.bpmn"].faults if fault.severity == "warning"] == ["unknown-form"]
    assert reports["lone.bpmn"].as_json().keys() == {"file", "process", "dialect", "nodes", "lost", "faults", "repairs"}


def test_a_path_to_nothing_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no file or folder"):
        list(check_paths([tmp_path / "nothing"]))


def test_an_id_that_seems_to_contain_itself_holds_up_no_check() -> None:
    strange = b'<x:callActivity xmlns:x="urn:x" id="call"><bpmn:callActivity id="call" name="Call"/></x:callActivity>'
    diagram = sound().replace(b"<bpmn:sequenceFlow", strange + b"<bpmn:sequenceFlow", 1)

    report = check_files({"strange.bpmn": diagram}, is_lone=True)

    assert report.files[0].nodes == 4
    assert "too-heavy" not in {fault.code for _, fault in report.faults}
