"""Times of timers: ISO 8601 stays, crons and expressions and short forms are translated."""

import pytest

from engine.definitions.dialects import cron
from engine.definitions.dialects.expressions.nodes import Unsure
from engine.definitions.xml import NAMESPACES
from tests.unit.dialects.diagrams import codes, drawn, translated


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 5 16 * * ?", "0 5 16 * * ?"),
        ("5 19 * * *", "0 5 19 * * *"),
        ("0 0 9 ? * mon-fri", "0 0 9 ? * MON-FRI"),
        ("0 0 9 ? * 7", "0 0 9 ? * SAT"),
        ("0 0 9 ? * 2-6", "0 0 9 ? * MON-FRI"),
        ("0 9 * * 6", "0 0 9 * * SAT"),
        ("0 9 * * 0,7", "0 0 9 * * SUN,SUN"),
        ("0 15 10 ? * 6L", "0 15 10 ? * FRIL"),
        ("0 15 10 ? * 6#3", "0 15 10 ? * FRI#3"),
        ("0 0/5 * * * ? *", "0 0/5 * * * ? *"),
    ],
)
def test_a_cron_gets_six_fields_and_names_for_its_weekdays(text: str, expected: str) -> None:
    assert cron.cycle(text) == expected


@pytest.mark.parametrize("text", ["0 0 25 * * ?", "0 0 9 LW * ?", "0 0 10 15W * ?", "99 * * * *", "soon", "P1D"])
def test_a_cron_that_the_platform_cannot_read_is_not_certain(text: str) -> None:
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
        ("timeCycle", "0 0/5 * * * ?", "0 0/5 * * * ?"),
        ("timeCycle", "0 0 9 ? * 2-6", "0 0 9 ? * MON-FRI"),
    ],
)
def test_the_time_of_a_timer(kind: str, text: str, expected: str) -> None:
    assert timer(kind, text) == (expected, [])


@pytest.mark.parametrize("text", ["please wait five seconds", "${bean.when()}", "0 0 9 LW * ?", "'soon'"])
def test_a_time_that_is_not_certain_stays_and_is_told(text: str) -> None:
    assert timer("timeCycle", text) == (text, [("c", "untranslated-time")])
