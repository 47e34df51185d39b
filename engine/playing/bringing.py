"""Brings the values that a diagram reads and nobody gives: what another system, or a form that is not here, would.

A name that the case does not know is brought when it is asked for, so that conditions can be met and branches taken;
what forms, scripts and decisions have written is never touched.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from engine import feel
from engine.definitions.category import Definition
from engine.definitions.elements import Element, Flow
from engine.definitions.specs import CaseTimer, place_of
from engine.errors import EngineError
from engine.feel.reach import walk
from engine.forms import typed
from engine.forms.names import RESERVED
from engine.playing.routes import conditional
from engine.playing.scopes import Laid, Path, Values, get, put
from engine.playing.wishes import Wish, known_in, path_of, ways
from engine.runtime.instance import Instance
from engine.runtime.typing import storable

Choose = Callable[[Element], Sequence[Flow]]  # the ways out of an element, the most wanted first
TIMES = {"date": "2027-01-04T09:00:00+00:00", "duration": "PT1H", "cycle": "R1/PT1H"}
IN_A_DAY = "P1D"  # a date for a schedule, and as good as any other text for a key
ITEMS = 2  # of a collection that nobody gives
MAX_SECONDS = 0.25  # of processor time, to find values for one condition: some take long to be evaluated


class PlayedInstance(Instance):
    """An instance that is brought what its expressions read and the case does not know."""

    choose: Choose
    brought: set[str]  # names

    def prepare(self, choose: Choose) -> None:
        """Say how to choose among ways, before the first step."""
        self.choose, self.brought = choose, set()
        self._settled = ""  # the token whose conditions were seen to last
        self._plain = dict(_plain_texts(self.definition))

    def value(self, token: Any, text: str) -> Any:
        """Return the value of a condition, after bringing what lets a wanted way be taken."""
        element = self.definition.elements.get(place_of(token.task_spec))
        if element is not None:
            self._see_to(token, element, text)
        return super().value(token, text)

    def items(self, token: Any, text: str) -> list[Any]:
        """Return the collection of a loop: two items when nobody gives it."""
        element = self.definition.elements.get(place_of(token.task_spec))
        name = element.loop.item if element is not None and element.loop is not None else ""
        if self._bring_if_missing(token, text, self._sample_items(name)):
            self.brought.add(name)
        return super().items(token, text)

    def count(self, token: Any, text: str) -> int:
        """Return how often a loop is done: twice when nobody says."""
        self._bring_if_missing(token, text, ITEMS)
        return super().count(token, text)

    def when_due(self, token: Any, timer: CaseTimer) -> datetime | None:
        """Return when a timer is due: soon when nobody says."""
        self._bring_if_missing(token, timer.expression, TIMES.get(timer.kind, IN_A_DAY))
        return super().when_due(token, timer)

    def _called(self, token: Any, text: str) -> str:
        """Return which process is called: another one of the diagram when nobody says."""
        every = [process for diagram in self.definition.diagrams for process in diagram.process_ids]
        others = [process for process in every if process != self.definition.process_id]
        if others:
            self._bring_if_missing(token, text, others[0])
        return super()._called(token, text)

    def evaluate(self, token: Any, text: str) -> Any:
        """Return the value of an expression; a date or key that nobody gives is brought."""
        if text in self._plain:
            self._bring_if_missing(token, text, self._plain[text])
        return super().evaluate(token, text)

    def solved(
        self, token: Any, wishes: Sequence[Wish], may_set: Callable[[Path, Any], bool], *, over: Values | None = None
    ) -> Values | None:
        """Return values for paths that may be set with which all wishes come true; none when none are found.

        Values that are `over` the case already count as known.
        """
        scope = Laid(self.scope(token), over) if over else self.scope(token)
        ends_at = time.thread_time() + MAX_SECONDS
        for values in ways(wishes, known_in(scope, self.functions)):
            if time.thread_time() > ends_at:
                return None
            settable = {path: value for path, value in values.items() if may_set(path, value)}
            fixed = [path for path in values if path not in settable]
            if all(get(scope, path) == values[path] for path in fixed) and self._come_true(scope, settable, wishes):
                return settable
        return None

    def try_for(self, token: Any, wanted: Sequence[tuple[str, bool]]) -> bool:
        """Bring what makes texts hold or not; says whether that is possible."""
        wishes = wishes_of(wanted)
        if wishes is None:
            return False
        values = self.solved(token, wishes, lambda path, _: self.may_bring(token, path))
        if values is None:
            return False
        self.bring(token, values)
        return True

    def may_bring(self, token: Any, path: Path) -> bool:
        """Say whether nobody gives a name, so that it may be brought."""
        name = path[0]
        return name in self.brought or (name not in RESERVED and name not in self.scope(token))

    def bring(self, token: Any, values: Values) -> None:
        """Give names their values, where they are known already or else in the case document."""
        for path, value in values.items():
            name = path[0]
            self._remember_kind(path, value)
            plain = storable(value, name=name)
            self.brought.add(name)
            if name in token.data:
                token.data[name] = put(token.data[name], path[1:], plain)
            else:
                self.document.put(name, put(self.document.get(name), path[1:], plain))

    def _come_true(self, scope: Mapping[str, Any], values: Values, wishes: Sequence[Wish]) -> bool:
        laid = Laid(scope, values)
        return all((self._holds(laid, expression) is True) == want for expression, want in wishes)

    def _holds(self, scope: Mapping[str, Any], expression: feel.Expression) -> Any:
        try:
            return expression.evaluate(scope, functions=self.functions)
        except EngineError:
            return None

    def _see_to(self, token: Any, element: Element, text: str) -> None:
        if any(flow.condition == text for flow in element.outgoing):
            if self._settled != token.id.hex:
                self._settled = token.id.hex
                self._open_a_way(token, element)
        elif element.loop is not None and text == element.loop.completion_condition:
            self.try_for(token, [(text, True)])

    def _open_a_way(self, token: Any, element: Element) -> None:
        """Bring what lets the most wanted way be taken that can be; nothing when none can."""
        for flow in self.choose(element):
            others = [other for other in conditional(element) if other.id != flow.id]
            own = [] if flow.id == element.default_flow else [(flow.condition, True)]
            alone = [*own, *((other.condition, False) for other in others)]
            if self.try_for(token, alone) or (own and self.try_for(token, own)):
                return

    def _bring_if_missing(self, token: Any, text: str, value: Any) -> bool:
        """Bring a value for an expression that is one name or path and has none."""
        expression = compiled(text)
        path = path_of(expression.tree) if expression is not None else None
        if path is None or not self.may_bring(token, path) or get(self.scope(token), path) is not None:
            return False
        self.bring(token, {path: value})
        return True

    def _sample_items(self, name: str) -> list[Any]:
        if any(path_of(node) == (name,) for node in self._holders()):
            return [{} for _ in range(ITEMS)]
        return [f"item {number + 1}" for number in range(ITEMS)]

    def _holders(self) -> Iterator[Any]:
        """Yield what the diagram's conditions read parts of."""
        for element in self.definition.elements.values():
            for flow in element.outgoing:
                expression = compiled(flow.condition) if flow.condition else None
                for node in walk(expression.tree) if expression is not None else ():
                    if hasattr(node, "target"):
                        yield node.target

    def _remember_kind(self, path: Path, value: Any) -> None:
        """Read a date that is brought as a date, as a form's field would be."""
        if len(path) == 1 and isinstance(value, date):
            kind = "datetime" if isinstance(value, datetime) else "date"
            self.converters[path[0]] = lambda stored: typed(kind, stored)


@lru_cache(maxsize=4096)
def compiled(text: str) -> feel.Expression | None:
    """Return a FEEL text, with or without its leading "=", compiled; none when it cannot be read."""
    try:
        return feel.compile(text.removeprefix("=").strip())
    except EngineError:
        return None


def wishes_of(wanted: Sequence[tuple[str, bool]]) -> list[Wish] | None:
    """Return texts as wishes; none when one cannot be read."""
    found = [(compiled(text), want) for text, want in wanted]
    return (
        [(expression, want) for expression, want in found if expression is not None]
        if all(expression is not None for expression, _ in found)
        else None
    )


def _plain_texts(definition: Definition) -> Iterator[tuple[str, str]]:
    """Yield the texts that must give something, with what is brought where nobody gives it."""
    for element in definition.elements.values():
        for text in (element.assignment.due_date, element.assignment.follow_up_date):
            if text.startswith("="):
                yield text, IN_A_DAY
        for message in (element.message, *(trigger.message for trigger in element.triggers)):
            if message is not None and message.correlation_key:
                yield message.correlation_key, IN_A_DAY
