"""Chooses what is answered at a to-do item: what was given, else what lets the wanted branches be taken."""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.definitions.elements import Element, Flow
from engine.errors import Invalid
from engine.forms import Field
from engine.playing.bringing import Choose, PlayedInstance, wishes_of
from engine.playing.filling import accepts, filled
from engine.playing.routes import Routes, conditional
from engine.playing.scopes import Path, Values
from engine.runtime import choosing

MaySet = Callable[[Path, Any], bool]
WENT_WELL: Mapping[str, Any] = {"number": 1, "boolean": True}  # by the FEEL type of a result
NEAR = 12  # gateways that are looked at ahead of an answer


class Answers:
    """What play answers, over the visits of one play."""

    def __init__(self, given: Mapping[str, Any], routes: Routes, choose: Choose, turn: int) -> None:
        self._given = given
        self._routes = routes
        self._choose = choose
        self._turn = turn
        self._visits: Counter[str] = Counter()
        self._choices: Counter[str] = Counter()

    def given(self, element_id: str) -> dict[str, Any] | None:
        """Return what was given for this visit of an element; the last of a list stands for all later ones."""
        found = self._given.get(element_id)
        if isinstance(found, list):
            found = found[min(self._visits[element_id], len(found) - 1)] if found else None
        return dict(found) if isinstance(found, Mapping) else None

    def to(self, instance: PlayedInstance, token: Any, element: Element) -> dict[str, Any]:
        """Return validated answers for the item of a token.

        Raises:
            Invalid: the form does not accept what was given, or nothing that was tried.
        """
        given = self.given(element.id)
        if choosing.is_choice(token):
            return self._chosen(token, element, given or {})
        turn = self._turn + self._visits[element.id]
        self._visits[element.id] += 1
        form = instance.definition.forms.get(str(instance.literal(token, element.assignment.form_id)))
        if form is None:
            return given or {}
        scope = instance.scope(token)
        if given is not None:
            return filled(form, scope, given, instance.functions, turn, is_given=True)
        fields = {tuple(item.key.split(".")): item for item in form.fields if not item.computed}
        found = self._wished(
            instance, token, element, lambda path, value: path in fields and _accepts(fields[path], value)
        )
        wished = {".".join(path): value for path, value in found.items()}
        try:
            return filled(form, scope, wished, instance.functions, turn)
        except Invalid:
            return filled(form, scope, {}, instance.functions, turn)

    def of_service(
        self, instance: PlayedInstance, token: Any, element: Element, results: Mapping[str, str]
    ) -> dict[str, Any]:
        """Return what a service task gives back: what was given, else what leads where it is wanted, else success."""
        given = self.given(element.id)
        if given is not None:
            return given
        plain = {source.removeprefix("=").strip(): target for source, target in element.service.outputs}
        names: dict[Path, str] = {(plain.get(name, name),): name for name, kind in results.items() if kind == "boolean"}
        found = self._wished(instance, token, element, lambda path, value: path in names and isinstance(value, bool))
        went_well = {name: WENT_WELL[kind] for name, kind in results.items()}
        return went_well | {names[path]: value for path, value in found.items()}

    def _chosen(self, token: Any, element: Element, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the choice: what was given, the most wanted flow, or of other ways each in its turn."""
        turn = self._turn + self._choices[element.id]
        self._choices[element.id] += 1
        if choosing.ANSWER in given:
            return {choosing.ANSWER: given[choosing.ANSWER]}
        ways = [way_id for way_id, _ in (choosing.offer(token) or {"ways": ()})["ways"]]
        wanted = [flow.id for flow in self._choose(element) if flow.id in ways]
        return {choosing.ANSWER: wanted[0] if wanted else ways[turn % len(ways)]}

    def _wished(self, instance: PlayedInstance, token: Any, element: Element, accepted: MaySet) -> Values:
        """Return values with which the gateways behind an element let the wanted ways be taken."""
        values: Values = {}

        def may_set(path: Path, value: Any) -> bool:
            return path not in values and accepted(path, value)

        for gateway in self._gateways_behind(element):
            for flow in self._choose(gateway):
                found = self._solved(instance, token, gateway, flow, values, may_set)
                if found is not None:
                    values |= found
                    break
        return values

    def _solved(
        self, instance: PlayedInstance, token: Any, gateway: Element, flow: Flow, values: Values, may_set: MaySet
    ) -> Values | None:
        others = [(other.condition, False) for other in conditional(gateway) if other.id != flow.id]
        own = [] if flow.id == gateway.default_flow else [(flow.condition, True)]
        for wanted in ([*own, *others], own):
            wishes = wishes_of(wanted)
            if wishes:
                found = instance.solved(token, wishes, may_set, over=values)
                if found is not None:
                    return found
        return None

    def _gateways_behind(self, element: Element) -> Iterator[Element]:
        """Yield what chooses behind an item, up to the next items with answers of their own."""
        seen, waiting, count = {element.id}, deque([element]), 0
        while waiting and count < NEAR:
            current = waiting.popleft()
            if conditional(current):
                count += 1
                yield current
            if current is not element and current.is_to_do and current.assignment.form_id:
                continue
            for flow in current.outgoing:
                after = self._routes.elements.get(flow.target)
                if after is not None and after.id not in seen:
                    seen.add(after.id)
                    waiting.append(after)


def _accepts(field: Field, value: Any) -> bool:
    return accepts(field.type, tuple(option.value for option in field.options), value)
