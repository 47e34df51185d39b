"""Diagrams of Activiti, Flowable, SpiffWorkflow, jBPM, Signavio, and plain BPMN."""

import json

from engine.definitions.dialects.naming import dialect_of
from engine.definitions.elements import Element
from engine.definitions.reading import read
from engine.definitions.xml import NAMESPACES
from tests.unit.dialects.diagrams import codes, drawn, translated, zeebe


def elements_of(inside: str, *prefixes: str, around: str = "", attributes: str = "") -> dict[str, Element]:
    """Return the elements of a diagram after its translation, made sure that nothing was uncertain."""
    root, told = translated(drawn(inside, *prefixes, around=around, attributes=attributes))
    assert told.faults == []
    return read(root, source="sample.bpmn").elements


def test_form_properties_of_activiti_become_a_form() -> None:
    task = """<userTask id="u" name="Check"><extensionElements>
      <activiti:formProperty id="amount" name="Amount" type="long" required="true"/>
      <activiti:formProperty id="p2" variable="kind" name="Kind" type="enum" writable="false">
        <activiti:value id="a" name="A"/></activiti:formProperty>
      <activiti:formProperty id="since" type="date" datePattern="dd-MM-yyyy"/>
      <activiti:formProperty id="amount" name="again"/></extensionElements></userTask>"""
    root, told = translated(drawn(task, "activiti"))

    fields = json.loads(told.forms["u"])["components"]
    assert [(f["key"], f["type"], f["label"]) for f in fields] == [
        ("amount", "number", "Amount"), ("kind", "select", "Kind"), ("since", "datetime", "since"),
    ]  # fmt: skip
    assert fields[0]["validate"] == {"required": True} and fields[1]["readonly"] is True
    assert zeebe(root, "u", "formDefinition") == {"formId": "u"}


def test_the_injected_fields_of_an_e_mail_and_of_a_decision() -> None:
    inside = """<serviceTask id="m" activiti:type="mail"><extensionElements>
      <activiti:field name="from" stringValue="b@example.org"/>
      <activiti:field name="to" stringValue="a@example.org"/>
      <activiti:field name="subject"><activiti:string>Hello</activiti:string></activiti:field>
      <activiti:field name="text"><activiti:expression>Dear ${name}</activiti:expression></activiti:field>
      </extensionElements></serviceTask>
      <serviceTask id="d" flowable:type="dmn"><extensionElements>
      <flowable:field name="decisionTableReferenceKey"><flowable:string>rate</flowable:string></flowable:field>
      </extensionElements></serviceTask>
      <serviceTask id="x" flowable:class="org.example.Pay" flowable:async="true"><extensionElements>
      <flowable:field name="iban" expression="${a.number}"/></extensionElements></serviceTask>"""
    elements = elements_of(inside, "activiti", "flowable")

    assert elements["m"].service.type == "send_email"
    assert {target: source for source, target in elements["m"].service.inputs} == {
        "to": "a@example.org", "subject": "Hello", "text": '=string join(["Dear ", string(name)])',
    }  # fmt: skip
    assert (elements["d"].service.decision_id, elements["d"].service.result_variable) == ("rate", "rate")
    assert elements["x"].service.type == "Pay" and elements["x"].service.inputs == (("=a.number", "iban"),)


def test_a_script_task_of_a_java_engine_sets_fields() -> None:
    inside = """<scriptTask id="one" scriptFormat="groovy"><script>
        execution.setVariable("a", b + 1)</script></scriptTask>
      <scriptTask id="two" scriptFormat="javascript"><script>
        execution.setVariable("a", 1);
        execution.setVariable("b", "x");</script></scriptTask>
      <scriptTask id="value" scriptFormat="groovy" camunda:resultVariable="sum"><script>a + b</script></scriptTask>
      <scriptTask id="stores" scriptFormat="groovy" activiti:autoStoreVariables="true"><script>c = a</script>
      </scriptTask>
      <scriptTask id="none" scriptFormat="groovy"><script>println "hello"; x = 1</script></scriptTask>"""
    elements = elements_of(inside, "camunda", "activiti")

    assert (elements["one"].service.script, elements["one"].service.result_variable) == ("=b + 1", "a")
    assert (elements["value"].service.script, elements["value"].service.result_variable) == ("=a + b", "sum")
    assert (elements["stores"].service.script, elements["stores"].service.result_variable) == ("=a", "c")
    assert (elements["none"].service.script, elements["none"].service.result_variable) == ("=null", "")
    assert elements["two"].service.type == "set_fields"
    assert elements["two"].service.inputs == (("=1", "a"), ('="x"', "b"))


def test_what_a_script_that_is_not_certain_says_is_kept() -> None:
    script = "for (i in list) { sum += i }"
    root, told = translated(drawn(f'<scriptTask id="s" scriptFormat="groovy"><script>{script}</script></scriptTask>'))

    assert codes(told) == [("s", "untranslated-script")]
    assert zeebe(root, "s", "properties/zeebe:property") == {"name": "original script", "value": script}
    assert root.findtext(".//bpmn:script", namespaces=NAMESPACES) == script


SPIFF = """<scriptTask id="s"><script>total = price * 2
if total &gt; 10:
    size = 'big'
else:
    size = 'small'</script></scriptTask>
<userTask id="u"><extensionElements>
  <spiffworkflow:instructionsForEndUser>Ask **them**.</spiffworkflow:instructionsForEndUser>
  <spiffworkflow:properties><spiffworkflow:property name="formJsonSchemaFilename" value="ask-schema.json"/>
  </spiffworkflow:properties>
  <spiffworkflow:preScript>draft = f"{name}!"</spiffworkflow:preScript>
  <spiffworkflow:postScript>asked = True</spiffworkflow:postScript>
  <spiffworkflow:guestConfirmation>Thanks</spiffworkflow:guestConfirmation></extensionElements></userTask>
<serviceTask id="t"><extensionElements><spiffworkflow:serviceTaskOperator id="http/GetRequest" resultVariable="got">
  <spiffworkflow:parameters><spiffworkflow:parameter id="url" type="str" value="'https://example.org/' + code"/>
  </spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></extensionElements></serviceTask>
<businessRuleTask id="d"><extensionElements><spiffworkflow:calledDecisionId>rate</spiffworkflow:calledDecisionId>
</extensionElements></businessRuleTask>
<sequenceFlow id="f" sourceRef="u" targetRef="t"><conditionExpression>not done and x == 'a'</conditionExpression>
</sequenceFlow>"""


def test_scripts_forms_and_services_of_spiffworkflow() -> None:
    content = drawn(SPIFF, "spiffworkflow")
    root, told = translated(content)
    elements = read(root, source="sample.bpmn").elements

    assert told.faults == []
    assert elements["s"].service.inputs == (
        ("=price * 2", "total"), ('=if price * 2 > 10 then "big" else "small"', "size"),
    )  # fmt: skip
    user = elements["u"]
    assert (user.documentation, user.assignment.form_id) == ("Ask **them**.", "ask")
    assert user.service.inputs == (('=string(name) + "!"', "draft"),)
    assert user.service.outputs == (("=draft", "draft"), ("=true", "asked"))
    assert (elements["t"].service.type, elements["t"].service.inputs) == (
        "http/GetRequest", (('="https://example.org/" + string(code)', "url"),),
    )  # fmt: skip
    assert elements["t"].service.outputs == (("=got", "got"),)
    assert elements["d"].service.decision_id == "rate"
    assert [c.code for c in told.changes if c.kind == "dropped"] == ["not-executed-guestConfirmation"]
    assert user.outgoing[0].condition.endswith('and x = "a"')


def test_inputs_that_would_see_each_other_are_not_certain() -> None:
    script = "a = a + 1\nb = a"
    task = f"""<userTask id="u"><extensionElements><spiffworkflow:preScript>{script}</spiffworkflow:preScript>
      </extensionElements></userTask>"""
    root, told = translated(drawn(task, "spiffworkflow"))

    assert codes(told) == [("u", "untranslated-script-before-it")]
    assert zeebe(root, "u", "properties/zeebe:property")["value"] == script


JBPM = """<userTask id="u" tns:priority="1"><extensionElements>
  <tns:metaData name="elementname"><tns:metaValue>Review</tns:metaValue></tns:metaData>
  <tns:onExit-script scriptFormat="http://www.java.com/java"><tns:script>kcontext.setVariable("reviewed", true);
  </tns:script></tns:onExit-script></extensionElements>
  <ioSpecification><dataInput id="in1" name="GroupId"/><dataInput id="in2" name="TaskName"/></ioSpecification>
  <dataInputAssociation><targetRef>in1</targetRef><assignment><from>repairs</from><to>in1</to></assignment>
  </dataInputAssociation><potentialOwner><resourceAssignmentExpression><formalExpression>ann,#{chosen}
  </formalExpression></resourceAssignmentExpression></potentialOwner></userTask>
<task id="w" tns:taskName="Email"/><task id="h" tns:taskName="Human Task"/>
<serviceTask id="s" operationRef="op"/>
<sequenceFlow id="f" sourceRef="u" targetRef="w"><conditionExpression language="http://www.java.com/java">
  return !reviewed;</conditionExpression></sequenceFlow>
<subProcess id="m"><ioSpecification><dataInput id="m_in" name="list"/></ioSpecification>
  <dataInputAssociation><sourceRef>works</sourceRef><targetRef>m_in</targetRef></dataInputAssociation>
  <multiInstanceLoopCharacteristics><loopDataInputRef>m_in</loopDataInputRef><inputDataItem id="work"/>
  <completionCondition>works.size() == 1</completionCondition></multiInstanceLoopCharacteristics></subProcess>"""


def test_people_work_items_and_loops_of_jbpm() -> None:
    around = '<interface id="i" name="Stock"><operation id="op" name="reserve"/></interface>'
    elements = elements_of(JBPM, "tns", around=around, attributes='expressionLanguage="http://www.mvel.org/2.0"')

    user = elements["u"]
    assert user.assignment.candidate_groups == "repairs"
    assert user.assignment.candidate_users == '=string join(["ann,", string(chosen)])'
    assert user.service.outputs == (("=true", "reviewed"),)
    assert (elements["w"].kind, elements["w"].service.type) == ("serviceTask", "Email")
    assert (elements["h"].kind, elements["s"].service.type) == ("task", "Stock.reserve")
    assert user.outgoing[0].condition == "=reviewed != true"
    loop = elements["m"].loop
    assert loop is not None and (loop.collection, loop.item) == ("=works", "work")
    assert loop.completion_condition == "=count(works) = 1"


def test_the_notes_of_an_editor_are_told_once() -> None:
    note = '<extensionElements><signavio:signavioMetaData metaKey="bgcolor" metaValue="#fff"/></extensionElements>'
    root, told = translated(drawn(f'<task id="a">{note}</task><task id="b">{note}</task>', "signavio"))

    assert [(c.element, c.before) for c in told.changes] == [("", "2 times")]
    assert dialect_of(root) == "plain"


def test_conditions_without_a_language_are_read_as_what_they_can_only_be() -> None:
    texts = ("amount > 500", "a == 'x'", "a && !b", "not a or b == None", "bpmn:getDataObject('ok') = 'yes'", "Yes")
    flows = "".join(
        f'<sequenceFlow id="f{i}" sourceRef="u" targetRef="u"><conditionExpression><![CDATA[{text}]]>'
        "</conditionExpression></sequenceFlow>"
        for i, text in enumerate(texts)
    )
    found = elements_of(f'<userTask id="u"/>{flows}')["u"].outgoing

    assert [flow.condition for flow in found][:2] == ["amount > 500", '=a = "x"']
    assert found[4].condition == '=ok = "yes"' and found[5].condition == "Yes"
    assert all(flow.condition.startswith("=") for flow in found[1:5])


def test_a_name_of_several_words_is_one_field_wherever_it_is_said() -> None:
    inside = """<businessRuleTask id="d"><extensionElements>
      <zeebe:calledDecision decisionId="x" resultVariable="Vacation Approval"/></extensionElements></businessRuleTask>
      <userTask id="u"><extensionElements><zeebe:ioMapping>
      <zeebe:input source="=Vacation Approval + &quot; Vacation Approval&quot;" target="said"/></zeebe:ioMapping>
      </extensionElements></userTask><sequenceFlow id="f" sourceRef="u" targetRef="d"><conditionExpression>
      =Vacation Approval = "Vacation Approval"</conditionExpression></sequenceFlow>"""
    elements = elements_of(inside, "zeebe")

    assert elements["d"].service.result_variable == "Vacation_Approval"
    assert elements["u"].service.inputs == (('=Vacation_Approval + " Vacation Approval"', "said"),)
    assert elements["u"].outgoing[0].condition == '=Vacation_Approval = "Vacation Approval"'


def test_who_does_a_task_as_bpmn_itself_says_it() -> None:
    owner = "<resourceAssignmentExpression><formalExpression>{}</formalExpression></resourceAssignmentExpression>"
    task = (
        f'<userTask id="u"><potentialOwner>{owner.format("user(ann), group(repairs), lettings")}</potentialOwner>'
        f"<humanPerformer>{owner.format('${chosen}')}</humanPerformer></userTask>"
    )
    asked = elements_of(task)["u"].assignment

    assert (asked.candidate_users, asked.candidate_groups) == ("ann", "repairs,lettings")
    assert asked.assignee == "=chosen"


def test_a_loop_by_number_or_by_a_data_object() -> None:
    inside = """<userTask id="a"><multiInstanceLoopCharacteristics><loopCardinality>${count}</loopCardinality>
      </multiInstanceLoopCharacteristics></userTask>
      <userTask id="b"><multiInstanceLoopCharacteristics><loopDataInputRef>homes</loopDataInputRef>
      <loopDataOutputRef>visits</loopDataOutputRef><inputDataItem id="x1" name="one"/><outputDataItem id="visit"/>
      </multiInstanceLoopCharacteristics></userTask><dataObject id="homes" name="The homes"/>"""
    elements = elements_of(inside)

    first, second = elements["a"].loop, elements["b"].loop
    assert first is not None and first.cardinality == "=count"
    assert second is not None and (second.collection, second.item) == ("=homes", "one")
    assert (second.output_collection, second.output_element) == ("visits", "=visit")
