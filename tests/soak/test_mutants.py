"""Ten thousand diagrams, broken at random, checked and played in the limited child processes."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.definitions.checking import check_files
from engine.playing import Options
from engine.playing.files import play_files
from tests.integration.playing.test_mutants import is_told
from tests.mutants import mutants

MUTANTS = 10_000
LIMITS = (  # what a child that broke is told as
    "too long", "too much memory", "too deeply to be played", "found them nested", "unexpectedly", "failed (",
)  # fmt: skip


@pytest.mark.soak
def test_ten_thousand_mutants_neither_break_nor_hold_up_a_child(capsys: pytest.CaptureFixture[str]) -> None:
    began_at = time.monotonic()
    with ThreadPoolExecutor(2) as threads:
        ends = list(threads.map(_judge, range(MUTANTS), mutants(MUTANTS, seed=2026)))

    faults = [fault for _, fault in ends if fault]
    with capsys.disabled():
        counted = dict(Counter(outcome for outcome, _ in ends))
        print(f"\n{MUTANTS:,} mutants in {time.monotonic() - began_at:.0f} s: {counted}, {len(faults)} faults")
    assert faults == []


def _judge(number: int, content: bytes) -> tuple[str, str]:
    """Check and play a mutant, repaired or as it is in turns; return how it ended, and what is wrong with that."""
    report = check_files({"sample.bpmn": content}, is_lone=True)
    sentences = [fault.message for _, fault in report.faults]
    played = play_files({"sample.bpmn": content}, "sample.bpmn", Options(steps=60, repair=number % 2 == 1))
    broken = [said for said in (*sentences, played.reason) if any(limit in said for limit in LIMITS)]
    if broken:
        return played.outcome, f"mutant {number}: {broken[0]}"
    silent = [fault.code for _, fault in report.faults if not (fault.message and fault.remedy)]
    if silent or not is_told(played):
        return played.outcome, f"mutant {number}: {silent or played}"
    return played.outcome, ""
