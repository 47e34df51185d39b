"""Broken diagrams are checked and played without an error, without a hang, and none is stuck without a word."""

from collections.abc import Mapping

import pytest

from engine.definitions.examining import examine
from engine.playing.plays import play
from engine.playing.report import Options, Report
from tests.effort import effort_below
from tests.mutants import mutants

FEW = Options(steps=60, seconds=5.0)


@pytest.mark.parametrize("repair", [False, True], ids=["as it is", "repaired"])
def test_mutants_are_told_of_and_end_in_a_named_way(repair: bool) -> None:
    for number, content in enumerate(mutants(36, seed=7 + repair)):
        judge(number, content, Options(steps=60, seconds=5.0, repair=repair))


def judge(number: int, content: bytes, options: Options) -> str:
    """Check and play a mutant; return how it ended. What is wrong is told with the mutant's number."""
    files: Mapping[str, bytes] = {"sample.bpmn": content}
    try:
        with effort_below(120):
            report = examine(files, is_lone=True)
            played = play(files, "sample.bpmn", options)
    except Exception as error:
        raise AssertionError(f"mutant {number}: {error!r}\n{content.decode(errors='replace')}") from error
    assert all(fault.message and fault.remedy for _, fault in report.faults), (number, report)
    assert is_told(played), (number, played, content)
    return played.outcome


def is_told(played: Report) -> bool:
    """Say whether a report tells by name why a play did not come to its end."""
    if played.outcome == "completed":
        return played.reason == ""
    names_element = bool(played.element) or played.outcome in ("refused", "nothing_executable")
    return bool(played.reason) and names_element
