"""Scoring a compliance kit: a small one of our own, with one result of every outcome."""

from pathlib import Path

import pytest

from engine.dmn import tck
from tests.unit.dmn.models import HEAD, decision, given, literal, needs

CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <modelName>kit.dmn</modelName>
  <testCase id="1"><inputNode name="a"><value xsi:type="xsd:decimal">2</value></inputNode>{results}</testCase>
</testCases>"""


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """Return a kit of one level with one suite."""
    suite = tmp_path / "compliance-level-3" / "0001-small"
    suite.mkdir(parents=True)
    java = '<businessKnowledgeModel id="j" name="j"><encapsulatedLogic kind="Java"/></businessKnowledgeModel>'
    body = given("a", "number") + java
    for name, text in {
        "right": "a + 1",
        "wrong": "a",
        "null": "null + a",
        "error": "nofunction(a)",
        "list": "[a, {b: a}]",
    }.items():
        body += decision(name, literal(text), needs("input:a"))
    body += decision("foreign", literal("j()"), needs("knowledge:j"))
    (suite / "kit.dmn").write_text(f"{HEAD}{body}</definitions>")
    results = "".join(
        result(name, '<value xsi:type="xsd:decimal">3</value>') for name in ("right", "wrong", "null", "error")
    )
    two = '<value xsi:type="xsd:decimal">2</value>'
    results += result("list", f'<list><item>{two}</item><item><component name="b">{two}</component></item></list>')
    results += result("null", '<value xsi:nil="true"/>') + result("foreign", '<value xsi:nil="true"/>')
    (suite / "kit.xml").write_text(CASES.format(results=results))
    return tmp_path


def result(name: str, value: str) -> str:
    """Return what a test case expects of a decision."""
    return f'<resultNode name="{name}" type="decision"><expected>{value}</expected></resultNode>'


def test_each_result_counts_once_under_its_outcome(kit: Path) -> None:
    report = tck.score(kit).as_json()

    counts = {key: report[key] for key in ("total", "passed", "wrong", "null", "error", "skipped")}
    assert counts == {"total": 6, "passed": 3, "wrong": 1, "null": 1, "error": 1, "skipped": 1}
    assert (report["nonnull_total"], report["nonnull_passed"]) == (5, 2)
    assert set(report["suites"]) == {"0001-small"}  # type: ignore[call-overload]


def test_failures_say_what_was_expected_and_found(kit: Path) -> None:
    failures = {failure.node: failure for failure in tck.score(kit).failures}

    assert failures.keys() == {"wrong", "null", "error"}
    assert (failures["wrong"].expected, failures["wrong"].actual) == (3, 2)
