"""`casewright play`: from the command line, in limited child processes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.playing import Options, files
from tests.diagrams import bpmn
from webapp.cli.playing import play

SHAPE = {"file", "process", "outcome", "reason", "element", "steps", "user_tasks", "trail", "seconds"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.bpmn").write_bytes(bpmn("start > ask > end"))
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "b.bpmn20.xml").write_bytes(bpmn("start > ask > which? ; which? -[go = 1]-> end ; which? > ask"))
    (tmp_path / "c.bpmn").write_bytes(b"not a diagram")
    (tmp_path / "notes.txt").write_text("not played")
    return tmp_path


def test_a_folder_is_played_file_by_file_and_told_as_one_object_a_line(folder: Path) -> None:
    result = CliRunner().invoke(play, [str(folder), "--json"])

    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(Path(one["file"]).name, one["outcome"]) for one in told] == [
        ("a.bpmn", "completed"),
        ("b.bpmn20.xml", "completed"),
        ("c.bpmn", "refused"),
    ]
    assert all(one.keys() >= SHAPE for one in told)
    assert told[0]["trail"] == ["start", "ask", "end"]
    assert result.exit_code == 1


def test_sentences_are_for_people_and_coverage_for_several_plays(folder: Path) -> None:
    (folder / "answers.toml").write_text("[ask]\ngo = 1\n")

    command = [str(folder / "b" / "b.bpmn20.xml"), "--plays", "3", "--answers", str(folder / "answers.toml")]
    result = CliRunner().invoke(play, command)

    assert result.exit_code == 0
    assert "completed (4 steps, 1 answered by people" in result.stdout
    assert "reached 4 of 4 nodes and 3 of 4 flows" in result.stdout
    assert "never taken: f3" in result.stdout


def test_a_file_that_takes_too_long_to_build_is_stopped_with_its_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = " > ".join(f"s{number}" for number in range(1_500))
    monkeypatch.setattr(files, "GRACE", 0.0)

    report = files.play_files({"long.bpmn": bpmn(f"start > {steps} > end")}, "long.bpmn", Options(seconds=0.1))

    assert (report.outcome, report.reason) == ("refused", "Playing it took too long and was stopped.")
    monkeypatch.undo()
    assert files.play_files({"a.bpmn": bpmn("start > end")}, "a.bpmn", Options()).outcome == "completed"
