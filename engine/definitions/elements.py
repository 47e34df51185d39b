"""What a diagram says about each of its elements, in our own words and free of any modeller's dialect."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ACTIVITIES = frozenset(
    "task userTask manualTask serviceTask sendTask receiveTask scriptTask businessRuleTask callActivity subProcess "
    "transaction adHocSubProcess".split()
)
EVENTS = frozenset("startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent".split())
GATEWAYS = frozenset("exclusiveGateway parallelGateway inclusiveGateway eventBasedGateway complexGateway".split())
# Gateways that choose among the flows out of them.
CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})
FLOW_NODES = ACTIVITIES | EVENTS | GATEWAYS
# What a person does; everything else moves by itself.
TO_DO = frozenset({"userTask", "manualTask", "task"})
# What may wait for something to happen.
WAITING = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask"})
# What our own service tasks do.
SERVICES = frozenset({"serviceTask", "sendTask", "scriptTask", "businessRuleTask"})
# What the completion condition of a loop, and the activation condition of a complex gateway, may name besides fields.
COUNTS = (
    "numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances", "numberOfTerminatedInstances",
)  # fmt: skip
ACTIVATION_COUNT = "activationCount"
# How a repetition that was missed while no node ran catches up: `skip` (once for all rounds) or `each`.
CATCH_UP = "catchUp"
# A native property (zeebe:properties) by which a file says that a person decides.
DECIDED_BY, OFFICER = "decidedBy", "officer"


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Timer:
    """When a timer event fires: `kind` is date, duration or cycle; `text` is ISO 8601 or a FEEL expression."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class MessageReference:
    """The message that an event waits for or sends, with the FEEL expression of its correlation key."""

    name: str
    correlation_key: str = ""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One thing that an event waits for or throws; an event may have several."""

    kind: str  # message, timer, signal, error, escalation, conditional, link, compensate, cancel, terminate
    name: str = ""  # of the signal, error, escalation or link
    code: str = ""  # that an error or escalation is caught by; without one it catches all
    condition: str = ""  # FEEL
    activity: str = ""  # what a compensation undoes; all that was done in its scope without one
    timer: Timer | None = None
    message: MessageReference | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    """How often an activity is done: for each item of a collection, a number of times, or while a condition holds."""

    is_sequential: bool = False
    collection: str = ""
    item: str = ""
    output_collection: str = ""
    output_element: str = ""
    cardinality: str = ""
    completion_condition: str = ""


@dataclass(frozen=True, slots=True)
class Repeat:
    """That an activity is done again and again: while a condition holds, else until an officer says that it is done."""

    condition: str = ""  # FEEL
    most: int | None = None
    asks_before: bool = False


@dataclass(frozen=True, slots=True)
class AdHoc:
    """That the activities of a sub-process are done in any order: until a condition holds or an officer says so."""

    condition: str = ""  # FEEL
    is_sequential: bool = False
    ends_the_rest: bool = True


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is asked to do a user task; each text is a literal or, with a leading "=", FEEL."""

    assignee: str = ""
    candidate_groups: str = ""
    candidate_users: str = ""
    due_date: str = ""
    follow_up_date: str = ""
    priority: str = ""
    form_id: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """What a service task does: its type, constant headers, and the mappings of names in and out of it."""

    type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[tuple[str, str], ...] = ()  # (source expression, target name)
    outputs: tuple[tuple[str, str], ...] = ()
    script: str = ""
    decision_id: str = ""
    result_variable: str = ""
    called_process: str = ""
    is_closed: bool = False  # whether the called process would know nothing but what it is given


@dataclass(frozen=True, slots=True)
class Element:
    """One flow node of a diagram."""

    id: str
    kind: str  # the BPMN tag, such as userTask
    process_id: str
    name: str = ""
    documentation: str = ""
    lane: str = ""
    line: int = 0
    outgoing: tuple[Flow, ...] = ()
    default_flow: str = ""
    assignment: Assignment = Assignment()
    service: Service = field(default_factory=Service)
    properties: Mapping[str, str] = field(default_factory=dict)
    loop: Loop | None = None
    repeat: Repeat | None = None
    ad_hoc: AdHoc | None = None
    activation: str = ""  # FEEL: when a complex gateway goes on
    timer: Timer | None = None
    message: MessageReference | None = None
    event: str = ""  # none, timer, message, signal, error, escalation, conditional, …; of several the first
    triggers: tuple[Trigger, ...] = ()
    takes_all: bool = False  # of several triggers all must come
    is_interrupting: bool = True
    attached_to: str = ""

    @property
    def label(self) -> str:
        """Return the name as drawn, or the id in words."""
        return self.name or self.id.replace("_", " ").capitalize()

    @property
    def starts_case(self) -> str:
        """Return the category of the case that a call activity starts and waits for (its property `startsCase`)."""
        return self.properties.get("startsCase", "") if self.kind == "callActivity" else ""

    @property
    def catches_up(self) -> bool:
        """Say whether a repetition comes for every round that it missed while no node ran (`catchUp`)."""
        return self.properties.get(CATCH_UP, "skip") == "each"

    @property
    def is_told(self) -> bool:
        """Say whether an officer tells that this event has happened, instead of a time, a message or a signal."""
        return self.properties.get("toldBy") == "officer" and self.kind in WAITING

    @property
    def is_to_do(self) -> bool:
        """Say whether a person does this element."""
        return self.kind in TO_DO

    @property
    def is_decided_by_officer(self) -> bool:
        """Say whether an officer chooses among the flows out of a gateway: so it says, or not every flow says when."""
        if self.kind not in CHOOSING or len(self.outgoing) < 2:
            return False
        bare = [flow for flow in self.outgoing if not flow.condition and flow.id != self.default_flow]
        is_open = bool(bare) and self.kind != "complexGateway"  # which follows flows without a condition
        return self.properties.get(DECIDED_BY) == OFFICER or is_open

    @property
    def is_service(self) -> bool:
        """Say whether the platform does this element by itself, by a service task, script or decision."""
        return self.kind in SERVICES
