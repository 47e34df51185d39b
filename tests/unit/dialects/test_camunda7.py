"""Diagrams of Camunda 7 and Operaton."""

import json

import pytest

from engine import forms
from engine.definitions.dialects.naming import dialect_of
from engine.definitions.reading import read
from engine.definitions.xml import NAMESPACES
from tests.unit.dialects.diagrams import codes, drawn, translated, zeebe


@pytest.mark.parametrize("prefix", ["camunda", "operaton", "activiti", "flowable"])
def test_who_does_a_task_by_when_and_on_which_form(prefix: str) -> None:
    task = (
        '<userTask id="u" x:assignee="${chosen}" x:candidateGroups="repairs, lettings" x:candidateUsers="${people}"'
        ' x:dueDate="${dateTime().plusDays(3).toDate()}" x:followUpDate="P1D" x:priority="75"'
        ' x:formKey="embedded:app:forms/check home.html"/>'
    ).replace("x:", f"{prefix}:")
    root, told = translated(drawn(task, prefix))

    asked = read(root, source="sample.bpmn").elements["u"].assignment
    assert (asked.assignee, asked.candidate_groups, asked.candidate_users) == (
        "=chosen",
        "repairs, lettings",
        "=people",
    )
    assert (asked.due_date, asked.follow_up_date) == ('=now() + duration("P3D")', "P1D")
    assert (asked.priority, asked.form_id) == ("75", "check_home")
    assert told.faults == [] and dialect_of(root) == "zeebe"
    assert {change.kind for change in told.changes} == {"translated"}


FORM = """<userTask id="check" name="Check"><extensionElements><camunda:formData>
<camunda:formField id="amount" label="How much?" type="long" defaultValue="5"><camunda:validation>
<camunda:constraint name="required"/><camunda:constraint name="min" config="1"/></camunda:validation>
</camunda:formField>
<camunda:formField id="fine" label="All fine?" type="boolean" defaultValue="true"><camunda:validation>
<camunda:constraint name="required"/></camunda:validation></camunda:formField>
<camunda:formField id="visited" label="Visited on" type="date"/>
<camunda:formField id="kind" type="enum"><camunda:value id="leak" name="A leak"/><camunda:value id="damp"/>
</camunda:formField>
<camunda:formField id="case" label="Notes" type="string"><camunda:validation>
<camunda:constraint name="maxlength" config="20"/><camunda:constraint name="readonly"/></camunda:validation>
</camunda:formField></camunda:formData></extensionElements></userTask>"""


def test_the_fields_of_a_task_become_a_form_that_can_be_read() -> None:
    root, told = translated(drawn(FORM, "camunda"))

    assert zeebe(root, "check", "formDefinition") == {"formId": "check"}
    form = forms.load(told.forms["check"], source="check.form")
    assert [(field.key, field.type) for field in form.fields] == [
        ("amount", "number"), ("fine", "yes_no"), ("visited", "date"), ("kind", "choice"), ("case_value", "text"),
    ]  # fmt: skip
    amount, fine, _, kind, notes = json.loads(told.forms["check"])["components"]
    assert amount["validate"] == {"required": True, "min": 1} and amount["defaultValue"] == 5
    assert fine["defaultValue"] is True and "validate" not in fine  # there it asks for an answer, here for a tick
    assert notes["readonly"] is True and notes["validate"] == {"maxLength": 20}
    assert [option["label"] for option in kind["values"]] == ["A leak", "damp"]


def test_a_condition_that_is_not_certain_stays_and_is_told_and_kept() -> None:
    flow = (
        '<sequenceFlow id="f" name="Yes" sourceRef="a" targetRef="b">'
        "<conditionExpression>${bean.check(x)}</conditionExpression></sequenceFlow>"
    )
    root, told = translated(drawn(flow, "camunda"))

    assert codes(told) == [("f", "untranslated-condition")]
    assert "bean.check(x)" in told.faults[0].message and told.faults[0].remedy
    assert told.faults[0].severity == "warning" and told.faults[0].line is not None
    assert zeebe(root, "f", "properties/zeebe:property") == {"name": "original condition", "value": "${bean.check(x)}"}
    assert root.findtext(".//bpmn:conditionExpression", namespaces=NAMESPACES) == "${bean.check(x)}"


def test_a_condition_is_shown_beside_the_original() -> None:
    flow = (
        '<sequenceFlow id="f" sourceRef="a" targetRef="b"><conditionExpression xsi:type="tFormalExpression">'
        "${!approved}</conditionExpression></sequenceFlow>"
    )
    root, told = translated(drawn(flow))

    assert root.findtext(".//bpmn:conditionExpression", namespaces=NAMESPACES) == "=approved != true"
    assert [(c.element, c.kind, c.before, c.after) for c in told.changes] == [
        ("f", "translated", "${!approved}", "=approved != true")
    ]


def test_services_are_ours_by_name_when_they_are_given_what_ours_need() -> None:
    inputs = "".join(
        f'<camunda:inputParameter name="{name}">{text}</camunda:inputParameter>'
        for name, text in (("to", "${email}"), ("subject", "Hello"), ("text", "Dear ${name}"))
    )
    given = f"<extensionElements><camunda:inputOutput>{inputs}</camunda:inputOutput></extensionElements>"
    tasks = (
        f'<serviceTask id="a" camunda:class="org.example.SendEmailDelegate">{given}</serviceTask>'
        '<serviceTask id="b" camunda:delegateExpression="${sendEmail}"/>'
        '<serviceTask id="c" camunda:type="external" camunda:topic="charge-card"/>'
        '<sendTask id="d" camunda:expression="${mailer.notifyTenant(execution)}"/>'
        '<serviceTask id="e" camunda:expression="${amount * 2}" camunda:resultVariable="double"/>'
        '<serviceTask id="f" camunda:class="org.example.send_email" camunda:resultVariable="sent"/>'
        '<serviceTask id="g" camunda:expression="${execution.setVariable(&apos;total&apos;, a + b)}"/>'
    )
    elements = read(translated(drawn(tasks, "camunda"))[0], source="sample.bpmn").elements

    assert [elements[i].service.type for i in "abcdef"] == [
        "send_email", "sendEmail", "charge-card", "mailer.notifyTenant", "", "other:send_email",
    ]  # fmt: skip
    assert elements["a"].service.inputs[2] == ('=string join(["Dear ", string(name)])', "text")
    assert (elements["e"].service.script, elements["e"].service.result_variable) == ("=amount * 2", "double")
    assert elements["f"].service.outputs == (("=sent", "sent"),)
    assert (elements["g"].service.script, elements["g"].service.result_variable) == ("=a + b", "total")
    assert elements["d"].properties == {"original expression": "${mailer.notifyTenant(execution)}"}


def test_a_call_passes_values_in_and_out() -> None:
    call = """<callActivity id="c" calledElement="other"><extensionElements>
      <camunda:in source="a" target="b"/><camunda:in sourceExpression="${x + 1}" target="y"/>
      <camunda:in businessKey="#{execution.processBusinessKey}"/><camunda:in variables="all"/>
      <camunda:out source="r" target="s"/></extensionElements></callActivity>"""
    root, told = translated(drawn(call, "camunda"))

    service = read(root, source="sample.bpmn").elements["c"].service
    assert service.inputs == (("=a", "b"), ("=x + 1", "y")) and service.outputs == (("=r", "s"),)
    assert zeebe(root, "c", "calledElement") == {"propagateAllParentVariables": "true"}
    assert [c.code for c in told.changes if c.kind == "dropped"] == ["business-key"]


def test_a_decision_a_loop_and_lists_and_maps_of_values() -> None:
    inside = """<businessRuleTask id="r" camunda:decisionRef="rate" camunda:resultVariable="band"
      camunda:mapDecisionResult="singleEntry"/>
      <userTask id="u"><extensionElements><camunda:properties><camunda:property name="k" value="v"/>
      </camunda:properties><camunda:inputOutput>
        <camunda:inputParameter name="l"><camunda:list><camunda:value>${a}</camunda:value>
        <camunda:value>x</camunda:value></camunda:list></camunda:inputParameter>
        <camunda:inputParameter name="m"><camunda:map><camunda:entry key="k 1">${b.c}</camunda:entry></camunda:map>
        </camunda:inputParameter>
        <camunda:inputParameter name="s"><camunda:script scriptFormat="groovy">x()</camunda:script>
        </camunda:inputParameter></camunda:inputOutput></extensionElements>
      <multiInstanceLoopCharacteristics camunda:collection="${homes}" camunda:elementVariable="home">
      <completionCondition>${nrOfCompletedInstances &gt;= 2}</completionCondition>
      </multiInstanceLoopCharacteristics></userTask>"""
    root, told = translated(drawn(inside, "camunda"))

    elements = read(root, source="sample.bpmn").elements
    assert (elements["r"].service.decision_id, elements["r"].service.result_variable) == ("rate", "band")
    assert elements["u"].service.inputs == (('=[a, "x"]', "l"), ('={"k 1": b.c}', "m"))
    assert elements["u"].properties == {"k": "v", "original input s": "x()"}
    loop = elements["u"].loop
    assert loop is not None and (loop.collection, loop.item) == ("=homes", "home_value")
    assert loop.completion_condition == "=numberOfCompletedInstances >= 2"
    assert codes(told) == [("u", "untranslated-input")]


LISTENERS = """<userTask id="u"><extensionElements>
<camunda:taskListener event="complete" expression="${task.setVariable('done', approved == true)}"/>
<camunda:executionListener event="end"><camunda:script scriptFormat="groovy">execution.setVariable("by", who)
</camunda:script></camunda:executionListener>
<camunda:executionListener event="start" expression="${execution.setVariable('a', 1)}"/>
<camunda:executionListener event="end" class="org.example.Tell"/></extensionElements></userTask>"""


def test_what_a_listener_sets_when_a_task_ends_is_an_output_of_it() -> None:
    root, told = translated(drawn(LISTENERS, "camunda"))

    outputs = read(root, source="sample.bpmn").elements["u"].service.outputs
    assert outputs == (("=who", "by"), ("=approved = true", "done"))
    assert [c.code for c in told.changes if c.kind == "dropped"] == ["not-executed-executionListener"] * 2


def test_what_is_not_executed_is_named_and_taken_out() -> None:
    inside = """<startEvent id="s" camunda:initiator="starter" camunda:asyncBefore="true"/>
      <userTask id="u"><extensionElements><camunda:taskListener event="create" class="a.B">
      <camunda:field name="x" stringValue="y"/></camunda:taskListener><camunda:unheardOf/>
      </extensionElements></userTask>"""
    root, told = translated(drawn(inside, "camunda"))

    assert [(c.element, c.code) for c in told.changes if c.kind == "dropped"] == [
        ("s", "not-executed-initiator"),
        ("s", "not-executed-asyncBefore"),
        ("u", "not-executed-taskListener"),
        ("u", "not-executed-unheardOf"),
    ]
    assert not any("camunda.org/schema/1.0" in str(name) for n in root.iter() for name in (n.tag, *n.attrib))
    assert all(change.before for change in told.changes)


def test_a_diagram_in_our_own_dialect_is_left_as_it_is() -> None:
    content = drawn(
        '<userTask id="u"><extensionElements><zeebe:assignmentDefinition assignee="=x"/></extensionElements></userTask>'
        '<sequenceFlow id="f" sourceRef="u" targetRef="u"><conditionExpression>=a &gt; 5</conditionExpression>'
        "</sequenceFlow>",
        "zeebe",
    )
    root, told = translated(content)

    assert (told.changes, told.faults, told.forms) == ([], [], {})
    assert zeebe(root, "u", "assignmentDefinition") == {"assignee": "=x"}


ASKING = """<userTask id="u" name="${name}" camunda:formKey="Not this one"><extensionElements><camunda:formData>
<camunda:formField id="pi.emails" label="Send e-mails?" type="boolean" defaultValue="yes"/>
<camunda:formField id="pi.notes" label="Notes" type="textarea"><camunda:properties>
<camunda:property id="rows" value="5"/><camunda:property id="help" value="In your own words"/>
<camunda:property id="hide_expression" value="!model.pi.emails"/></camunda:properties></camunda:formField>
<camunda:formField id="kinds" label="Kinds" type="enum"><camunda:properties>
<camunda:property id="enum_type" value="checkbox"/><camunda:property id="repeat" value="x"/></camunda:properties>
<camunda:value id="a" name="A"/></camunda:formField>
<camunda:formField id="plans" label="Plans" type="files"/><camunda:formField id="mail" label="Mail" type="email"/>
<camunda:formField id="pi" label="Clashes" type="string"/>
</camunda:formData></extensionElements></userTask><sequenceFlow id="f" sourceRef="u" targetRef="u">
<conditionExpression>not pi.emails and kinds is not None</conditionExpression></sequenceFlow>"""


def test_fields_within_a_context_with_help_and_a_condition() -> None:
    root, told = translated(drawn(ASKING, "camunda"))

    form = forms.load(told.forms["u"], source="u.form")
    assert [(field.key, field.type) for field in form.fields] == [
        ("pi.emails", "yes_no"), ("pi.notes", "long_text"), ("kinds", "multiple_choice"), ("plans", "file"),
        ("mail", "text"),
    ]  # fmt: skip
    assert root.findtext(".//bpmn:conditionExpression", namespaces=NAMESPACES) == "=pi.emails != true and kinds != null"
    notes = json.loads(told.forms["u"])["components"][1]
    assert notes["description"] == "In your own words"
    assert notes["conditional"] == {"hide": '=pi.emails in (null, "", [], {}, false, 0)'}
    assert zeebe(root, "u", "formDefinition") == {"formId": "u"}
    assert [(c.code, c.before) for c in told.changes if c.kind == "dropped"] == [
        ("not-executed-repeat", "x"), ("not-executed-field", "pi"), ("not-executed-name", "${name}"),
    ]  # fmt: skip


def test_a_due_date_or_priority_that_is_neither_is_told_and_kept() -> None:
    root, told = translated(drawn('<userTask id="u" camunda:dueDate="tomorrow" camunda:priority="high"/>', "camunda"))

    assert codes(told) == [("u", "untranslated-due-date"), ("u", "untranslated-priority")]
    assert zeebe(root, "u", "taskSchedule") == {}
    assert read(root, source="sample.bpmn").elements["u"].properties == {
        "original due date": "tomorrow", "original priority": "high",
    }  # fmt: skip
