"""`casewright tck`: a compliance kit of our own, with a result that passes and others that do not."""

from pathlib import Path

import pytest

from tests.integration.cli.conftest import Command

MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" id="m" namespace="m">
<decision id="right" name="right"><variable name="right"/>
<literalExpression><text>1 + 2</text></literalExpression></decision>
<decision id="off" name="off"><variable name="off"/>
<literalExpression><text>4</text></literalExpression></decision>
</definitions>"""
CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><modelName>{model}</modelName><testCase id="7">
  <resultNode name="right"><expected><value xsi:type="xsd:decimal">3</value></expected></resultNode>
  <resultNode name="off"><expected><value xsi:type="xsd:decimal">3</value></expected></resultNode>
</testCase></testCases>"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """The folder of one suite."""
    folder = tmp_path / "kit" / "compliance-level-2" / "0001-sums"
    folder.mkdir(parents=True)
    (folder / "sums.dmn").write_text(MODEL)
    (folder / "sums.xml").write_text(CASES.format(model="sums.dmn"))
    return folder


def test_the_score_is_told_in_the_shape_that_scripts_read(command: Command, suite: Path) -> None:
    outcome = command("tck", str(suite.parents[1]), "--json")

    counts = {"total": 2, "passed": 1, "wrong": 1, "null": 0, "error": 0, "skipped": 0}
    counts |= {"nonnull_total": 2, "nonnull_passed": 1}
    assert outcome.code == 0
    assert {name: outcome.facts[name] for name in counts} == counts
    assert outcome.facts["suites"] == {"0001-sums": counts}


def test_people_read_rates_and_on_request_each_failure(command: Command, suite: Path) -> None:
    outcome = command("tck", str(suite.parents[1]), "--failures")

    assert outcome.code == 0
    assert "wrong 0001-sums, case 7, off: expected 3, got 4" in outcome.out
    lines = outcome.out.splitlines()
    for name in ("0001-sums", "compliance-level-2", "all"):
        assert any(line.split()[0] == name and "1 of     2 passed (50.0 %): 1 wrong" in line for line in lines if line)
    assert any(line.startswith("of them expecting a value") for line in lines)
    assert "Test cases" in outcome.err  # the progress


def test_a_model_that_is_missing_or_elsewhere_counts_as_errors(command: Command, suite: Path) -> None:
    outside = suite.parent / "sums.dmn"
    outside.write_text(MODEL)
    (suite / "sums.dmn").unlink()
    (suite / "sums.xml").write_text(CASES.format(model="../sums.dmn"))

    outcome = command("tck", str(suite.parents[1]), "--json")

    assert (outcome.code, outcome.facts["error"]) == (0, 2)


@pytest.mark.parametrize("text", ["<testCases>", '<!DOCTYPE a SYSTEM "file:///etc/passwd">'])
def test_a_file_that_is_no_xml_is_named(command: Command, suite: Path, text: str) -> None:
    (suite / "broken.xml").write_text(text)

    outcome = command("tck", str(suite.parents[1]))

    assert outcome.code == 1
    assert "broken.xml is no XML" in outcome.err
    assert "Traceback" not in outcome.err


def test_a_folder_without_test_cases_says_what_is_wanted(command: Command, tmp_path: Path) -> None:
    outcome = command("tck", str(tmp_path))

    assert outcome.code == 1
    assert "There is no test case beneath" in outcome.err


def test_a_folder_that_is_not_there_is_misuse(command: Command, tmp_path: Path) -> None:
    outcome = command("tck", str(tmp_path / "nowhere"))

    assert outcome.code == 2
