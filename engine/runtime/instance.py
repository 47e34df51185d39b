"""A running case in memory: its tokens, its document, and how it answers what its tokens ask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from SpiffWorkflow.task import Task

from engine import feel
from engine.clocks import crons, timing
from engine.definitions.category import Definition
from engine.definitions.elements import Element
from engine.definitions.specs import CaseMessage, CaseSignal, CaseTimer, place_of
from engine.errors import EngineError, Invalid, StepFailed
from engine.forms.names import RESERVED
from engine.instants import now
from engine.runtime.deadlines import Deadlines
from engine.runtime.document import Document
from engine.runtime.scope import Scope
from engine.runtime.typing import storable
from engine.runtime.workflow import CaseWorkflow, Mappings

MAX_ITEMS = 10_000


@dataclass(slots=True)
class Kept:
    """What is kept beside the tokens, by token id: the rows in the database that each token has."""

    todo: dict[str, int] = field(default_factory=dict)  # token to user_task id
    timers: dict[str, str] = field(default_factory=dict)  # "token element" to due instant
    messages: dict[str, str] = field(default_factory=dict)  # "token element" to "name key"
    signals: dict[str, str] = field(default_factory=dict)  # "token element name" to name
    jobs: dict[str, str] = field(default_factory=dict)  # token to job key
    incidents: dict[str, str] = field(default_factory=dict)  # token to element id
    clocks: dict[str, list[list[str]]] = field(default_factory=dict)  # token to [rule id, counted from] of its clocks
    started: list[list[str]] = field(default_factory=list)  # [rule id, counted from, source] of those no item started
    cases: dict[str, int] = field(default_factory=dict)  # token to the child case whose outcome it waits for
    letters: dict[str, int] = field(default_factory=dict)  # token to the item in which somebody decides on its letters
    sections: list[str] = field(default_factory=list)  # of the case document that have a row; others are empty

    def to_json(self) -> dict[str, Any]:
        """Return it as it stands in the snapshot; empty parts are left out."""
        parts = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in parts.items() if value}


class Instance:
    """One case on one version of its category. Used by one thread at a time: whoever holds the case's row lock."""

    def __init__(self, definition: Definition, workflow: CaseWorkflow, document: Document, kept: Kept) -> None:
        self.definition = definition
        self.workflow = workflow
        self.document = document
        self.kept = kept
        self.converters = dict(definition.converters)
        self.surroundings: Callable[[str], Any] = _nothing
        self.functions: Mapping[str, Callable[..., Any]] = {}
        self.deadlines: Deadlines | None = None  # of the step that is under way
        self.failures: dict[str, tuple[Task, EngineError]] = {}  # by token, of this step
        self.messages_sent: list[tuple[Task, CaseMessage, str, dict[str, Any]]] = []
        self.signals_sent: list[tuple[Task, CaseSignal]] = []
        self.looked_at = 0  # the state of the document when conditional events last looked at it
        workflow.case = self

    def follow_catalogue(self, definition: Definition) -> None:
        """Go on with the same version of the category, whose fields have changed meanwhile."""
        self.definition, self.converters = definition, dict(definition.converters)
        self.document.follow(definition.section_of)

    def element(self, token: Task) -> Element:
        """Return the element of the diagram that a token is at."""
        return self.definition.elements[place_of(token.task_spec)]

    def scope(self, token: Task) -> Scope:
        """Return the names in reach of a token."""
        return Scope(self.document, local=token.data, surrounding=self.surroundings, converters=self.converters)

    def evaluate(self, token: Task, text: str) -> Any:
        """Return the value of a FEEL expression, with or without the leading "="."""
        return _compiled(text).evaluate(self.scope(token), functions=self.functions)

    def literal(self, token: Task, text: str) -> Any:
        """Return the value of a text that is FEEL only with a leading "=", as in the Camunda 8 modeller."""
        return self.evaluate(token, text) if text.startswith("=") else text

    def value_of(self, text: str) -> Any:
        """Return the value of a FEEL expression that reads the case alone, and no local name of a token."""
        scope = Scope(self.document, local={}, surrounding=self.surroundings, converters=self.converters)
        return _compiled(text).evaluate(scope, functions=self.functions)

    # What tokens ask, by way of the workflow.

    def _catches_up(self, timer: CaseTimer) -> bool:
        """Say whether every round is done that came while no node ran; else they are skipped but for one."""
        element = self.definition.elements.get(timer.name.partition("~")[0])
        return element is not None and element.catches_up

    @property
    def field_changes(self) -> int:
        """Return how often a field was given another value."""
        return self.document.version

    def value(self, token: Task, text: str) -> Any:
        """Return the value of a condition or cardinality; whole numbers as integers."""
        value = self.evaluate(token, text)
        return int(value) if _is_whole(value) else value

    def items(self, token: Task, text: str) -> list[Any]:
        """Return the collection of a loop. What is not a list fails the step, and the case waits with an incident."""
        try:
            value = self.evaluate(token, text)
            if value is None:
                value = []
            if not isinstance(value, list):
                raise Invalid(f"The collection “{text}” is not a list.", remedy="Name a field that holds a list.")
            if len(value) > MAX_ITEMS:
                raise Invalid(f"The collection “{text}” has {len(value):,} items; {MAX_ITEMS:,} may be looped over.")
        except EngineError as error:
            self.fail(token, error)
            return []
        items: list[Any] = storable(value, name=text)
        return items

    def count(self, token: Task, text: str) -> int:
        """Return how often a loop is done. What is not such a number fails the step, as with a collection."""
        try:
            value = self.value(token, text)
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_ITEMS:
                raise Invalid(
                    f"“{text}” says how often a loop is done, and gives {value}.",
                    remedy=f"Give a whole number from 0 to {MAX_ITEMS:,}.",
                )
        except EngineError as error:
            self.fail(token, error)
            return 0
        return value

    def assign(self, token: Task, values: Mapping[str, Any]) -> None:
        """Write values to the scope where their names are known: the token's, else the case document.

        Raises:
            Invalid: a reserved name, or a value that cannot be kept; nothing is written then.
        """
        plain = {key: storable(value, name=key) for key, value in values.items()}
        for key in plain.keys() & RESERVED:
            if key not in token.data:
                raise Invalid(f"“{key}” is a reserved name.", remedy="Give the value another name in the diagram.")
        for key, value in plain.items():
            if key in token.data:
                token.data[key] = value
            else:
                self.document.put(key, value)

    def given(self, token: Task, inputs: Mappings, called: str) -> tuple[dict[str, Any], str] | None:
        """Return what a sub-process or called process is given by its input mappings, and which process `called` names.

        None when one of them fails: the case waits with an incident until somebody retries it.
        """
        if token.id.hex in self.kept.incidents:
            return None
        try:
            own = {target: storable(self.literal(token, source), name=target) for source, target in inputs}
            return own, self._called(token, called) if called else ""
        except EngineError as error:
            self.fail(token, error)
            return None

    def _called(self, token: Task, text: str) -> str:
        name = str(storable(self.literal(token, text), name="called process"))
        if name not in self.workflow.subprocess_specs:
            known = ", ".join(f"“{process}”" for each in self.definition.diagrams for process in each.process_ids)
            raise StepFailed(
                f"{text} names the process “{name}”, which this category does not have. It has {known}.",
                remedy="Correct the field that it is read from, or add the process.",
            )
        return name

    def when_due(self, token: Task, timer: CaseTimer) -> datetime | None:
        """Return when a timer is due; none when its text fails, and the case waits with an incident."""
        try:
            value = self._time(token, timer)
            if value is None and self._stands_still(token, timer):
                return None
            if timer.kind == "cycle":
                return self._first_round(token, timer, timing.cycle(value))
            if timer.kind == "duration":
                return timing.span(value).after(now())
            return timing.instant(value)
        except EngineError as error:
            self.fail(token, error)
            return None

    def _time(self, token: Task, timer: CaseTimer) -> Any:
        """Return what a timer's text gives, and keep with the token which clocks it asks."""
        if timing.is_literal(timer.expression):
            return timer.expression
        if self.deadlines is None:
            return self.evaluate(token, timer.expression)
        self.deadlines.asked.clear()
        value = self.evaluate(token, timer.expression)
        if self.deadlines.asked:
            keys = [list(key) for key in dict.fromkeys(self.deadlines.asked)]
            token.internal_data.setdefault("clocks", {})[timer.name] = keys
        return value

    def _stands_still(self, token: Task, timer: CaseTimer) -> bool:
        """Say whether a timer has no date because a clock that it asks is stopped: it gets one when that runs again."""
        keys = token.internal_data.get("clocks", {}).get(timer.name, ())
        return self.deadlines is not None and self.deadlines.stands_still((rule, start) for rule, start in keys)

    def next_round(self, token: Task, timer: CaseTimer, due: datetime) -> bool:
        """Set the next round of a cycle and say whether there is one."""
        left = token.internal_data["rounds"]
        if left is not None:
            left -= 1
            token.internal_data["rounds"] = left
            if left <= 0:
                return False
        text = timer.expression if timing.is_literal(timer.expression) else self.evaluate(token, timer.expression)
        try:
            following = timing.next_round(timing.cycle(text).each, due, catches_up=self._catches_up(timer))
        except crons.NeverAgain:
            return False
        token.internal_data["due"][timer.name] = following.isoformat()
        return True

    def send_message(self, token: Task, message: CaseMessage) -> None:
        """Note a message that the case sends; it is delivered after the step, by a step of the case that gets it."""
        key = self.evaluate(token, message.correlation_key) if message.correlation_key else ""
        self.messages_sent.append((token, message, str(storable(key, name="correlation key") or ""), {}))

    def send_signal(self, token: Task, signal: CaseSignal) -> None:
        """Note a signal that the case throws; every other case that waits for it hears it after the step."""
        self.signals_sent.append((token, signal))

    def holds(self, token: Task, text: str) -> bool:
        """Say whether a condition holds that a token waits for; one that fails is an incident of that token."""
        try:
            return self.value(token, text) is True
        except EngineError as error:
            token.looked_at.clear()  # a retry looks again
            self.fail(token, error)
            return False

    def fail(self, token: Task, error: EngineError) -> None:
        """Note that a token cannot go on: it stays where it is, and the case gets an incident."""
        self.failures[token.id.hex] = (token, error)

    def _first_round(self, token: Task, timer: CaseTimer, cycle: timing.Cycle) -> datetime:
        token.internal_data["rounds"] = cycle.rounds
        return cycle.first_at or cycle.each.after(now())


@lru_cache(maxsize=8192)
def _compiled(text: str) -> feel.Expression:
    return feel.compile(text.removeprefix("=").strip())


@lru_cache(maxsize=8192)
def read_by(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that an expression reads and the functions that it calls; a plain text does neither."""
    if not text or (timing.is_literal(text) and not text.startswith("=")):
        return frozenset(), frozenset()
    try:
        expression = _compiled(text)
    except EngineError:
        return frozenset(), frozenset()
    return expression.names, expression.calls


def _nothing(name: str) -> Any:
    return None


def _is_whole(value: Any) -> bool:
    return hasattr(value, "to_integral_value") and value.is_finite() and value == value.to_integral_value()
