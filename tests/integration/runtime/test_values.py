"""What a case may not keep is refused with a sentence, whether a person, an expression or a message brings it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import Invalid
from engine.feel.values import YearsMonths
from engine.runtime.typing import storable
from models.database import from_json, to_json
from tests.diagrams import category, extensions
from tests.effort import effort_below
from tests.integration.runtime.walking import Walker

NOT_KEPT = {
    "NUL, which PostgreSQL refuses": "a\0b",
    "half of a surrogate pair": "\ud800",
    "NUL in a name": {"a\0": 1},
    "not a number": Decimal("NaN"),
    "infinity": Decimal("-Infinity"),
    "a float that is not a number": float("nan"),
    "more digits than Python writes": 10**5000,
    "a number too small": Decimal("1e-5000"),
    "forty lists in each other": eval("[" * 40 + "]" * 40),
    "an object": object(),
}


@pytest.mark.parametrize("value", NOT_KEPT.values(), ids=NOT_KEPT.keys())
def test_a_value_that_cannot_be_kept_is_refused_and_the_case_stays(value: Any) -> None:
    walker = Walker(category("start > ask > end"))

    with pytest.raises(Invalid):
        walker.do("ask", good=1, bad=value)

    assert walker.tokens("ask")
    assert not walker.instance.document.has("good")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (1.5, Decimal("1.5")),
        (Decimal("3.00"), 3),
        (True, True),
        (10**400, 10**400),
        (YearsMonths(1), "P1M"),
        (YearsMonths(-14), "-P1Y2M"),
        (YearsMonths(0), "P0M"),
        (timedelta(days=1, hours=2), "P1DT2H"),
        ("Zoë 🏠", "Zoë 🏠"),
    ],
)
def test_a_value_comes_back_from_the_database_as_it_was_kept(value: Any, kept: Any) -> None:
    assert from_json(to_json(storable(value))) == kept


def test_a_value_that_is_small_in_memory_and_huge_when_written_is_refused() -> None:
    value: list[Any] = [1, 1]
    for _ in range(28):
        value = [value, value]

    with pytest.raises(Invalid, match="more than 500,000 parts"):
        storable(value)


@pytest.mark.parametrize("name", ["case", "person", "today", "loop"])
def test_a_reserved_name_for_a_result_is_an_incident(name: str) -> None:
    script = extensions(f'<zeebe:script expression="=1" resultVariable="{name}"/>')

    walker = Walker(category("start > count:script > end", inside={"count": script}))

    assert walker.failures == [f"“{name}” is a reserved name."]


@pytest.mark.parametrize("where", ["outputCollection", "output mapping"])
def test_a_reserved_name_to_gather_in_stops_the_step_before_it_is_over(where: str) -> None:
    mapping = extensions('<zeebe:ioMapping><zeebe:output source="=1" target="case"/></zeebe:ioMapping>')
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics "
        'inputCollection="=[1]" inputElement="n" outputCollection="case" outputElement="=n"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )
    walker = Walker(category("start > ask > end", inside={"ask": mapping if where == "output mapping" else loop}))

    walker.do("ask")

    assert walker.failures == ["“case” is a reserved name."]
    assert not walker.seen.completed


def test_a_loop_keeps_to_the_items_that_it_began_with() -> None:
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:extensionElements><zeebe:loopCharacteristics '
        'inputCollection="=works" inputElement="work" outputCollection="done" outputElement="=work"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )
    walker = Walker(category("start > ask > each > end", inside={"each": loop}), restarts=True)
    walker.do("ask", works=["roof", "door"])

    walker.instance.document.put("works", [])
    walker.do("each")
    walker.do("each")

    assert walker.seen.completed
    assert walker.instance.document.get("done") == ["roof", "door"]


def test_an_answer_under_the_name_of_an_item_is_kept_on_the_case_once_the_loop_is_over() -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics "
        'inputCollection="=[1]" inputElement="cost"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>'
    )
    walker = Walker(category("start > each > ask > end", inside={"each": loop}))
    walker.do("each")

    walker.do("ask", cost=70)

    assert walker.instance.document.get("cost") == 70


def test_three_thousand_items_are_done_with_little_effort() -> None:
    for is_sequential in ("true", "false"):
        loop = (
            f'<bpmn:multiInstanceLoopCharacteristics isSequential="{is_sequential}"><bpmn:extensionElements>'
            '<zeebe:loopCharacteristics inputCollection="=for i in 1..3000 return i" inputElement="n" '
            'outputCollection="out" outputElement="=n * 2"/></bpmn:extensionElements>'
            "</bpmn:multiInstanceLoopCharacteristics>"
        )
        step = extensions('<zeebe:script expression="=n"/>')

        with effort_below(120):
            walker = Walker(category("start > each:script > after > end", inside={"each": step + loop}))

        assert walker.seen.open == ["after"]
        assert walker.instance.document.get("out")[-1] == 6_000
        assert len(walker.snapshot()) < 1_000
