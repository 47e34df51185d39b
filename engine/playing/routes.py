"""The diagram as a map: which ways lead on, how far the end is, and what no play has reached yet."""

from collections import Counter, deque
from collections.abc import Iterable, Mapping

from engine.definitions.elements import Element, Flow
from engine.playing.report import Coverage

FAR = 1_000_000  # further than any way on a diagram


class Routes:
    """The elements and flows in reach of a process, with what the plays so far have reached and taken."""

    def __init__(self, elements: Mapping[str, Element], process_id: str) -> None:
        self.elements = {key: e for key, e in elements.items() if e.process_id in _called_from(elements, process_id)}
        self.flows = {flow.id: flow for element in self.elements.values() for flow in element.outgoing}
        self.reached: Counter[str] = Counter()  # by all plays
        self.taken: Counter[str] = Counter()
        self._attached: dict[str, list[str]] = {}
        for element in self.elements.values():
            if element.attached_to:
                self._attached.setdefault(element.attached_to, []).append(element.id)
        self._to_end = self._distances()

    def to_end(self, element_id: str) -> int:
        """Return how many flows lead from an element to the nearest end of its scope."""
        return self._to_end.get(element_id, FAR)

    def to_new(self, element_id: str) -> int:
        """Return how many flows lead from an element to the nearest that no play has reached; 0 if it is new itself."""
        seen, waiting = {element_id}, deque([(element_id, 0)])
        while waiting:
            current, far = waiting.popleft()
            if current in self.elements and not self.reached[current]:
                return far
            for after in self._after(current):
                if after not in seen:
                    seen.add(after)
                    waiting.append((after, far + 1))
        return FAR

    def pass_by(self, element_id: str, via: str) -> list[str]:
        """Note that a token came to an element from another; return the flows that it may have taken."""
        self.reached[element_id] += 1
        source = self.elements.get(via)
        flows = [flow.id for flow in source.outgoing if flow.target == element_id] if source is not None else []
        self.taken.update(flows)
        return flows

    def coverage(self) -> Coverage:
        """Return what the plays so far have reached."""
        missed = tuple(key for key in self.elements if not self.reached[key])
        untaken = tuple(key for key in self.flows if not self.taken[key])
        nodes, flows = len(self.elements), len(self.flows)
        return Coverage(nodes, nodes - len(missed), flows, flows - len(untaken), missed, untaken)

    def _after(self, element_id: str) -> Iterable[str]:
        element = self.elements.get(element_id)
        if element is None:
            return ()
        return (*(flow.target for flow in element.outgoing), *self._attached.get(element_id, ()))

    def _distances(self) -> dict[str, int]:
        before: dict[str, list[str]] = {}
        for flow in self.flows.values():
            before.setdefault(flow.target, []).append(flow.source)
        found = {key: 0 for key, element in self.elements.items() if not element.outgoing}
        waiting = deque(found)
        while waiting:
            current = waiting.popleft()
            for source in before.get(current, ()):
                if source not in found:
                    found[source] = found[current] + 1
                    waiting.append(source)
        return found


def conditional(element: Element) -> list[Flow]:
    """Return the flows out of an element that have a condition, without its default."""
    return [flow for flow in element.outgoing if flow.condition and flow.id != element.default_flow]


def _called_from(elements: Mapping[str, Element], process_id: str) -> set[str]:
    calls: dict[str, set[str]] = {}
    for element in elements.values():
        called = element.service.called_process
        if called.startswith("="):  # it may be any
            calls.setdefault(element.process_id, set()).update(other.process_id for other in elements.values())
        elif called:
            calls.setdefault(element.process_id, set()).add(called)
    found, waiting = {process_id}, [process_id]
    while waiting:
        new = calls.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return found
