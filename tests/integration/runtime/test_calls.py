"""Called processes and sub-processes: which one is called, what it is given, and what it gives back."""

import pytest

from tests.diagrams import category, extensions, times
from tests.integration.runtime.walking import Walker

OTHERS = "".join(
    f'<bpmn:process id="{name}" isExecutable="true"><bpmn:userTask id="{name}_ask" name="Ask"/></bpmn:process>'
    for name in ("visit", "write")
)


@pytest.fixture(params=["kept in memory", "restarted before each step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "restarted before each step")


def calling(process: str, mappings: str = "", more: str = "", *, file: bool = False) -> dict[str, bytes]:
    called = f"<zeebe:calledElement processId='{process}'/><zeebe:ioMapping>{mappings}</zeebe:ioMapping>"
    flows, inside = "start > how > call:call > after > end", {"call": extensions(called) + more}
    if not file:
        return category(flows, inside=inside, roots=OTHERS)
    other = category("start > x")["sample.bpmn"].split(b"<bpmn:process")[0] + OTHERS.encode() + b"</bpmn:definitions>"
    return category(flows, inside=inside, files={"others.bpmn": other})


def given(source: str, target: str) -> str:
    return f'<zeebe:input source="{source}" target="{target}"/>'


def back(source: str, target: str) -> str:
    return f'<zeebe:output source="{source}" target="{target}"/>'


@pytest.mark.parametrize("file", [False, True], ids=["in the same file", "in another file"])
def test_the_process_that_is_called_may_be_worked_out(file: bool, restarts: bool) -> None:
    files = calling("=how", file=file)

    for name in ("visit", "write"):
        walker = Walker(files, restarts=restarts)
        assert walker.do("how", how=name).open == [f"{name}_ask"]
        assert walker.do(f"{name}_ask").open == ["after"]


def test_a_name_that_no_process_has_is_an_incident_that_a_correction_cures(restarts: bool) -> None:
    called = extensions('<zeebe:calledElement processId="=how"/>')
    flows = "start > both+ > how > call:call > after ; both+ > other"
    walker = Walker(category(flows, inside={"call": called}, roots=OTHERS), restarts=restarts)
    walker.do("how", how="swim")
    assert walker.failed_at == ["call"]
    assert walker.failures == [
        "=how names the process “swim”, which this category does not have. It has “sample”, “visit”, “write”."
    ]

    walker.change(how="visit")
    assert walker.do("other").open == [], "it waits until somebody retries it"
    walker.retry()

    assert walker.seen.open == ["visit_ask"]
    assert walker.do("visit_ask").open == ["after"]
    assert walker.do("after").completed


def test_what_is_given_is_known_inside_alone_and_what_comes_back_is_a_field(restarts: bool) -> None:
    mappings = given("=rent * 2", "limit") + given("fixed", "word") + back("=limit + 1", "result")
    walker = Walker(calling("visit", mappings), restarts=restarts)
    walker.do("how", rent=10)
    (token,) = walker.tokens("visit_ask")
    assert (token.data["limit"], token.data["word"]) == (20, "fixed")

    walker.do("visit_ask", limit=30, other=7)

    document = walker.instance.document
    assert (document.get("result"), document.get("limit"), document.get("other")) == (31, None, 7)
    (token,) = walker.tokens("after")
    assert token.data == {}


def test_an_input_that_fails_is_an_incident_of_the_call_and_the_answer_before_it_stands(restarts: bool) -> None:
    walker = Walker(calling("visit", given("=rent +", "limit")), restarts=restarts)

    walker.do("how", rent=10)

    assert (walker.failed_at, walker.seen.open) == (["call"], [])
    assert walker.instance.document.get("rent") == 10


def test_a_sub_process_has_names_of_its_own_too(restarts: bool) -> None:
    mapping = extensions(f"<zeebe:ioMapping>{given('=rent * 2', 'limit')}{back('=limit', 'result')}</zeebe:ioMapping>")
    inside = f'{mapping}<bpmn:userTask id="a"/><bpmn:userTask id="b"/>'
    walker = Walker(category("start > how > inner:subProcess > after", inside={"inner": inside}), restarts=restarts)
    walker.do("how", rent=4)

    walker.do("a")
    walker.do("b")

    assert walker.instance.document.get("result") == 8 and walker.instance.document.get("limit") is None


@pytest.mark.parametrize("marks", ["", ' isSequential="true"'])
def test_a_call_for_each_item_gives_each_its_own(marks: str, restarts: bool) -> None:
    loop = (
        f"<bpmn:multiInstanceLoopCharacteristics{marks}><bpmn:extensionElements><zeebe:loopCharacteristics "
        'inputCollection="=[1, 2, 3]" inputElement="item" outputCollection="all" outputElement="=given"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )
    walker = Walker(calling("visit", given("=item * 10", "given"), loop), restarts=restarts)
    walker.do("how")

    while walker.tokens("visit_ask"):
        walker.do("visit_ask")

    assert walker.seen.open == ["after"]
    assert walker.instance.document.get("all") == [10, 20, 30]


def test_a_name_that_is_known_outside_is_hidden_inside_and_back_afterwards(restarts: bool) -> None:
    mapping = extensions(f"<zeebe:ioMapping>{given('=item * 10', 'item')}</zeebe:ioMapping>")
    outer = f'{{}}<bpmn:subProcess id="deep">{mapping}<bpmn:userTask id="a"/></bpmn:subProcess>'
    more = '<bpmn:userTask id="b"/><bpmn:sequenceFlow id="x" sourceRef="deep" targetRef="b"/>'
    loop = (
        times(1)
        .replace(
            "<bpmn:loopCardinality>",
            '<bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[7]" inputElement="item"/>'
            "</bpmn:extensionElements><bpmn:loopCardinality>",
        )
        .replace("<bpmn:loopCardinality>=1</bpmn:loopCardinality>", "")
    )
    files = category("start > inner:subProcess > after", inside={"inner": outer.format(loop) + more})
    walker = Walker(files, restarts=restarts)
    assert walker.tokens("a")[0].data["item"] == 70

    walker.do("a")

    assert walker.tokens("b")[0].data["item"] == 7
