"""Plays a diagram: does what the case waits for, one after another, until it is over or nothing can be done."""

import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from engine import service_tasks
from engine.definitions.category import Definition
from engine.definitions.elements import Element, Flow
from engine.errors import EngineError, Invalid
from engine.instants import frozen_at
from engine.playing.answering import Answers
from engine.playing.bringing import PlayedInstance
from engine.playing.report import Options, Outcome, Report
from engine.playing.routes import Routes
from engine.playing.sample import surroundings
from engine.runtime.step import Step
from engine.runtime.unstored import UnstoredCase, Waiting

STARTED_AT = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)  # a Thursday
KINDS = ("person", "job", "condition", "message", "signal", "timer")  # what is done first when nothing else decides


class PlayedCase(UnstoredCase):
    """A case in memory whose items open as they do when saved, and whose unknown services may be answered."""

    instance_class = PlayedInstance
    opens_items = True
    instance: PlayedInstance

    def __init__(self, definition: Definition, *, answers_services: bool) -> None:
        super().__init__(definition, at=STARTED_AT)
        self.surroundings = surroundings
        self.answered: list[str] = []
        if answers_services:
            self.do_service = self._answer_service

    def _answer_service(self, step: Any, token: Any) -> bool | None:
        """Let a service or decision that is not known here be done: what it would give is brought when it is read."""
        element = self.instance.element(token)
        service = element.service
        if service.script or service.type in service_tasks.BY_TYPE:
            return None
        if service.decision_id and str(self.instance.literal(token, service.decision_id)) in self.definition.decisions:
            return None
        self.answered.append(element.id)
        self.instance.brought.update(target for _, target in service.outputs)
        if service.result_variable:
            self.instance.brought.add(service.result_variable)
        return True


class Player:
    """One play of a diagram."""

    def __init__(
        self,
        definition: Definition,
        routes: Routes,
        options: Options,
        *,
        turn: int,
        ends_at: float,
        asides_first: bool = False,
    ) -> None:
        """Prepare a play; with `asides_first` each event beside the way comes once before the way goes on."""
        self.definition = definition
        self.routes = routes
        self.options = options
        self.ends_at = ends_at
        self.is_searching = options.plays > 1  # for what no play has reached
        self.asides_first = asides_first
        self.trail: list[str] = []
        self.user_tasks = 0
        self.taken: Counter[str] = Counter()  # flows and acts in this play
        self.case = PlayedCase(definition, answers_services=options.services == "answer")
        self.case.instance.prepare(self.ways)
        self.answers = Answers(options.answers, routes, self.ways, turn)
        self.refused: dict[str, str] = {}  # token of an item whose answers its form refused, to why

    def play(self, file: str) -> Report:
        """Play to the end, and tell how it went."""
        began_at = time.monotonic()
        outcome, element, reason = self._play()
        return Report(
            file=file,
            process=self.definition.process_id,
            outcome=outcome,
            reason=reason,
            element=element,
            steps=len(self.trail),
            user_tasks=self.user_tasks,
            trail=tuple(self.trail),
            seconds=round(time.monotonic() - began_at, 4),
            answered=tuple(self.case.answered),
        )

    def ways(self, element: Element) -> Sequence[Flow]:
        """Return the ways out of an element, the most wanted first."""
        flows = [f for f in element.outgoing if f.condition or f.id == element.default_flow]
        if element.is_decided_by_officer:
            flows = list(element.outgoing)
        return sorted(flows, key=lambda flow: self._rank(flow.id, flow.target))

    def _play(self) -> tuple[Outcome, str, str]:
        try:
            self.case.step(self._begin)
        except Invalid as refusal:
            return "waiting", self._start.id if self._start else "", _refused(refusal)
        self._follow()
        while not self.case.is_over:
            if len(self.trail) >= self.options.steps:
                return self._stopped(f"It was stopped after {self.options.steps:,} steps")
            if time.monotonic() > self.ends_at:
                return self._stopped(f"It was stopped after {self.options.seconds:g} seconds")
            acts = [waiting for waiting in self.case.waiting() if waiting.token_id not in self.refused]
            if not acts:
                return self._how_it_is_stuck()
            self._do(min(acts, key=self._urgency))
            self._follow()
        return "completed", "", ""

    @property
    def _start(self) -> Element | None:
        return self.definition.start

    def _begin(self, step: Step) -> None:
        """Start the case, with the answers of the form that it is started by."""
        instance = self.case.instance
        instance.workflow.plant()
        if self._start is not None:
            instance.document.update(self.answers.to(instance, instance.workflow.task_tree, self._start))

    def _do(self, act: Waiting) -> None:
        self.taken[act.element_id] += 1
        match act.kind:
            case "person":
                self._answer(act)
            case "job":
                self.case.finish_job(act.token_id, self._brought_back(act))
            case "timer":
                self.case.wait_until(act.due or self.case.at)
            case "message":
                given = self.answers.given(act.element_id) or {}
                self.case.send(act.name, self.case.key_of(act.token_id, act.name), given)
            case "signal":
                self.case.hear(act.name, self.answers.given(act.element_id) or {})
            case "condition":
                self.case.step(lambda step: self._let_hold(step, act))

    def _brought_back(self, act: Waiting) -> dict[str, Any]:
        """Return what a job gives its element: of a service task its results, else what was given."""
        element = self.definition.elements[act.element_id]
        task = service_tasks.BY_TYPE.get(element.service.type)
        if task is None or not task.results:
            return self.answers.given(element.id) or {}
        token = next(token for token in self.case.instance.workflow.tokens() if token.id.hex == act.token_id)
        return self.answers.of_service(self.case.instance, token, element, task.results)

    def _let_hold(self, step: Step, act: Waiting) -> None:
        """Give fields the values with which a condition holds that is waited for; or give the waiting up."""
        token = step.token(act.token_id)
        if not self.case.instance.try_for(token, [(act.name, True)]):
            self.refused[act.token_id] = f"Nothing that play may bring lets {act.name} hold."

    def _answer(self, act: Waiting) -> None:
        token = next(token for token in self.case.open_tokens() if token.id.hex == act.token_id)
        try:
            with frozen_at(self.case.at):
                answers = self.answers.to(self.case.instance, token, self.definition.elements[act.element_id])
        except Invalid as refusal:
            self.refused[act.token_id] = _refused(refusal)
            return
        try:
            self.case.answer(act.token_id, answers)
        except Invalid as refusal:  # a given choice that is none of the ways
            self.refused[act.token_id] = _refused(refusal)
            return
        self.user_tasks += 1

    def _follow(self) -> None:
        """Note where the tokens went in the last step."""
        for move in self.case.moves:
            if move.what == "entered":
                self.taken.update(self.routes.pass_by(move.element_id, move.via))
            elif move.what == "left":
                self.trail.append(move.element_id)

    def _urgency(self, act: Waiting) -> tuple[int, ...]:
        """Return how soon an act is wanted: what leads to something new, then what was done least, people first."""
        element = self.definition.elements.get(act.element_id)
        is_aside = element is not None and bool(element.attached_to or element.kind == "startEvent")  # of a sub-process
        is_wanted = self.asides_first or (self.is_searching and self.routes.to_new(act.element_id) <= 1)
        first = 0 if is_aside and is_wanted and not self.taken[act.element_id] else 1
        when = int(act.due.timestamp()) if act.due is not None else 0
        return first, int(is_aside), KINDS.index(act.kind), when, self.taken[act.element_id]

    def _rank(self, flow_id: str, target: str) -> tuple[int, ...]:
        is_known = self.is_searching and self.routes.taken[flow_id] > 0
        new = 1 + self.routes.to_new(target) if is_known else 0
        return self.taken[flow_id], new, self.routes.taken[flow_id], self.routes.to_end(target)

    def _stopped(self, why: str) -> tuple[Outcome, str, str]:
        waiting = self.case.waiting()
        if not waiting:
            return self._how_it_is_stuck()
        return "waiting", waiting[0].element_id, f"{why}; it waits at “{self._label(waiting[0].element_id)}”."

    def _how_it_is_stuck(self) -> tuple[Outcome, str, str]:
        for token_id, (element_id, error) in self.case.incidents.items():
            if token_id not in self.refused:
                return "incident", element_id, _sentence(error)
        for act in self.case.waiting():
            return "waiting", act.element_id, f"“{self._label(act.element_id)}”: {self.refused[act.token_id]}"
        return "incident", "", "The case waits for nothing and is not over."

    def _label(self, element_id: str) -> str:
        element = self.definition.elements.get(element_id)
        return element.label if element is not None else element_id


def _refused(refusal: Invalid) -> str:
    said = "; ".join(f"{place}: {sentence}" for place, sentence in sorted(refusal.errors.items()))
    return f"Its form does not accept the answers. {said or refusal.message}"


def _sentence(error: EngineError) -> str:
    return f"{error.message} {error.remedy}".strip()
