"""`casewright rules`: the time limits in force, as a table, as JSON, and as their text."""

import json

from tests.factories import ROOT
from tests.integration.cli.conftest import Command

COMPLAINT = ROOT / "processes" / "complaint"


def test_the_rules_in_force_are_shown_in_words_as_json_and_as_text(command: Command) -> None:
    command("deploy", str(COMPLAINT), "--json")

    shown = command("rules", "complaint")
    lines = [json.loads(line) for line in command("rules", "--json").out.splitlines()]
    text = command("rules", "complaint", "--text")

    assert "within 5 working days from when the complaint was received" in shown.out
    assert {line["source"] for line in lines} == {"complaint", "common"}
    assert {"rule", "edition", "words", "citation", "link", "in_force_from"} <= set(lines[0])
    assert text.out == (COMPLAINT / "rules.toml").read_text("utf-8")


def test_a_source_that_is_none_and_a_text_of_nothing_are_refused(command: Command) -> None:
    command("deploy", str(COMPLAINT), "--json")

    assert command("rules", "nothing").code == 1
    assert command("rules", "--text").code == 2


def test_the_common_rules_are_checked_as_a_file(command: Command) -> None:
    checked = command("check", str(ROOT / "processes" / "common"), "--json")

    assert checked.code == 0
    assert [fault for fault in json.loads(checked.out)["faults"] if fault["severity"] == "error"] == []
