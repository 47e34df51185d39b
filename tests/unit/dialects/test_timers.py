"""Times of timers: ISO 8601 stays, crons and expressions and short forms are translated."""

from datetime import UTC, datetime

import pytest

from engine import feel
from engine.clocks import timing
from engine.definitions.dialects import cron
from engine.definitions.dialects.expressions.nodes import Unsure
from engine.definitions.xml import NAMESPACES
from engine.instants import frozen_at
from tests.unit.dialects.diagrams import codes, drawn, translated

SATURDAY = datetime(2026, 11, 28, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 5 16 * * ?", "R/2026-11-29T16:05:00/P1D"),
        ("0 5 19 * * ?", "R/2026-11-28T19:05:00/P1D"),
        ("5 19 * * *", "R/2026-11-28T19:05:00/P1D"),
        ("0 0 9 ? * MON", "R/2026-11-30T09:00:00/P7D"),
        ("0 0 9 ? * 7", "R/2026-12-05T09:00:00/P7D"),
        ("0 9 * * 6", "R/2026-12-05T09:00:00/P7D"),
        ("0 0 19 ? * SAT", "R/2026-11-28T19:00:00/P7D"),
        ("0 0 9 1 * ?", "R/2026-12-01T09:00:00/P1M"),
        ("0 0 9 28 * ?", "R/2026-12-28T09:00:00/P1M"),
        ("0 0/5 * * * ?", "R/PT5M"),
        ("*/10 * * * * *", "R/PT10S"),
        ("0 0 * * * ?", "R/PT1H"),
        ("* * * * *", "R/PT1M"),
    ],
)
def test_a_cron_is_a_repetition_from_when_it_would_next_fire(text: str, expected: str) -> None:
    found = cron.cycle(text)

    with frozen_at(SATURDAY):
        value = feel.compile(found[1:]).evaluate({}) if found.startswith("=") else found
    assert value == expected
    assert timing.cycle(value).rounds is None


@pytest.mark.parametrize(
    "text",
    ["0 0 9 ? * MON-FRI", "0 0 9 L * ?", "0 0 9 1/5 * ?", "0 0 0 1 1 ? 2020", "0 0/7 * * * ?", "0 0 25 * * ?"],
)
def test_a_cron_that_no_repetition_says_is_not_certain(text: str) -> None:
    with pytest.raises(Unsure):
        cron.cycle(text)


def timer(kind: str, text: str, *prefixes: str) -> tuple[str, list[tuple[str, str]]]:
    """Return what the time of a timer becomes, and the faults."""
    catch = (
        f'<intermediateCatchEvent id="c"><timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>'
        "</intermediateCatchEvent>"
    )
    root, told = translated(drawn(catch, *prefixes))
    return root.findtext(f".//bpmn:{kind}", namespaces=NAMESPACES) or "", codes(told)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("timeDuration", "P3D", "P3D"),
        ("timeDuration", "=duration(x)", "=duration(x)"),
        ("timeDuration", "${wait}", "=wait"),
        ("timeDuration", "PT${hours}H", '=string join(["PT", string(hours), "H"])'),
        ("timeCycle", "R3/PT${h}H", '=string join(["R3/PT", string(h), "H"])'),
        ("timeDate", "${dateTime().plusDays(3).toDate()}", '=now() + duration("P3D")'),
        ("timeDate", "PT5M", '=now() + duration("PT5M")'),
        (
            "timeDate",
            "${delay != null ? delay : 'PT1S'}",
            '=if delay != null then delay else now() + duration("PT1S")',
        ),
        ("timeDate", "${dateTime().plusWeeks(2).toDate()}", '=now() + duration("P14D")'),
        ("timeDuration", '"PT1S"', "PT1S"),
        ("timeDuration", "timedelta(days=2)", '=duration("P2D")'),
        ("timeDuration", "5m", "PT5M"),
        ("timeDuration", "1d 2h 500ms", "P1DT2H0.5S"),
        ("timeDuration", "1w", "P7D"),
        ("timeCycle", "0 0/5 * * * ?", "R/PT5M"),
    ],
)
def test_the_time_of_a_timer(kind: str, text: str, expected: str) -> None:
    assert timer(kind, text) == (expected, [])


@pytest.mark.parametrize("text", ["please wait five seconds", "${bean.when()}", "0 0 9 ? * MON-FRI", "'soon'"])
def test_a_time_that_is_not_certain_stays_and_is_told(text: str) -> None:
    assert timer("timeCycle", text) == (text, [("c", "untranslated-time")])
