"""Every place of a diagram that holds an expression: it is FEEL, on values typed by their fields, and never Python."""

from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock
from xml.sax.saxutils import escape, quoteattr

import pytest
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import TaskDataEnvironment

from engine.errors import EngineError
from tests.diagrams import category, extensions, timer
from tests.integration.runtime.walking import Walker
from tests.unit.definitions.files import form

Files = dict[str, bytes]
SENT = (
    '<bpmn:message id="m" name="paid"><bpmn:extensionElements><zeebe:subscription correlationKey={key}/>'
    "</bpmn:extensionElements></bpmn:message>"
)
DECISION = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="d" namespace="d" id="d">'
    '<decision id="d" name="d">{logic}</decision></definitions>'
)
TABLE = (
    "<decisionTable><input><inputExpression><text>{text}</text></inputExpression></input><output/><rule>"
    "<inputEntry><text>{cell}</text></inputEntry><outputEntry><text>{conclusion}</text></outputEntry></rule>"
    "</decisionTable>"
)


def drawn(flows: str, **more: object) -> Files:
    """Return a category with a form that gives `received_on` (a date) and `rent` (a number)."""
    files = {"ask.form": form(), **more.pop("files", {})}  # type: ignore[dict-item]
    return category(flows, files=files, **more)  # type: ignore[arg-type]


def condition(text: str) -> Files:
    return drawn(f"start > which? > end ; which? -[{text}]-> yes > end_yes")


def timed(text: str, kind: str) -> Files:
    return drawn("start > ask > end ; late > end_late", boundary=timer("t", "ask", "late", **{kind: f"={text}"}))


def awaited(text: str) -> Files:
    catch = {"paid": '<bpmn:messageEventDefinition messageRef="m"/>'}
    return drawn(
        "start > paid:intermediateCatchEvent > ask > end", inside=catch, roots=SENT.format(key=quoteattr(f"={text}"))
    )


def script(text: str) -> Files:
    inside = {"work": extensions(f'<zeebe:script expression={quoteattr(f"={text}")} resultVariable="result"/>')}
    return drawn("start > work:script > ask > end", inside=inside)


def loop(**texts: str) -> Files:
    """Return a user task that is done for each item; `texts` are those of its loop."""
    given = {"collection": "[1, 2, 3]", **texts}
    output = (
        f'outputCollection="gathered" outputElement={quoteattr("=" + given["output"])}' if "output" in given else ""
    )
    items = f"<zeebe:loopCharacteristics inputCollection={quoteattr('=' + given['collection'])} {output}/>"
    inner = "" if "cardinality" in given else extensions(items)
    for key, tag in (("cardinality", "loopCardinality"), ("completion", "completionCondition")):
        inner += f"<bpmn:{tag}>{escape('=' + given[key])}</bpmn:{tag}>" if key in given else ""
    marker = f"<bpmn:multiInstanceLoopCharacteristics>{inner}</bpmn:multiInstanceLoopCharacteristics>"
    return drawn("start > each > end", inside={"each": marker})


def decided(logic: str) -> Files:
    called = extensions('<zeebe:calledDecision decisionId="d" resultVariable="result"/>')
    files = {"d.dmn": DECISION.format(logic=logic).encode()}
    return drawn("start > work:decide > ask > end", inside={"work": called}, files=files)


def literal(text: str) -> Files:
    return decided(f"<literalExpression><text>{escape(text)}</text></literalExpression>")


def table(text: str = "1", cell: str = "-", conclusion: str = "1") -> Files:
    return decided(TABLE.format(text=escape(text), cell=escape(cell), conclusion=escape(conclusion)))


def mapped(text: str) -> Files:
    task = f'<zeebe:taskDefinition type="set_fields"/><zeebe:ioMapping><zeebe:input source={quoteattr("=" + text)} '
    return drawn(
        "start > work:service > ask > end", inside={"work": extensions(task + 'target="result"/></zeebe:ioMapping>')}
    )


SITES: dict[str, Callable[[str], Files]] = {
    "the condition of a way out": condition,
    "the date of a timer": lambda text: timed(text, "date"),
    "the duration of a timer": lambda text: timed(text, "duration"),
    "the cycle of a timer": lambda text: timed(text, "cycle"),
    "the correlation key of a message": awaited,
    "a script": script,
    "the collection of a loop": lambda text: loop(collection=text),
    "the cardinality of a loop": lambda text: loop(cardinality=text),
    "the completion condition of a loop": lambda text: loop(completion=text),
    "what each round gives": lambda text: loop(output=text),
    "the logic of a decision": literal,
    "the input of a decision table": lambda text: table(text),
    "a condition of a decision table": lambda text: table(cell=text),
    "a conclusion of a decision table": lambda text: table(conclusion=text),
    "the input of a service": mapped,
}
ATTACKS = (
    '__import__("os").system("touch {marker}")',
    'open("{marker}", "w").write("x")',
    '().__class__.__base__.__subclasses__()[0].__init__.__globals__["sys"].modules["os"].system("touch {marker}")',
    '[x for x in [1] if __import__("os").system("touch {marker}")]',
)


@pytest.fixture(autouse=True)
def no_python() -> Iterator[None]:
    """Fail loudly wherever SpiffWorkflow would evaluate Python."""
    unreachable = AssertionError("SpiffWorkflow evaluates Python")
    with (
        mock.patch.object(TaskDataEnvironment, "evaluate", side_effect=unreachable),
        mock.patch.object(TaskDataEnvironment, "execute", side_effect=unreachable),
        mock.patch.object(PythonScriptEngine, "__init__", side_effect=unreachable),
    ):
        yield


@pytest.mark.parametrize("site", SITES)
def test_python_in_an_expression_is_an_incident_or_refused_and_does_nothing(site: str, tmp_path: Path) -> None:
    marker = tmp_path / "reached"

    for attack in ATTACKS:
        said = ""
        try:
            walker = Walker(SITES[site](attack.format(marker=marker)), received_on="2026-12-03", rent=5)
            said = " ".join(walker.failures)
            if not said:
                walker.do("each")  # its loop is weighed when a round is over
                said = " ".join(walker.failures)
        except EngineError as error:
            said = error.message

        assert said, f"{attack} passed unnoticed"
        assert not marker.exists()


def rounds(walker: Walker) -> int:
    return len(walker.tokens("each"))


TYPED: dict[str, tuple[str, Callable[[Walker], object], object]] = {
    "the condition of a way out": ("received_on.day = 3", lambda case: case.seen.open, ["yes"]),
    "the date of a timer": (
        'received_on + @"P7D"', lambda case: [each[:10] for each in case.instance.kept.timers.values()], ["2026-12-10"]
    ),
    "the duration of a timer": (
        'if received_on > @"2026-01-01" then @"P2D" else @"P1D"',
        lambda case: [each[:10] for each in case.instance.kept.timers.values()], ["2026-12-05"],
    ),
    "the cycle of a timer": (
        '"R2/P" + string(received_on.day) + "D"',
        lambda case: [each[:10] for each in case.instance.kept.timers.values()], ["2026-12-06"],
    ),
    "the correlation key of a message": (
        "string(received_on.year)", lambda case: list(case.instance.kept.messages.values()), ["paid\n2026"]
    ),
    "a script": ('received_on + @"P1D"', lambda case: case.instance.document.get("result"), "2026-12-04"),
    "the collection of a loop": ("for n in 1..received_on.day return n", rounds, 3),
    "the cardinality of a loop": ("received_on.month - 8", rounds, 4),
    "the completion condition of a loop": (
        "received_on.day = 3", lambda case: case.do("each").completed, True
    ),
    "what each round gives": (
        'received_on - @"P1D"',
        lambda case: [case.do("each"), case.do("each"), case.do("each"), case.instance.document.get("gathered")][-1],
        ["2026-12-02"] * 3,
    ),
    "the logic of a decision": ("received_on.day", lambda case: case.instance.document.get("result"), 3),
    "the input of a decision table": ("received_on", lambda case: case.instance.document.get("result"), 1),
    "a condition of a decision table": (
        '< received_on, "1", 1', lambda case: case.instance.document.get("result"), 1
    ),
    "a conclusion of a decision table": ("received_on.year", lambda case: case.instance.document.get("result"), 2026),
    "the input of a service": ('received_on + @"P1M"', lambda case: case.instance.document.get("result"), "2027-01-03"),
}  # fmt: skip


@pytest.mark.parametrize("site", SITES)
def test_a_date_field_is_a_date_in_every_expression(site: str) -> None:
    text, look, expected = TYPED[site]

    walker = Walker(SITES[site](text), received_on="2026-12-03", rent=5)

    assert walker.failures == []
    assert look(walker) == expected


def test_the_platforms_functions_are_known_in_every_expression() -> None:
    text = "working days(received_on, add working days(date: received_on, n: 5)) = 5 and date(now()) = today()"

    walker = Walker(condition(text), received_on="2026-12-03", rent=5)

    assert walker.seen.open == ["yes"]
