"""`casewright feel`: an expression is tried from the command line, with values and faults where they stand."""

from pathlib import Path

import pytest

from tests.integration.cli.conftest import Command


@pytest.fixture
def context(tmp_path: Path) -> str:
    """A file of values, one of them under a name of two words."""
    path = tmp_path / "context.json"
    path.write_text('{"arrears": 705.10, "tenant name": "Ann", "payments": [10, 20.5], "born": "1961-04-02"}')
    return str(path)


@pytest.mark.parametrize(
    ("expression", "shown", "sort", "value"),
    [
        ("= arrears * 2", "1410.20", "number", 1410.20),
        ('tenant name + "!"', '"Ann!"', "string", "Ann!"),
        ("sum(payments) > 30", "true", "boolean", True),
        ("date(born)", "1961-04-02", "date", "1961-04-02"),
        ("payments", "[10, 20.5]", "list<number>", [10, 20.5]),
        (
            '{a: 1, due: @"P14D"}',
            "{a: 1, due: P14D}",
            "context<a: number, due: days and time duration>",
            {"a": 1, "due": "P14D"},
        ),
        ('[1, "a", null]', '[1, "a", null]', "list<Any>", [1, "a", None]),
        ('add working days(@"2026-12-24", 1)', "2026-12-29", "date", "2026-12-29"),
    ],
)
def test_a_value_is_shown_with_its_type(
    command: Command, context: str, expression: str, shown: str, sort: str, value: object
) -> None:
    for_people = command("feel", expression, "--context", context)
    for_scripts = command("feel", expression, "--context", context, "--json")

    assert (for_people.code, for_people.out) == (0, f"{shown}    {sort}\n")
    assert for_scripts.facts == {"value": value, "type": sort, "shown": shown, "warnings": []}


def test_what_came_to_null_says_why_and_where(command: Command) -> None:
    outcome = command("feel", "1 +\n  rent", "--json")

    assert outcome.code == 0
    assert (outcome.facts["value"], outcome.facts["type"]) == (None, "null")
    first = outcome.facts["warnings"][0]  # type: ignore[index]
    assert (first["line"], first["column"]) == (2, 3)
    assert "rent" in first["message"]
    assert "! Line 2, column 3: `rent` is not known here." in command("feel", "1 +\n  rent").out


@pytest.mark.parametrize(
    ("expression", "line", "column", "said"),
    [
        ("1 +\n+", 2, 1, ""),
        ("fly(1)", 1, 1, "fly"),
        ('due("complaint.stage1_response", today())', 1, 1, "due"),
        ("for x in 1..1000000000 return x", 1, 1, "stopped after 100,000 steps"),
    ],
)
def test_an_expression_that_cannot_be_used_is_refused_at_its_place(
    command: Command, expression: str, line: int, column: int, said: str
) -> None:
    outcome = command("feel", expression, "--json")

    fault = outcome.facts["error"]
    assert outcome.code == 1
    assert (fault["line"], fault["column"]) == (line, column)  # type: ignore[index]
    assert said in fault["message"]  # type: ignore[index]
    assert command("feel", expression).out.startswith(f"✗ Line {line}, column {column}: ")


def test_a_function_that_refuses_its_argument_says_so_in_a_sentence(command: Command) -> None:
    outcome = command("feel", 'working days("soon", today())', "--json")

    assert outcome.code == 1
    assert outcome.facts["error"]["message"] == "“soon” is not a date."  # type: ignore[index]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "is not JSON"),
        ("[1]", "must hold a JSON object"),
        ("[" * 100_000, "is not JSON"),
        (b'{"a": "\xff"}', "is not JSON"),
    ],
)
def test_a_context_that_cannot_be_read_is_one_sentence(
    command: Command, tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    outcome = command("feel", "1", "--context", str(path))

    assert outcome.code == 1
    assert sentence in outcome.err
    assert "Traceback" not in outcome.err
