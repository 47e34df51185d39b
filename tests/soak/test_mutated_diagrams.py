"""Ten thousand damaged diagrams: none is more than a report, none takes long, and what is repaired is native again."""

import random
import re
import time
from collections.abc import Iterator

import pytest

from engine.definitions.examining import examine, examine_repaired
from tests.unit.definitions.importing.test_layout import DRAWINGS
from tests.unit.definitions.importing.test_repairing import DEFECTS

SEED, MANY, LONGEST = 20, 10_000, 2.0  # seconds of the processor for one diagram
WORDS = ["", "x", "ask", "end", "=", "=a", "=((", "${a}", "P1D", "&", "<", '"', "true", "tns:ask", "\x00", "é" * 300]


@pytest.mark.soak
def test_no_damage_is_more_than_a_report() -> None:
    slowest = 0.0
    for number, content in enumerate(damaged(random.Random(SEED))):
        began = time.process_time()
        try:
            examine({"a.bpmn": content}, is_lone=True)
            report, made = examine_repaired({"a.bpmn": content}, is_lone=True)
        except Exception as error:
            raise AssertionError(f"diagram {number} of seed {SEED}: {content[:2000]!r}") from error
        slowest = max(slowest, time.process_time() - began)
        assert slowest < LONGEST, f"diagram {number} of seed {SEED}"
        if "a.bpmn" in made:
            again, _ = examine_repaired(made, is_lone=True)
            assert {f.code for f in report.files[0].errors} >= {f.code for f in again.files[0].errors}


def damaged(chance: random.Random) -> Iterator[bytes]:
    """Yield sound and defective diagrams with one to four things broken in each."""
    seeds = [text.encode() for text in DEFECTS.values()]
    seeds += [content for name, content in DRAWINGS.items() if name != "the complaint"]
    for _ in range(MANY):
        content = chance.choice(seeds)
        for _ in range(chance.randint(1, 4)):
            content = chance.choice(DAMAGES)(content, chance)
        yield content


def _cut(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) or 1)
    return content[:at] + content[at + chance.choice((1, 5, 40, 100_000)) :]


def _exchange_value(content: bytes, chance: random.Random) -> bytes:
    found = list(re.finditer(rb'="([^"]*)"', content))
    if not found:
        return content
    one = chance.choice(found)
    other = chance.choice([chance.choice(WORDS).encode(), chance.choice(found).group(1)])
    return content[: one.start(1)] + other + content[one.end(1) :]


def _exchange_tags(content: bytes, chance: random.Random) -> bytes:
    tags = sorted(set(re.findall(rb"<bpmn:(\w+)", content)))
    if len(tags) < 2:
        return content
    one, other = chance.sample(tags, 2)
    return re.sub(rb"(</?bpmn:)%s\b" % one, rb"\1" + other, content, count=chance.choice((0, 2)))


def _drop_attribute(content: bytes, chance: random.Random) -> bytes:
    found = list(re.finditer(rb' [\w:]+="[^"]*"', content))
    one = chance.choice(found) if found else None
    return content[: one.start()] + content[one.end() :] if one else content


def _repeat_element(content: bytes, chance: random.Random) -> bytes:
    found = list(re.finditer(rb"<bpmn:(\w+)[^>]*?(?:/>|>.*?</bpmn:\1>)", content))
    one = chance.choice(found) if found else None
    if one is None:
        return content
    at = chance.choice(found).start()
    return content[:at] + one.group(0) + content[at:]


DAMAGES = (_cut, _exchange_value, _exchange_value, _exchange_tags, _drop_attribute, _repeat_element)
