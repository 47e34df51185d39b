"""Decides at parallel and inclusive gateways whose token still has to come, by the diagram.

SpiffWorkflow looks for it in the tree of tokens: in its predictions, which `lookahead` bounds, and in what has finished
long ago, so that a token of an earlier lap counts again in the next one, and a second token that passes a gateway drops
what the first one has led to. Here an arrived token waits at its gateway until it is used up, and is used once.
"""

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.start_event import StartEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import EventSubprocess
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.deep_merge import DeepMerge
from SpiffWorkflow.util.task import TaskState

LATE = "late"  # in the internal data of a complex gateway's token: the specifications from which one may yet come
_UNDER_WAY = TaskState.WAITING | TaskState.READY | TaskState.STARTED


class DiagramJoin(UnstructuredJoin):
    """A gateway whose tokens wait for each other; `_inputs` are the names of the specifications before it."""

    _inputs: list[str]

    def _update_hook(self, my_task: Task) -> bool:
        others = self._waiting(my_task) if len(self._inputs) > 1 else []
        arrived = Counter(token.parent.task_spec.name for token in (my_task, *others))
        if len(self._inputs) > 1 and not self._may_go_on(my_task, arrived):
            my_task._set_state(TaskState.WAITING)
            return False
        self._use_up(my_task, others)
        my_task._inherit_data()
        return True

    def go_on_with_what_came(self, my_task: Task) -> None:
        """Wait no longer, although a flow has brought no token: somebody said so."""
        self._use_up(my_task, self._waiting(my_task))
        my_task._inherit_data()
        my_task._ready()

    def _may_go_on(self, my_task: Task, arrived: Counter[str]) -> bool:
        raise NotImplementedError

    def _waiting(self, my_task: Task) -> list[Task]:
        tokens = my_task.workflow.tasks.values()
        return [t for t in tokens if t.task_spec is self and t is not my_task and t._state == TaskState.WAITING]

    def _use_up(self, my_task: Task, others: list[Task]) -> None:
        """Take one token from each flow into the gateway; a second one on the same flow waits for the next time."""
        wanted = Counter(self._inputs)
        wanted[my_task.parent.task_spec.name] -= 1
        for token in others:
            source = token.parent.task_spec.name
            if wanted[source] > 0:
                wanted[source] -= 1
                if token.parent.data:
                    DeepMerge.merge(my_task.data, token.parent.data)
                token.cancel()

    @cached_property
    def _sources(self) -> dict[str, frozenset[str]]:
        """Return for each specification before the gateway those whose tokens can come to it, not through here."""
        return {name: frozenset(self._back_from(name)) for name in set(self._inputs)}

    def _back_from(self, name: str) -> Iterable[str]:
        specs, found, waiting = self._wf_spec.task_specs, {name}, [name]
        while waiting:
            current = waiting.pop()
            if current == self.name:
                continue
            new = set(specs[current]._inputs) - found
            found |= new
            waiting.extend(new)
        return found


class ParallelJoin(DiagramJoin):
    """Goes on with one token from each flow that can bring one.

    A flow that only a lap through this gateway feeds is not waited for in the first lap; in the next lap a flow that
    only the start feeds is not. A flow that a choice has left out is waited for, as BPMN says: the case is stuck.
    """

    def _may_go_on(self, my_task: Task, arrived: Counter[str]) -> bool:
        missing = [name for name, count in Counter(self._inputs).items() if arrived[name] < count]
        if not missing:
            return True
        start = self._wf_spec.start.name
        if not any(start in self._sources[name] for name in missing):
            return True
        by_laps = {name for name in self._sources if self.name in self._sources[name]}
        if not by_laps or by_laps.intersection(missing):
            return False
        under_way = {token.task_spec.name for token in _on_their_way(self, my_task)}
        return not any(self._sources[name] & under_way for name in missing)

    def _run_hook(self, my_task: Task) -> bool:
        return True


class InclusiveJoin(DiagramJoin):
    """Goes on when no token can come to a flow without one, unless it can as well come to a flow that has one."""

    def _may_go_on(self, my_task: Task, arrived: Counter[str]) -> bool:
        to_empty = set[str]().union(*(self._sources[name] for name in set(self._inputs) - arrived.keys()))
        to_filled = set[str]().union(*(self._sources[name] for name in arrived))
        return not (to_empty - to_filled).intersection(t.task_spec.name for t in _on_their_way(self, my_task))


class ComplexJoin(InclusiveJoin):
    """Goes on when its activation condition holds; what comes of the same time afterwards is taken in.

    A token of the gateway itself waits for that. It is withdrawn when nothing can come any more.
    """

    activation: str

    def _update_hook(self, my_task: Task) -> bool:
        if LATE in my_task.internal_data:
            self._let_go(my_task)
            return False
        for late in [token for token in super()._waiting(my_task) if LATE in token.internal_data]:
            if self._is_taken_in(my_task, late):
                return False
        return super()._update_hook(my_task)

    def _is_taken_in(self, my_task: Task, late: Task) -> bool:
        """Take in a token that belongs to the time when the gateway last went on; say whether it does."""
        source = my_task.parent.task_spec.name
        if source not in late.internal_data[LATE]:
            return False
        late.internal_data[LATE].remove(source)
        my_task.cancel()
        self._let_go(late)
        return True

    def _may_go_on(self, my_task: Task, arrived: Counter[str]) -> bool:
        if not self.activation:
            return super()._may_go_on(my_task, arrived)
        count = (arrived & Counter(self._inputs)).total()
        return bool(self.is_activated(my_task, count))

    def _waiting(self, my_task: Task) -> list[Task]:
        return [token for token in super()._waiting(my_task) if LATE not in token.internal_data]

    def _use_up(self, my_task: Task, others: list[Task]) -> None:
        missing = Counter(self._inputs) - Counter(t.parent.task_spec.name for t in (my_task, *others))
        super()._use_up(my_task, others)
        if self.activation and self._can_come(my_task, missing):
            late = my_task.parent._add_child(self, TaskState.WAITING)
            late.triggered = True
            late.internal_data[LATE] = list(missing.elements())

    def _let_go(self, late: Task) -> None:
        if not self._can_come(late, late.internal_data[LATE]):
            late.cancel()

    def _can_come(self, my_task: Task, names: Iterable[str]) -> bool:
        sources = set[str]().union(*(self._sources[name] for name in names))
        return bool(sources & {token.task_spec.name for token in _on_their_way(self, my_task)})


class ScopeEnd(TaskSpec):
    """The end of a process or sub-process: reached when no token is left, but for event sub-processes never triggered.

    Asked of all tokens rather than of the tree, which SpiffWorkflow searches to a depth of 1,000 only.
    """

    def _check_threshold_unstructured(self, my_task: Task) -> bool:
        left = _on_their_way(self, my_task)
        idle = [token for token in left if _is_idle(token)]
        if len(idle) < len(left):
            return False
        for token in idle:
            token.cancel()
        return True


def _is_idle(token: Task) -> bool:
    """Say whether `token` is at an event sub-process that still waits for its event."""
    if not isinstance(token.task_spec, EventSubprocess):
        return False
    inner = token.workflow.top_workflow.subprocesses.get(token.id)
    alive = [t for t in inner.tasks.values() if t.has_state(_UNDER_WAY)] if inner is not None else []
    return all(t._state == TaskState.WAITING and isinstance(t.task_spec, StartEvent) for t in alive)


def _on_their_way(join: TaskSpec, my_task: Task) -> list[Task]:
    """Return the other tokens of the process; those that wait at `join` itself have arrived."""
    return [
        token
        for token in my_task.workflow.tasks.values()
        if (token._state & _UNDER_WAY or _is_about_to_be_reached(token))
        and token is not my_task
        and not (token.task_spec is join and token._state == TaskState.WAITING)
    ]


def _is_about_to_be_reached(token: Task) -> Any:
    return token._state == TaskState.FUTURE and token.parent is not None and token.parent._state == TaskState.COMPLETED
