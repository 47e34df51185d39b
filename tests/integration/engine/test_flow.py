"""How tokens move: choices, parallel branches, loops, sub-processes, items; the same when each step is restarted."""

import pytest

from tests.diagrams import category, extensions
from tests.integration.engine.conftest import Drive

LOOP = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
    '<zeebe:loopCharacteristics inputCollection="=works" inputElement="work" '
    'outputCollection="costs" outputElement="=cost"/>'
    "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
)


@pytest.fixture(params=["kept in memory", "restarted before each step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "restarted before each step")


def _do(driver, restarts: bool, *elements: str, **answers) -> None:
    for element in elements:
        if restarts:
            driver.restart()
        driver.do(element, **answers)


def test_a_choice_follows_the_answer(drive: Drive, restarts: bool) -> None:
    driver = drive(category("start > ask > big? ; big? -[rent > 100]-> dear > end ; big? > cheap > end"))

    _do(driver, restarts, "ask", rent=150)

    assert driver.open() == ["dear"]


def test_a_field_that_was_corrected_later_is_seen_by_the_next_choice(drive: Drive, restarts: bool) -> None:
    driver = drive(category("start > ask > check > big? ; big? -[rent > 100]-> dear > end ; big? > cheap > end"))
    _do(driver, restarts, "ask", rent=50)

    _do(driver, restarts, "check", rent=500)

    assert driver.open() == ["dear"]


def test_parallel_branches_keep_each_others_answers_and_join_once(drive: Drive, restarts: bool) -> None:
    driver = drive(category("start > fork+ ; fork+ > left > join+ ; fork+ > right > join+ ; join+ > after > end"))
    assert driver.open() == ["left", "right"]

    _do(driver, restarts, "left", a=1)
    assert driver.open() == ["right"]
    _do(driver, restarts, "right", b=2)

    assert driver.open() == ["after"]
    _do(driver, restarts, "after")
    assert driver.case.status == "closed"


def test_a_loop_comes_back_until_its_condition_holds(drive: Drive, restarts: bool) -> None:
    driver = drive(category("start > ask > again? ; again? -[done = true]-> end ; again? > ask"))

    sizes = []
    for _ in range(60):
        _do(driver, restarts, "ask", done=False)
        sizes.append(driver.snapshot_size())

    assert max(sizes[30:]) <= max(sizes[:30]) + 32
    _do(driver, restarts, "ask", done=True)
    assert driver.case.status == "closed"


def test_a_branch_that_waits_does_not_hinder_a_loop_beside_it(drive: Drive, restarts: bool) -> None:
    driver = drive(
        category(
            "start > fork+ ; fork+ > wait > join+ ; fork+ > ask > again? ; again? -[done = true]-> join+ ; "
            "again? > ask ; join+ > after > end"
        )
    )
    for _ in range(60):
        _do(driver, restarts, "ask", done=False)
    _do(driver, restarts, "ask", done=True)

    _do(driver, restarts, "wait")

    assert driver.open() == ["after"]


def test_each_item_of_a_list_is_done_once_and_gives_its_result(drive: Drive, restarts: bool) -> None:
    files = category(
        "start > ask > each > after > end",
        inside={
            "each": LOOP + extensions('<zeebe:ioMapping><zeebe:input source="=null" target="cost"/></zeebe:ioMapping>')
        },
    )
    files["sample.bpmn"] = (
        files["sample.bpmn"]
        .replace(LOOP.encode() + b"<bpmn:ext", b"<bpmn:ext")
        .replace(
            b"</bpmn:extensionElements></bpmn:userTask>",
            b"</bpmn:extensionElements>" + LOOP.encode() + b"</bpmn:userTask>",
        )
    )
    driver = drive(files)
    _do(driver, restarts, "ask", works=[{"name": "roof"}, {"name": "door"}])
    assert driver.open() == ["each", "each"]

    _do(driver, restarts, "each", cost=70)
    _do(driver, restarts, "each", cost=30)

    assert driver.open() == ["after"]
    from engine import reading

    with driver.factories.transaction() as session:
        assert reading.open_case(session, driver.started.id).stored()["costs"] == [70, 30]


def test_a_sub_process_runs_inside_its_case(drive: Drive, restarts: bool) -> None:
    inner = (
        '<bpmn:startEvent id="in_start"/><bpmn:userTask id="inner"/><bpmn:endEvent id="in_end"/>'
        '<bpmn:sequenceFlow id="i1" sourceRef="in_start" targetRef="inner"/>'
        '<bpmn:sequenceFlow id="i2" sourceRef="inner" targetRef="in_end"/>'
    )
    driver = drive(category("start > part:subProcess > after > end", inside={"part": inner}))
    assert driver.open() == ["inner"]

    _do(driver, restarts, "inner", a=1)

    assert driver.open() == ["after"]


def test_a_loop_of_many_laps_stays_small(drive: Drive) -> None:
    driver = drive(
        category(
            "start > ask > again? ; again? -[done = true]-> end ; again? > count:script > ask",
            inside={"count": extensions('<zeebe:script expression="=lap + 1" resultVariable="lap"/>')},
        ),
        lap=0,
    )

    for _ in range(400):  # stock SpiffWorkflow stops seeing its tasks at lap 333
        driver.do("ask", done=False)

    assert driver.snapshot_size() < 1_000
    driver.do("ask", done=True)
    assert driver.case.status == "closed"


def test_a_decision_of_the_category_gives_the_field_that_the_next_choice_reads(drive: Drive) -> None:
    table = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" namespace="n" name="priority" id="d">'
        '<decision id="priority" name="priority"><decisionTable id="t" hitPolicy="UNIQUE">'
        '<input id="i"><inputExpression id="e" typeRef="number"><text>arrears</text></inputExpression></input>'
        '<output id="o" name="priority" typeRef="string"/>'
        '<rule id="r1"><inputEntry id="a"><text>&lt;= 100</text></inputEntry>'
        '<outputEntry id="b"><text>"low"</text></outputEntry></rule>'
        '<rule id="r2"><inputEntry id="c"><text>&gt; 100</text></inputEntry>'
        '<outputEntry id="f"><text>"high"</text></outputEntry></rule>'
        "</decisionTable></decision></definitions>"
    )
    driver = drive(
        category(
            'start > sort:decide > urgent? ; urgent? -[priority = "high"]-> visit > end ; urgent? > write > end',
            inside={"sort": extensions('<zeebe:calledDecision decisionId="priority" resultVariable="priority"/>')},
            files={"priority.dmn": table.encode()},
        ),
        arrears=250,
    )

    assert driver.open() == ["visit"]
