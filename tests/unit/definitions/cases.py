# ruff: noqa: E501 - a table with a case a line
"""A small category with each fault that the check knows."""

from tests.diagrams import bpmn, extensions, service, timer
from tests.unit.definitions.files import ASKS, RULES, SETTINGS, category, extended, form, sound
from tests.word_files import word_file

Files = dict[str, bytes]
DMN = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="x" namespace="x" id="x"/>'
PRICE = DMN.replace(
    "/>",
    '><decision id="price" name="Price"><literalExpression><text>{}</text></literalExpression></decision></definitions>',
)


def drawn(flows: str, **parts: object) -> Files:
    """Return the sound category with another diagram; its task `ask` asks the form."""
    inside = {"ask": ASKS, **parts.pop("inside", {})}  # type: ignore[dict-item]
    return category(bpmn(flows, inside=inside, **parts))  # type: ignore[arg-type]


def asking(xml: str) -> Files:
    """Return the sound category with zeebe extensions on its task."""
    return drawn("start > ask > end", inside={"ask": extended(xml)})


def served(xml: str) -> Files:
    """Return the sound category with a service task before its task."""
    return drawn("start > do:service > ask > end", inside={"do": xml})


def looped(xml: str) -> Files:
    """Return the sound category with a loop on its task."""
    loop = f"<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>{xml}</bpmn:extensionElements>"
    return drawn("start > ask > end", inside={"ask": f"{ASKS}{loop}</bpmn:multiInstanceLoopCharacteristics>"})


def caught(definition: str) -> Files:
    """Return the sound category with an intermediate catch event behind its task."""
    return drawn("start > ask > wait:intermediateCatchEvent > end", inside={"wait": definition})


def timed(tag: str, text: str) -> Files:
    """Return the sound category with a timer event behind its task."""
    return caught(f"<bpmn:timerEventDefinition><bpmn:{tag}>{text}</bpmn:{tag}></bpmn:timerEventDefinition>")


def deciding(who: str) -> Files:
    """Return the sound category with a gateway that somebody decides."""
    said = extensions(f'<zeebe:properties><zeebe:property name="decidedBy" value="{who}"/></zeebe:properties>')
    return drawn("start > ask > big? > end ; big? > ask", inside={"big_choice": said})


def replaced(old: str, new: str) -> Files:
    """Return the sound category with a piece of its diagram exchanged."""
    text = sound().decode()
    assert old in text
    return category(text.replace(old, new).encode())


def unnamed(flows: str | Files, name: str) -> Files:
    """Return the sound category with another diagram, in which one element lost its name."""
    files = drawn(flows) if isinstance(flows, str) else flows
    return {**files, "sample.bpmn": files["sample.bpmn"].replace(f'name="{name}"'.encode(), b"")}


def settings(old: str, new: str) -> Files:
    """Return the sound category with a piece of its settings exchanged."""
    assert old in SETTINGS
    return category(category__toml=SETTINGS.replace(old, new))


def schedule(**attributes: str) -> str:
    """Return a schedule of a task."""
    return "<zeebe:taskSchedule {}/>".format(" ".join(f"{k}='{v}'" for k, v in attributes.items()))


OFTEN = '<bpmn:standardLoopCharacteristics loopMaximum="often"/>'
SHAPE = '<bpmndi:BPMNShape id="{0}_s" bpmnElement="{0}"><dc:Bounds x="{1}" y="9" width="90" height="80"/></bpmndi:BPMNShape>'
ON_TOP = (
    '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"><bpmndi:BPMNPlane>'
    f"{SHAPE.format('ask', 10)}{SHAPE.format('end', 60)}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
)
WAIT_FOR_EVENTS = "start > ask > first:eventBasedGateway > a:task > end ; first > b:task > end"
LANE = '<bpmn:laneSet id="s"><bpmn:lane id="l" name="{}"><bpmn:flowNodeRef>ask</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
LETTER_STEP = service("merge_document", template='="hello"')
UNTRIGGERED = '<bpmn:subProcess id="inner" triggeredByEvent="true"><bpmn:task id="one"/></bpmn:subProcess>'
NOTHING = bpmn("start > end").partition(b"<bpmn:startEvent")[0] + b"</bpmn:process></bpmn:definitions>"
EXTENSION = """
[[rule.extension]]
id = "more"
name = "More time"
unit = "working days"
at_most = 5
reasons = ["It is hard"]
{letter}
granted_by = ["{team}"]
[rule.extension.citation]
text = "Our policy"
"""
JUMP = "start > ask > go? -[rent > 1]-> jump:intermediateThrowEvent ; go? > end"
LINK = '<bpmn:linkEventDefinition name="On"/>'
UNDONE = (
    '<bpmn:boundaryEvent id="ask_undo" name="Undo" attachedToRef="ask"><bpmn:compensateEventDefinition/>'
    "</bpmn:boundaryEvent>"
)
WITHIN = (
    '<bpmn:startEvent id="begin"/><bpmn:endEvent id="off">{}</bpmn:endEvent>'
    '<bpmn:sequenceFlow id="within" sourceRef="begin" targetRef="off"/>'
)

# fmt: off
# Code of the fault, where it stands (file, element), and a category that has it.
CASES: list[tuple[str, str, str, Files]] = [
    ("not-xml", "sample.bpmn", "", category(b"<definitions")),
    ("not-bpmn", "sample.bpmn", "", category(b"<html/>")),
    ("doctype", "sample.bpmn", "", category(b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + sound().partition(b"?>")[2])),
    ("too-large", "sample.bpmn", "", category(sound() + b" " * 2_000_001)),
    ("no-process", "sample.bpmn", "", category(b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>')),
    ("not-executable", "sample.bpmn", "sample", replaced('isExecutable="true"', 'isExecutable="false"')),
    ("duplicate-id", "sample.bpmn", "f0", category(other__bpmn=sound().replace(b'id="sample"', b'id="other"'))),
    ("empty", "sample.bpmn", "sample", category(NOTHING)),
    ("empty-step", "sample.bpmn", "inner", drawn("start > inner:subProcess > ask > end")),
    ("no-start", "sample.bpmn", "sample", drawn("ask > other:task > ask")),
    ("no-start", "sample.bpmn", "inner", drawn("start > ask > end", boundary=UNTRIGGERED)),
    ("several-starts", "sample.bpmn", "sample", drawn("start > ask > end ; start_2 > ask")),
    ("several-beginnings", "sample.bpmn", "sample", drawn("ask > end ; other:task > end")),
    ("no-activation", "sample.bpmn", "odd", drawn("start > ask > odd:complexGateway > end ; start > more:task > odd")),
    ("not-run", "sample.bpmn", "wait", caught("<bpmn:errorEventDefinition/>")),
    ("not-run", "sample.bpmn", "start", drawn("start > ask > end", inside={"start": "<bpmn:errorEventDefinition/>"})),
    ("not-run", "sample.bpmn", "wait", caught("<bpmn:timerEventDefinition/><bpmn:escalationEventDefinition/>")),
    ("no-condition", "sample.bpmn", "wait", caught("<bpmn:conditionalEventDefinition/>")),
    ("unknown-name", "sample.bpmn", "wait", caught("<bpmn:conditionalEventDefinition><bpmn:condition>=rant > 1</bpmn:condition></bpmn:conditionalEventDefinition>")),
    ("link-without-target", "sample.bpmn", "jump", drawn(JUMP, inside={"jump": LINK})),
    ("link-twice", "sample.bpmn", "jump", drawn(f"{JUMP} ; a:intermediateCatchEvent > b:task > end ; c:intermediateCatchEvent > b", inside=dict.fromkeys(["jump", "a", "c"], LINK))),
    ("unreachable", "sample.bpmn", "a", drawn("start > ask > end ; a:intermediateCatchEvent > b:task > end", inside={"a": LINK})),
    ("no-handler", "sample.bpmn", "ask_undo", drawn("start > ask > end", boundary=UNDONE)),
    ("handler-unused", "sample.bpmn", "undo", drawn("start > ask > end", boundary='<bpmn:task id="undo" name="Undo" isForCompensation="true"/>')),
    ("unknown-step", "sample.bpmn", "back", drawn("start > ask > back:intermediateThrowEvent > end", inside={"back": '<bpmn:compensateEventDefinition activityRef="aks"/>'})),
    ("not-a-transaction", "sample.bpmn", "end", drawn("start > ask > end", inside={"end": "<bpmn:cancelEventDefinition/>"})),
    ("not-a-transaction", "sample.bpmn", "off", drawn("start > ask > end", boundary='<bpmn:boundaryEvent id="off" attachedToRef="ask"><bpmn:cancelEventDefinition/></bpmn:boundaryEvent>')),
    ("no-cancel-event", "sample.bpmn", "off", drawn("start > ask > inner:transaction > end", inside={"inner": WITHIN.format("<bpmn:cancelEventDefinition/>")})),
    ("no-definition", "sample.bpmn", "begin", drawn("start > ask > end", boundary=f'<bpmn:subProcess id="inner" triggeredByEvent="true">{WITHIN.format("")}</bpmn:subProcess>')),
    ("start-passed", "sample.bpmn", "begin", drawn("start > ask > inner:subProcess > end", inside={"inner": WITHIN.format("").replace("/>", "><bpmn:signalEventDefinition signalRef='s'/></bpmn:startEvent>", 1)}, roots='<bpmn:signal id="s" name="s"/>')),
    ("no-reference", "sample.bpmn", "wait", unnamed(caught("<bpmn:signalEventDefinition/>"), "Wait")),
    ("loop-without-items", "sample.bpmn", "ask", looped("")),
    ("ad-hoc-without-end", "sample.bpmn", "any", drawn("start > ask > any:adHocSubProcess > end", inside={"any": '<bpmn:task id="a" name="A"/>'})),
    ("loop-without-end", "sample.bpmn", "ask", drawn("start > ask > end", inside={"ask": f"{ASKS}<bpmn:standardLoopCharacteristics/>"})),
    ("loop-not-run", "sample.bpmn", "inner", drawn("start > ask > end", boundary=f'<bpmn:subProcess id="inner" triggeredByEvent="true"><bpmn:standardLoopCharacteristics/>{WITHIN.format("")}</bpmn:subProcess>')),
    ("dangling-flow", "sample.bpmn", "f1", replaced('targetRef="end"', 'targetRef="nowhere"')),
    ("unreachable", "sample.bpmn", "other", drawn("start > ask > end ; other:task > end")),
    ("flow-out-of-end", "sample.bpmn", "end", drawn("start > ask > end > other:task > end_2")),
    ("flow-into-start", "sample.bpmn", "start", drawn("start > ask > start ; ask > end")),
    ("no-way-on", "sample.bpmn", "other", drawn("start > ask > end ; ask > other:task")),
    ("no-way-on", "sample.bpmn", "first", drawn("start > ask > first:eventBasedGateway")),
    ("no-way-out", "sample.bpmn", "ask", drawn("start > ask > other:task > ask")),
    ("no-default", "sample.bpmn", "ask", drawn("start > ask -[rent > 1]-> end")),
    ("unasked-condition", "sample.bpmn", "both_all", drawn("start > ask > both+ -[rent > 1]-> end ; both+ > end_2")),
    ("several-flows-out", "sample.bpmn", "ask", drawn("start > ask > a:task > end ; ask > b:task > end")),
    ("decided-by", "sample.bpmn", "big_choice", deciding("clerk")),
    ("decided-by", "sample.bpmn", "ask", asking('<zeebe:properties><zeebe:property name="decidedBy" value="officer"/></zeebe:properties>')),
    ("no-condition", "sample.bpmn", "f2", drawn("start > ask > big? > end ; big? > ask")),
    ("no-default", "sample.bpmn", "big_choice", drawn("start > ask > big? -[rent > 1]-> end ; big? -[rent < 2]-> ask")),
    (
        "unknown-default",
        "sample.bpmn",
        "big_choice",
        drawn("start > ask > big? -[rent > 1]-> end ; big? -[rent < 2]-> ask", attributes={"big_choice": 'default="f0"'}),
    ),
    ("not-an-event", "sample.bpmn", "first", drawn(WAIT_FOR_EVENTS)),
    (
        "deadlock",
        "sample.bpmn",
        "join_all",
        drawn("start > ask > big? -[rent > 1]-> a:task > join+ > end ; big? > b:task > join+"),
    ),
    ("no-definition", "sample.bpmn", "wait", caught("")),
    (
        "no-definition",
        "sample.bpmn",
        "late",
        drawn("start > ask > end", boundary='<bpmn:boundaryEvent id="late" name="Late" attachedToRef="ask"/>'),
    ),
    ("not-attached", "sample.bpmn", "late", drawn("start > ask > end", boundary=timer("late", "b", "end", duration="P1D"))),
    ("timer-without-time", "sample.bpmn", "wait", caught("<bpmn:timerEventDefinition/>")),
    ("timer-wrong-time", "sample.bpmn", "wait", timed("timeDuration", "2026-12-03")),
    ("timer-wrong-time", "sample.bpmn", "wait", timed("timeDate", "next week")),
    ("timer-wrong-time", "sample.bpmn", "wait", timed("timeCycle", "R/PT0S")),
    ("timer-wrong-time", "sample.bpmn", "wait", timed("timeDuration", '="three days"')),
    ("wrong-catch-up", "sample.bpmn", "late", drawn("start > ask > end ; chase > end_2", boundary=timer("late", "ask", "chase", cycle="R3/P1D", interrupts=False, catch_up="always"))),
    ("wrong-catch-up", "sample.bpmn", "late", drawn("start > ask > end ; chase > end_2", boundary=timer("late", "ask", "chase", duration="P1D", catch_up="each"))),
    ("no-message", "sample.bpmn", "wait", drawn("start > ask > wait:receiveTask > end")),
    ("schedule-wrong-date", "sample.bpmn", "ask", asking(schedule(dueDate="tomorrow"))),
    ("expression", "sample.bpmn", "f2", drawn("start > ask > big? -[rent >]-> end ; big? > ask")),
    ("unknown-name", "sample.bpmn", "sub", drawn("start > ask > sub:call > end", inside={"sub": extensions('<zeebe:calledElement processId="=rant"/>')})),
    ("not-feel", "sample.bpmn", "f2", drawn("start > ask > big? -[${rent > 1}]-> end ; big? > ask")),
    ("unknown-name", "sample.bpmn", "f2", drawn("start > ask > big? -[rant > 1]-> end ; big? > ask")),
    ("unknown-name", "sample.bpmn", "ask", asking(schedule(dueDate="=case.opend_on"))),
    ("unknown-name", "sample.bpmn", "ask", looped('<zeebe:loopCharacteristics inputCollection="=work" inputElement="w"/>')),
    ("unknown-function", "sample.bpmn", "f2", drawn("start > ask > big? -[cont(works) > 1]-> end ; big? > ask")),
    ("wrong-arguments", "sample.bpmn", "f2", drawn("start > ask > big? -[count() > 1]-> end ; big? > ask")),
    ("wrong-arguments", "sample.bpmn", "ask", asking(schedule(dueDate='=due("sample.answer")'))),
    ("wrong-expression", "sample.bpmn", "f2", drawn('start > ask > big? -[rent > "1"]-> end ; big? > ask')),
    ("reserved-name", "sample.bpmn", "do", served(extensions('<zeebe:script expression="=1" resultVariable="case"/>'))),
    ("unknown-form", "sample.bpmn", "more", drawn("start > ask > more > end", inside={"more": extensions('<zeebe:formDefinition formId="aks"/>')})),
    ("no-form", "sample.bpmn", "other", drawn("start > ask > other:task > end")),
    ("unknown-team", "sample.bpmn", "ask", asking('<zeebe:assignmentDefinition candidateGroups="Repair"/>')),
    ("unknown-team", "sample.bpmn", "l", drawn("start > ask > end", boundary=LANE.format("Repair"))),
    ("unknown-team", "sample.bpmn", "do", served(service("notify", to="Repair", message="Hello"))),
    ("wrong-reminder", "category.toml", "reminders.escalation", settings('to = "Repairs"', 'to = "Repair"')),
    ("wrong-reminder", "sample.bpmn", "ask", asking('<zeebe:properties><zeebe:property name="reminders" value="never"/></zeebe:properties>')),
    ("unknown-team", "rules.toml", "sample.answer", category(rules__toml=RULES + EXTENSION.format(letter="", team="Repair"))),
    ("no-lane-name", "sample.bpmn", "l", drawn("start > ask > end", boundary=LANE.format(""))),
    ("unknown-rule", "sample.bpmn", "ask", asking(schedule(dueDate='=due("sample.anser", received_on)'))),
    ("unknown-rule", "sample.bpmn", "do", served(service("extend_clock", rule="sample.anser", working_days="5", reason="So"))),
    ("unknown-step", "sample.bpmn", "ask", asking('<zeebe:properties><zeebe:property name="differentFrom" value="aks"/></zeebe:properties>')),
    ("unknown-step", "category.toml", "stages.aks", settings("ask =", "aks =")),
    ("no-called-process", "sample.bpmn", "sub", drawn("start > ask > sub:call > end")),
    ("shares-fields", "sample.bpmn", "sub", drawn("start > ask > sub:call > end", inside={"sub": extensions('<zeebe:calledElement processId="sample" propagateAllParentVariables="false"/>')})),
    ("unknown-process", "sample.bpmn", "sub", drawn("start > ask > sub:call > end", inside={"sub": extensions('<zeebe:calledElement processId="smple"/>')})),
    ("wrong-category", "sample.bpmn", "sub", drawn("start > ask > sub:call > end", inside={"sub": extensions('<zeebe:properties><zeebe:property name="startsCase" value="a valuation"/></zeebe:properties>')})),
    ("unknown-process", "category.toml", "category.process", settings('name = "Sample"', 'name = "Sample"\nprocess = "smple"')),
    ("unknown-decision", "sample.bpmn", "do", drawn("start > ask > do:businessRuleTask > end", inside={"do": extensions('<zeebe:calledDecision decisionId="price" resultVariable="cost"/>')})),
    ("unknown-reason", "sample.bpmn", "end", drawn("start > ask > end", inside={"end": extensions('<zeebe:properties><zeebe:property name="closureReason" value="Don"/></zeebe:properties>')})),
    ("unknown-service", "sample.bpmn", "do", served(service("merge_dokument", template="hello"))),
    ("no-service", "sample.bpmn", "do", served("")),
    ("unknown-input", "sample.bpmn", "do", served(service("record_note", text="Hello", titel="Hello"))),
    ("missing-input", "sample.bpmn", "do", served(service("record_note"))),
    ("missing-input", "sample.bpmn", "do", served(service("send_letter"))),
    ("missing-input", "sample.bpmn", "do", served(service("send_letter", template="hello", document="=case.title"))),
    ("missing-input", "sample.bpmn", "do", served(service("send_by_preference"))),
    ("missing-input", "sample.bpmn", "do", served(service("send_by_preference", document="=case.title", sms="hello"))),
    ("unknown-document", "sample.bpmn", "do", served(service("send_letter", document="Our anser"))),
    ("wrong-input", "sample.bpmn", "do", served(service("send_email", purpose="fun", subject="Hello", text="Hello"))),
    ("unknown-rule", "sample.bpmn", "ask", asking(schedule(dueDate='=clock("sample.anser").due_at'))),
    ("unknown-ground", "sample.bpmn", "do", served(service("stop_clock", rule="sample.answer", reason="So"))),
    ("unknown-ground", "sample.bpmn", "do", {**served(service("extend_clock", rule="sample.answer", ground="mor", amount="=5", reason="So")), "rules.toml": (RULES + EXTENSION.format(letter="", team="Repairs")).encode()}),
    ("unknown-reason", "sample.bpmn", "do", {**served(service("extend_clock", rule="sample.answer", amount="=5", reason="So")), "rules.toml": (RULES + EXTENSION.format(letter="", team="Repairs")).encode()}),
    ("missing-input", "sample.bpmn", "do", {**served(service("extend_clock", rule="sample.answer", reason="It is hard")), "rules.toml": (RULES + EXTENSION.format(letter="", team="Repairs")).encode()}),
    ("wrong-input", "sample.bpmn", "do", served(service("start_clock", rule="sample.answer", counts_from="=case.title"))),
    ("wrong-input", "sample.bpmn", "do", served(service("start_clock", rule="sample.answer", counts_from="yesterday"))),
    ("unknown-letter", "sample.bpmn", "do", served(service("merge_document", template="helo"))),
    ("unknown-letter", "rules.toml", "sample.answer", category(rules__toml=RULES + EXTENSION.format(letter='letter = "helo"', team="Repairs"))),
    ("house-style-id", "sample.bpmn", "Activity_0k3x1ab", replaced('"ask"', '"Activity_0k3x1ab"')),
    ("no-name", "sample.bpmn", "ask", replaced('name="Ask"', "")),
    ("no-name", "sample.bpmn", "big_choice", unnamed("start > ask > big? -[rent > 1]-> end ; big? > ask", "Big choice")),
    ("loop-wrong-number", "sample.bpmn", "ask", drawn("start > ask > end", inside={"ask": f"{ASKS}{OFTEN}"})),
    ("cannot-run", "sample.bpmn", "sample", drawn("start > ask > end", roots='<bpmn:message name="nameless"/>')),
    ("idle-process", "sample.bpmn", "other", replaced("</bpmn:process>", '</bpmn:process><bpmn:process id="other"><bpmn:task id="a" name="A"/></bpmn:process>')),
    ("crosses-border", "sample.bpmn", "x", replaced("</bpmn:process>", '<bpmn:subProcess id="s"><bpmn:startEvent id="b"/><bpmn:endEvent id="e"/></bpmn:subProcess><bpmn:sequenceFlow id="x" sourceRef="ask" targetRef="e"/></bpmn:process>')),
    ("overlap", "sample.bpmn", "end", drawn("start > ask > end", roots=ON_TOP)),
    ("no-settings", "category.toml", "", category(category__toml=None)),
    ("settings", "category.toml", "", category(category__toml="[category")),
    ("settings", "category.toml", "", settings('[[team]]\nkey = "repairs"', "[[team]]")),
    ("unknown-setting", "category.toml", "category.nam", settings('name = "Sample"', 'name = "Sample"\nnam = "S"')),
    ("wrong-key", "category.toml", "category.key", settings('key = "sample"', 'key = "Sample!"')),
    ("wrong-prefix", "category.toml", "category.reference_prefix", settings('"SAM"', '"sam-"')),
    ("unknown-subject", "category.toml", "category.subject_types", settings('name = "Sample"', 'name = "Sample"\nsubject_types = ["persn"]')),
    ("unknown-subject", "category.toml", "category.required_subject", settings('name = "Sample"', 'name = "Sample"\nsubject_types = ["home"]\nrequired_subject = "person"')),
    ("no-diagram", "category.toml", "", category(sample__bpmn=None)),
    ("unknown-field", "category.toml", "category.summary_fields", settings('["rent"]', '["rant"]')),
    ("unknown-file", "readme.txt", "", category(readme__txt="Hello")),
    ("not-a-form", "ask.form", "", category(ask__form="{")),
    ("key-reserved", "ask.form", "part_0", category(ask__form=form({"type": "number", "key": "case", "label": "A"}))),
    ("field-not-in-catalogue", "ask.form", "", category(ask__form=form({"type": "textfield", "key": "a", "label": "A", "properties": {"catalogue": "a"}}))),
    ("form-id", "ask.form", "", category(ask__form=form(form_id="other"))),
    ("unused-form", "more.form", "", category(more__form=form({"type": "number", "key": "a"}, form_id="more"))),
    ("unknown-name", "ask.form", "part_0", category(ask__form=form({"type": "number", "key": "rent", "label": "R", "conditional": {"hide": "=rant > 1"}}))),
    ("not-text", "rules.toml", "", category(rules__toml=b"\xff\xfe")),
    ("wrong-rule", "rules.toml", "toml", category(rules__toml="[[rule")),
    ("wrong-rule", "rules.toml", "rule[sample.answer].within.unit", category(rules__toml=RULES.replace("5, unit = \"working days\"", "5, unit = \"moons\""))),
    ("no-link", "rules.toml", "sample.answer", category(rules__toml=RULES.replace('"local standard"', '"law"'))),
    ("decision", "price.dmn", "", category(price__dmn="<html/>")),
    ("too-large", "price.dmn", "", category(price__dmn=DMN + " " * 2_000_001)),
    ("decision-expression", "price.dmn", "price", category(price__dmn=PRICE.format("rant * 2"))),
    ("decision-expression", "price.dmn", "price", category(price__dmn=PRICE.format('rent * "2"'))),
    ("damaged", "hello.docx", "hello", category(hello__docx=b"not a Word file")),
    ("unclosed-tag", "hello.docx", "hello", category(hello__docx=word_file("Dear {{ person.full_name"))),
    ("unknown-field", "hello.docx", "hello", {**served(LETTER_STEP), "hello.docx": word_file("Dear {{ person.ful_name }}")}),
    ("unused-letter", "hello.docx", "hello", category(hello__docx=word_file("Hello"))),
    ("feel", "hello.docx", "hello", {**served(LETTER_STEP), "hello.docx": word_file("{{ feel('lower case(rent)') }}")}),
    ("wrong-type", "hello.docx", "hello", {**served(LETTER_STEP), "hello.docx": word_file("{{ case.opened_on|money }}")}),
    ("unknown-email", "sample.bpmn", "do", served(service("send_email", template="helo"))),
    ("unknown-sms", "sample.bpmn", "do", served(service("send_sms", template="helo"))),
    ("subject", "hello.email", "hello", category(hello__email=b"Dear tenant")),
    ("unused-email", "hello.email", "hello", category(hello__email=b"Subject: x\n\nDear tenant")),
    ("unused-sms", "hello.sms", "hello", category(hello__sms=b"Dear tenant")),
]
# fmt: on
