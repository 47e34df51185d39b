"""Diagrams of other modellers run here: translated, their scripts set fields, their conditions take both ways."""

import pytest

from engine.playing.plays import play
from engine.playing.report import Options
from tests.unit.dialects.diagrams import drawn

AROUND = """<startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="ask"/>{ask}
<sequenceFlow id="b" sourceRef="ask" targetRef="work_out"/>{script}
<sequenceFlow id="c" sourceRef="work_out" targetRef="wait"/>
<intermediateCatchEvent id="wait"><timerEventDefinition>{time}</timerEventDefinition></intermediateCatchEvent>
<sequenceFlow id="d" sourceRef="wait" targetRef="which"/><exclusiveGateway id="which" default="no"/>
<sequenceFlow id="yes" sourceRef="which" targetRef="loop"><conditionExpression{language}><![CDATA[{condition}]]>
</conditionExpression></sequenceFlow>
<sequenceFlow id="no" sourceRef="which" targetRef="end_no"/>{loop}
<sequenceFlow id="e" sourceRef="loop" targetRef="end_yes"/><endEvent id="end_yes"/><endEvent id="end_no"/>"""
PLAIN_LOOP = '<userTask id="loop"/>'

CAMUNDA = {
    "ask": '<userTask id="ask"><extensionElements><camunda:formData><camunda:formField id="approved" type="boolean" '
    'label="Approved?"/><camunda:formField id="amount" type="long" label="Amount"/></camunda:formData>'
    "</extensionElements></userTask>",
    "script": '<scriptTask id="work_out" scriptFormat="groovy"><script>execution.setVariable("total", amount * 2)\n'
    'execution.setVariable("people", ["Ann", "Bob"])</script></scriptTask>',
    "time": "<timeDate>${later != null ? later : 'PT1H'}</timeDate>",
    "condition": "${!empty total && total > 500 && !approved}",
    "loop": '<userTask id="loop"><multiInstanceLoopCharacteristics camunda:collection="people" '
    'camunda:elementVariable="who"><completionCondition>${nrOfCompletedInstances &gt;= 1}</completionCondition>'
    "</multiInstanceLoopCharacteristics></userTask>",
}
SPIFF = {
    "ask": '<userTask id="ask"><extensionElements><spiffworkflow:postScript>asked = True</spiffworkflow:postScript>'
    "</extensionElements></userTask>",
    "script": "<scriptTask id='work_out'><script>total = amount * 2\nif asked:\n    size = 'big'\nelse:\n"
    "    size = 'small'</script></scriptTask>",
    "time": "<timeDuration>timedelta(hours=2)</timeDuration>",
    "condition": "total > 500 and size == 'big' and kind not in ['a', 'b']",
}
JBPM = {
    "ask": '<userTask id="ask"/>',
    "script": '<scriptTask id="work_out" scriptFormat="http://www.java.com/java"><script>'
    'kcontext.setVariable("total", (Integer) kcontext.getVariable("amount") * 2);</script></scriptTask>',
    "time": "<timeDuration>5m</timeDuration>",
    "condition": 'return total > 500 && "open".equals(state);',
    "language": ' language="http://www.java.com/java"',
}


def trail(parts: dict[str, str], prefix: str, answers: dict[str, object]) -> tuple[str, ...]:
    inside = AROUND.format(**{"language": "", "loop": PLAIN_LOOP, **parts})
    report = play({"sample.bpmn": drawn(inside, prefix)}, "sample.bpmn", Options(answers={"ask": answers}, seconds=30))
    assert report.outcome == "completed", (report.element, report.reason)
    return report.trail[-2:]


@pytest.mark.parametrize(
    ("parts", "prefix", "answers"),
    [
        (CAMUNDA, "camunda", {"amount": 300, "approved": False}),
        (SPIFF, "spiffworkflow", {"amount": 300, "kind": "c"}),
        (JBPM, "tns", {"amount": 300, "state": "open"}),
    ],
    ids=["camunda7", "spiffworkflow", "jbpm"],
)
def test_a_diagram_is_played_to_the_end_that_its_answers_lead_to(
    parts: dict[str, str], prefix: str, answers: dict[str, object]
) -> None:
    assert trail(parts, prefix, answers) == ("loop", "end_yes")
    assert trail(parts, prefix, {**answers, "amount": 250}) == ("which", "end_no")
