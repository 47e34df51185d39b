"""SpiffWorkflow's workflow and tasks as this platform needs them.

Tokens note where they go (for history and replay), keep out of the log, and walk their ancestors without recursion.
Everything that needs the time, the case document or FEEL is asked of the `case` that the workflow belongs to.
"""

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions.building import ProcessSpecs
from engine.definitions.specs import CaseMessage, CaseSignal, CaseTimer
from engine.runtime.scoped_events import ScopedEvents
from engine.runtime.undoing import Record, scope_of, taken

Mappings = Iterable[tuple[str, str]]  # (source expression, target name)
HERE = TaskState.WAITING | TaskState.READY | TaskState.STARTED


class Move(NamedTuple):
    """A token entered, left or was withdrawn from an element."""

    what: str  # entered, left, withdrawn
    element_id: str
    token_id: str
    via: str = ""  # the element that the token came from


class RunningCase(Protocol):
    """What the workflow asks of the case that it belongs to."""

    @property
    def field_changes(self) -> int: ...

    def value(self, token: Task, text: str) -> Any: ...
    def items(self, token: Task, text: str) -> list[Any]: ...
    def count(self, token: Task, text: str) -> int: ...
    def assign(self, token: Task, values: dict[str, Any]) -> None: ...
    def literal(self, token: Task, text: str) -> Any: ...
    def given(self, token: Task, inputs: Mappings, called: str) -> tuple[dict[str, Any], str] | None: ...
    def when_due(self, token: Task, timer: CaseTimer) -> datetime | None: ...
    def next_round(self, token: Task, timer: CaseTimer, due: datetime) -> bool: ...
    def holds(self, token: Task, text: str) -> bool: ...
    def send_message(self, token: Task, message: CaseMessage) -> None: ...
    def send_signal(self, token: Task, signal: CaseSignal) -> None: ...


class Token(Task):
    """A task that notes its moves."""

    _state: int
    data: dict[str, Any]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.looked_at: dict[str, int] = {}  # at which change of the fields each condition was last looked at

    def _set_state(self, value: int) -> None:
        before, self._state = self._state, value
        if value == before:
            return
        if value == TaskState.WAITING:
            self.workflow.waiting[self.id] = self
        elif value == TaskState.READY:
            self.workflow.top_workflow.ready.append(self)
        elif value & TaskState.FINISHED_MASK:
            self.workflow.top_workflow.note_end(self)
        element_id = self.task_spec.bpmn_id
        if element_id is None:
            return
        moves = self.workflow.top_workflow.moves
        if value & HERE:
            if not before & HERE:
                moves.append(Move("entered", element_id, self.id.hex, self.came_from()))
        elif value == TaskState.COMPLETED:
            moves.append(Move("left", element_id, self.id.hex))
        elif value == TaskState.CANCELLED and before & HERE:
            moves.append(Move("withdrawn", element_id, self.id.hex))

    def cancel(self) -> None:
        """Withdraw the token, and with it the instances of its loop and the handlers that undo for it."""
        if not self.has_state(TaskState.FINISHED_MASK):
            for child in self.children:
                if child.triggered:
                    child.cancel()
        super().cancel()

    def came_from(self) -> str:
        """Return the element on the diagram that this token came from."""
        ancestor = self.parent
        while ancestor is not None and ancestor.task_spec.bpmn_id is None:
            ancestor = ancestor.parent
        return ancestor.task_spec.bpmn_id if ancestor is not None else ""

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> "Token":
        task = Token(self.workflow, task_spec, self, state=state)
        task.thread_id = self.thread_id
        if state == TaskState.WAITING:
            self.workflow.waiting[task.id] = task
        if state & HERE and task_spec.bpmn_id is not None:  # an instance of a loop is there from its birth
            moves = self.workflow.top_workflow.moves
            moves.append(Move("entered", task_spec.bpmn_id, task.id.hex, task.came_from()))
        if state == TaskState.READY:
            task._ready()
        return task

    def _inherit_data(self) -> None:
        # Only names local to a token are here (loop items, call inputs); most tokens have none.
        if self.parent.data:
            self.data = {**self.data, **self.parent.data}

    def is_descendant_of(self, task: Task) -> bool:
        """Say whether `task` is an ancestor of this one."""
        ancestor = self.parent
        while ancestor is not None:
            if ancestor is task:
                return True
            ancestor = ancestor.parent
        return False

    def find_ancestor(self, spec_name: str) -> Task | None:
        """Return the nearest ancestor whose specification has this name."""
        ancestor = self.parent
        while ancestor is not None and ancestor.task_spec.name != spec_name:
            ancestor = ancestor.parent
        return ancestor


class Expressions:
    """What SpiffWorkflow calls its script engine: asks the case, and never runs Python."""

    def __init__(self, workflow: "CaseWorkflow") -> None:
        self._workflow = workflow
        self.environment = self  # three of SpiffWorkflow's call sites skip the engine for its environment

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        """Return the value of `expression` for a token."""
        if not isinstance(task, Task):
            task = self._workflow.task_tree
        return self._workflow.case.value(task, expression)


class _Rooted:
    """Makes the root of a new workflow a `Token`, and knows its waiting tokens without a walk through the tree."""

    waiting: dict[UUID, Token]
    tasks: dict[UUID, Token]

    def update_waiting_tasks(self) -> None:
        """Let each token that waits look again whether it may go on."""
        self.waiting = {i: t for i, t in self.waiting.items() if t._state == TaskState.WAITING and i in self.tasks}
        for task in list(self.waiting.values()):
            if task._state == TaskState.WAITING:  # not cancelled by one before it
                task.task_spec._update(task)

    def _task_removed_notify(self, task: Task) -> None:
        """Let a token that is taken out of the tree wait for nothing any more."""
        super()._task_removed_notify(task)  # type: ignore[misc]
        self.top_workflow.event_manager.remove_task(task)  # type: ignore[attr-defined]

    def plant(self, root_id: UUID | None = None) -> None:
        """Place the first token."""
        self.task_tree = Token(self, self.spec.start, state=TaskState.FUTURE, id=root_id)  # type: ignore[attr-defined]
        self.task_tree.task_spec._predict(self.task_tree, mask=TaskState.NOT_FINISHED_MASK)
        self.task_tree._ready()


class CaseWorkflow(_Rooted, BpmnWorkflow):
    """The tokens of one case."""

    case: RunningCase

    def __init__(self, specs: ProcessSpecs) -> None:
        self.moves: list[Move] = []
        self.waiting = {}
        self.ready: deque[Token] = deque()  # that became ready, in this order; they may have moved on since
        self.done: Record = {}  # what may be undone, by scope
        self.firing: UUID | None = None  # the token whose timer's turn it is
        self.begin_at = ""  # the start event at which the case begins; the plain one unless somebody says
        super().__init__(specs.top, specs.inner, script_engine=Expressions(self), deserializing=True)
        self.event_manager = ScopedEvents(self)

    def create_subprocess(self, my_task: Task, spec_name: str) -> "CaseSubWorkflow":
        """Start the tokens of a sub-process or called process."""
        inner = CaseSubWorkflow(self.subprocess_specs[spec_name], my_task.id, self)
        self.subprocesses[my_task.id] = inner
        inner.plant()
        return inner

    def tokens(self) -> Iterable[Token]:
        """Return every token of the case, those of the innermost sub-processes first."""
        inner = sorted(self.subprocesses.values(), key=lambda workflow: -workflow.depth)
        for workflow in (*inner, self):
            yield from list(workflow.tasks.values())

    def in_order(self, tokens: Iterable[Task]) -> list[Task]:
        """Return tokens in the order of the tree, outer before inner: the same when the case is read again."""
        found = list(tokens)
        if len(found) < 2:
            return found
        place = {token.id: number for number, token in enumerate(self._walk())}
        return sorted(found, key=lambda token: place[token.id])

    def _walk(self) -> Iterable[Task]:
        waiting = [self.task_tree]
        while waiting:
            token = waiting.pop()
            yield token
            waiting.extend(reversed(token.children))
            if token.id in self.subprocesses:
                waiting.append(self.subprocesses[token.id].task_tree)

    # What our own kinds of steps ask for (see engine.definitions.specs) is answered by the case.

    def value(self, token: Task, text: str) -> Any:
        """Return the value of a FEEL text for a token."""
        return self.case.value(token, text)

    def items(self, token: Task, text: str) -> list[Any]:
        """Return the collection that a loop goes over."""
        return self.case.items(token, text)

    def count(self, token: Task, text: str) -> int:
        """Return how often a loop without a collection is done."""
        return self.case.count(token, text)

    def assign(self, token: Task, values: dict[str, Any]) -> None:
        """Write values to the scope where their names are known, else to the case document."""
        self.case.assign(token, values)

    def literal(self, token: Token, text: str) -> Any:
        """Return the value of a text that is FEEL only with a leading "="."""
        return self.case.literal(token, text)

    def given(self, token: Token, inputs: Mappings, called: str) -> tuple[dict[str, Any], str] | None:
        """Return what a sub-process or called process is given, and which process is called; none when that fails."""
        return self.case.given(token, inputs, called)

    def when_due(self, token: Task, timer: CaseTimer) -> datetime | None:
        """Return the instant at which a timer is due; none when it cannot be told."""
        return self.case.when_due(token, timer)

    def next_round(self, token: Task, timer: CaseTimer, due: datetime) -> bool:
        """Set a cycle's next round and say whether there is one."""
        return self.case.next_round(token, timer, due)

    @property
    def field_changes(self) -> int:
        """Return a number that is another one whenever a field of the case has changed."""
        return self.case.field_changes

    def holds(self, token: Task, text: str) -> bool:
        """Say whether a condition that a token waits for holds."""
        return self.case.holds(token, text)

    def send_message(self, token: Task, message: CaseMessage) -> None:
        """Queue a message that the case sends."""
        self.case.send_message(token, message)

    def send_signal(self, token: Task, signal: CaseSignal) -> None:
        """Queue a signal for all other cases."""
        self.case.send_signal(token, signal)

    def note_end(self, token: Token) -> None:
        """Note what is complete and may be undone; what was done in a scope is forgotten with it unless it is noted."""
        inner = self.done.pop(token.id.hex, []) if self.done else []
        if token._state == TaskState.COMPLETED and hasattr(token.task_spec, "undone_by"):
            self.done.setdefault(scope_of(token.workflow), []).append([token.task_spec.name, dict(token.data), inner])

    def take_done(self, scope: Any, activity: str) -> list[Any]:
        """Return what was done in a scope and is undone now, the last at the end: an activity, or all."""
        return taken(self.done, scope_of(scope), activity)


class CaseSubWorkflow(_Rooted, BpmnSubWorkflow):
    """The tokens of a sub-process."""

    def __init__(self, spec: Any, parent_task_id: UUID, top_workflow: CaseWorkflow) -> None:
        self.waiting = {}
        super().__init__(spec, parent_task_id, top_workflow, deserializing=True)
