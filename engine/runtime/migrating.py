"""Puts the tokens of a case onto another version of its category.

The tree of tokens is built anew: every token that is alive gets the specification that stands in the place of its own
(see `matching`), and keeps its id, its local names and what it waits for; what has finished is left behind, but for the
parents that joins and history ask for. What stands in the way is noted; nothing of the case is changed here.
"""

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.events.start_event import StartEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import EventSubprocess
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions.building.joins import LATE, DiagramJoin
from engine.runtime.carrying import carried, record
from engine.runtime.hindrances import called, hindrance, may_begin_anew, not_there
from engine.runtime.incoming import arrived_from
from engine.runtime.instance import Instance
from engine.runtime.matching import Match, Obstacle, element_of, event_kinds, event_subprocesses
from engine.runtime.snapshot import watch_events
from engine.runtime.tree import parents_first
from engine.runtime.workflow import HERE, CaseSubWorkflow, CaseWorkflow, Token


class Migration:
    """The tokens of `instance` on the new version of `match`, and what keeps them from going there.

    `to_arm` are tokens that the new version alone draws (events on the border of an activity, event sub-processes),
    `to_begin` those that begin their element anew, and `to_look` those that wait and may go on now.
    """

    def __init__(self, instance: Instance, match: Match) -> None:
        self.instance, self.match = instance, match
        self.workflow = CaseWorkflow(match.new.specs)
        self.obstacles: list[Obstacle] = []
        self.tokens: list[tuple[str, str, str]] = []  # (token id, element before, element after)
        self.withdrawn: list[tuple[str, str]] = []  # (element before, token id)
        self.forgotten: list[str] = []  # elements that were done and can no longer be undone
        self.rearmed: list[str] = []  # elements whose time or condition is another one now
        self.to_arm: list[Token] = []
        self.to_begin: list[Token] = []
        self.to_look: list[Token] = []
        self._new: dict[Any, Token] = {}  # by the id of the token or parent that they stand for
        self._splits: dict[Any, Token] = {}  # by the id of the old host's parent
        self._entered: dict[tuple[Any, str], Any] = {}  # sub-processes that only the new version has
        self._move_all(instance.workflow, self.workflow)
        self._begin_where_mapped()
        self.workflow.done = record(instance.workflow.done, match, self.forgotten)
        watch_events(self.workflow)
        self.workflow.moves.clear()

    # Scopes: the case, and each sub-process in it.

    def _move_all(self, old: Any, new: Any) -> None:
        root = old.task_tree
        new.task_tree = Token(new, new.spec.start, None, root._state, root.id)
        new.task_tree.data, new.task_tree.internal_data = dict(root.data), dict(root.internal_data)
        self._move(old, new)
        self._arm_event_subprocesses(new, old.spec)

    def _move(self, old: Any, new: Any) -> None:
        for token in parents_first(old.task_tree):
            if token is not old.task_tree and _is_alive(token):
                self._place(token, new)

    def _arm_event_subprocesses(self, scope: Any, before: Any) -> None:
        """Arm the event sub-processes that only the new version has, or that now begin by something else."""
        known = {self.match.element(name) for name in event_subprocesses(before)} if before is not None else set()
        for name in event_subprocesses(scope.spec):
            if name not in known or not self._begins_alike(before, name):
                self.to_arm.append(scope.task_tree._add_child(scope.spec.task_specs[name], TaskState.FUTURE))

    def _begins_alike(self, before: Any, name: str) -> bool:
        former = [old for old in event_subprocesses(before) if self.match.element(old) == name]
        return all(self.match.begins_alike(old, name) for old in former)

    # Tokens.

    def _place(self, token: Any, scope: Any) -> None:
        spec = token.task_spec
        if isinstance(spec, BoundaryEvent) and isinstance(token.parent.task_spec, BoundaryEventSplit):
            self._place_boundary(token, scope)
        elif isinstance(spec, EventSubprocess) and self._is_idle(token) and not self._is_kept(spec.name, scope):
            self._withdraw(token)
        elif self._is_unwrapped(token, scope):
            self._unwrap(token, scope)
        else:
            self._place_step(token, scope)

    def _place_step(self, token: Any, scope: Any) -> None:
        element_id, match = element_of(token.task_spec), self.match
        name = match.name(token.task_spec.name, element_id)
        is_drawn = element_id in match.old.elements
        difference = match.difference(element_id) if is_drawn else None
        may_begin = may_begin_anew(self.instance, token)
        if difference is not None and not (may_begin and match.element(element_id) in match.new.elements):
            self._keep(difference)
            return
        begins = may_begin and (difference is not None or not _is_alike(token, self._spec(name)))
        begins = begins and match.element(element_id) in match.homes
        if not begins and name not in match.homes:
            self._keep(not_there(match, element_id))
            return
        home = self._home(match.element(element_id) if begins else name, scope)
        if home is None:
            self._keep(match.elsewhere(element_id))
        elif begins:
            self._begin(token, home, match.element(element_id))
        elif isinstance(spec := home.spec.task_specs[name], DiagramJoin) and token._state == TaskState.WAITING:
            self._place_at_join(token, home, spec)
        elif (obstacle := hindrance(self.instance, match, token, spec)) is not None:
            self._keep(obstacle)
        else:
            self._carry(token, home, spec, self._parent(token, home))

    def _keep(self, obstacle: Obstacle) -> None:
        """Note what keeps the case from moving, each only once."""
        if obstacle not in self.obstacles:
            self.obstacles.append(obstacle)

    def _spec(self, name: str) -> Any:
        specs = {self.workflow.spec.name: self.workflow.spec, **self.workflow.subprocess_specs}
        return specs[self.match.homes[name]].task_specs[name] if name in self.match.homes else None

    def _carry(self, token: Any, scope: Any, spec: Any, parent: Any) -> Token:
        """Put a token that goes on waiting, or working, where it belongs."""
        above = self._under_split(token, scope, spec, parent)
        new = Token(scope, spec, above, token._state, token.id)
        new.triggered = token.triggered
        self._note(token, spec, new)
        new.data, new.internal_data, changed = carried(token, spec, self.match)
        if token._state == TaskState.WAITING:
            scope.waiting[new.id] = new
        if changed:
            self.rearmed.append(element_of(spec))
            self.to_look.append(new)
        spec._predict_hook(new)
        if token.id in self.instance.workflow.subprocesses:
            self._move_inside(token, new, spec)
        return new

    def _note(self, token: Any, spec: Any, new: Token) -> None:
        self._new[token.id] = new
        if token.task_spec.bpmn_id is not None:
            self.tokens.append((token.id.hex, token.task_spec.bpmn_id, element_of(spec)))

    def _move_inside(self, token: Any, new: Token, spec: Any) -> None:
        old = self.instance.workflow.subprocesses[token.id]
        inner = CaseSubWorkflow(
            self.workflow.subprocess_specs[called(self.instance, token, spec)], new.id, self.workflow
        )
        self.workflow.subprocesses[new.id] = inner
        inner.completed = old.completed
        inner.completed_event.connect(spec._on_subworkflow_completed, new)
        self._move_all(old, inner)

    # What is just beginning, or failed to begin.

    def _begin(self, token: Any, scope: Any, element_id: str) -> None:
        specs = scope.spec.task_specs
        spec = specs.get(f"{element_id}.BoundaryEventSplit") or specs[element_id]
        new = Token(scope, spec, self._parent(token, scope), TaskState.FUTURE, token.id)
        self._note(token, specs[element_id], new)
        new.data = dict(token.data)
        self.to_begin.append(new)

    def _begin_where_mapped(self) -> None:
        """Let a case that came to a stop with no token left go on where the element of its last token is mapped to."""
        workflow = self.instance.workflow
        if workflow.completed or any(_is_alive(token) for token in workflow.tokens()):
            return
        last = element_of((workflow.last_task or workflow.task_tree).task_spec)
        element_id = self.match.mapping.get(last, "")
        if element_id in self.workflow.spec.task_specs:
            specs = self.workflow.spec.task_specs
            spec = specs.get(f"{element_id}.BoundaryEventSplit") or specs[element_id]
            self.to_begin.append(Token(self.workflow, spec, self.workflow.task_tree, TaskState.FUTURE))
            return
        self._keep(
            self.match.obstacle(
                last,
                f"The case came to a stop behind “{self.match.label(last)}”, and stands nowhere.",
                "Map that element to the one where it goes on.",
            )
        )

    # Where a token hangs in the tree.

    def _parent(self, token: Any, scope: Any) -> Token:
        before = token.parent
        if isinstance(before.task_spec, BoundaryEventSplit):
            before = before.parent or before
        if before.id in self._new and self._new[before.id].workflow is scope:
            return self._new[before.id]
        anchor = self._anchor(before, scope)
        name = self.match.name(before.task_spec.name, element_of(before.task_spec))
        spec = scope.spec.task_specs.get(name)
        if before.parent is None or spec is None or _is_alive(before):
            return anchor
        return self._finished(before, scope, spec, anchor)

    def _anchor(self, before: Any, scope: Any) -> Token:
        """Return the nearest ancestor that goes on living, in the same scope; else the first token of that."""
        while before is not None:
            if before.id in self._new and before._state & HERE and self._new[before.id].workflow is scope:
                return self._new[before.id]
            before = before.parent
        root: Token = scope.task_tree
        return root

    def _finished(self, before: Any, scope: Any, spec: Any, anchor: Token) -> Token:
        known = self._new.get(before.id)
        if known is not None and known.task_spec is spec and known.workflow is scope:
            return known
        new = Token(scope, spec, anchor, TaskState.COMPLETED, before.id if known is None else None)
        new.data = dict(before.data)
        self._new[before.id] = new
        return new

    def _place_at_join(self, token: Any, scope: Any, spec: Any) -> None:
        """Put a token that waits for the others at its gateway, behind the flow that it came by."""
        if LATE in token.internal_data:
            self._carry(token, scope, spec, self._anchor(token.parent, scope))
            return
        source = arrived_from(self.match, token, spec)
        if source is None:
            came, label = self.match.label(element_of(token.parent.task_spec)), self.match.label(spec.bpmn_id)
            self._keep(
                self.match.obstacle(
                    element_of(token.task_spec),
                    f"A branch waits at “{label}”, and the way that it came by, from “{came}”, does not lead there "
                    f"in version {self.match.new.version_number}.",
                    f"Map “{came}” to the element that leads there, or let the other branches arrive first.",
                )
            )
            return
        parent = self._finished(token.parent, scope, scope.spec.task_specs[source], self._anchor(token.parent, scope))
        self.to_look.append(self._carry(token, scope, spec, parent))

    # Events on the border of an activity.

    def _under_split(self, token: Any, scope: Any, spec: Any, parent: Token) -> Token:
        """Return the parent of an activity: where events are on its border, what splits it from them, with new ones."""
        split_spec = scope.spec.task_specs.get(f"{spec.name}.BoundaryEventSplit")
        if split_spec is None or not isinstance(split_spec, BoundaryEventSplit):
            return parent
        split = Token(scope, split_spec, parent, TaskState.COMPLETED)
        split.data = dict(token.parent.data)
        old_split = token.parent if isinstance(token.parent.task_spec, BoundaryEventSplit) else None
        if old_split is not None:
            self._splits[old_split.id] = split
        before = [e for e in old_split.task_spec.outputs if isinstance(e, BoundaryEvent)] if old_split else []
        known = {found for event in before if (found := self._same_boundary(event, split_spec)) is not None}
        for event in split_spec.outputs:
            if isinstance(event, BoundaryEvent) and event.name not in known:
                self.to_arm.append(Token(scope, event, split, TaskState.FUTURE))
        return split

    def _same_boundary(self, event: Any, split: Any) -> str | None:
        """Return the event on the border in the new version that stands in the place of one of the old."""
        name = self.match.element(event.bpmn_id)
        if name not in split._outputs:
            return None
        old, new = self.match.old.elements[event.bpmn_id], self.match.new.elements[name]
        return name if event_kinds(old) == event_kinds(new) else None

    def _place_boundary(self, token: Any, scope: Any) -> None:
        split = self._splits.get(token.parent.id)
        name = self._same_boundary(token.task_spec, split.task_spec) if split is not None else None
        if split is None or name is None:
            self._withdraw(token)
            return
        self._carry(token, split.workflow, split.workflow.spec.task_specs[name], split)

    def _withdraw(self, token: Any) -> None:
        """Leave behind a token that only watched."""
        self.withdrawn.append((element_of(token.task_spec), token.id.hex))
        inner = self.instance.workflow.subprocesses.get(token.id)
        for waiting in parents_first(inner.task_tree) if inner is not None else ():
            if _is_alive(waiting) and waiting.task_spec.bpmn_id is not None:
                self.withdrawn.append((waiting.task_spec.bpmn_id, waiting.id.hex))

    # Sub-processes that only one of the versions has.

    def _home(self, name: str, scope: Any) -> Any:
        """Return the scope that has a specification: this one, or a sub-process in it that is entered now."""
        way = [] if name in scope.spec.task_specs else self.match.way_in(name, scope.spec.name)
        for inner in way or ():
            scope = self._entered.get((scope.task_tree.id, inner)) or self._enter(scope, inner)
        return scope if way is not None else None

    def _enter(self, scope: Any, name: str) -> Any:
        """Begin a sub-process at which no token of the old version stands, without the steps that it begins with."""
        spec = scope.spec.task_specs[name]
        split = scope.spec.task_specs.get(f"{name}.BoundaryEventSplit")
        parent = scope.task_tree
        if split is not None:
            parent = Token(scope, split, parent, TaskState.COMPLETED)
        owner = Token(scope, spec, parent, TaskState.STARTED)
        spec._predict_hook(owner)
        self.tokens.append((owner.id.hex, "", name))
        for event in split.outputs if split is not None else ():
            if isinstance(event, BoundaryEvent):
                self.to_arm.append(Token(scope, event, parent, TaskState.FUTURE))
        inner = CaseSubWorkflow(self.workflow.subprocess_specs[spec.spec], owner.id, self.workflow)
        self.workflow.subprocesses[owner.id] = inner
        inner.completed_event.connect(spec._on_subworkflow_completed, owner)
        inner.task_tree = Token(inner, inner.spec.start, None, TaskState.COMPLETED)
        self._entered[scope.task_tree.id, name] = inner
        self._arm_event_subprocesses(inner, None)
        return inner

    def _is_unwrapped(self, token: Any, scope: Any) -> bool:
        """Say whether a token is in a sub-process that the new version does not have, while what is in it may stay."""
        if token.id not in self.instance.workflow.subprocesses or token.triggered:
            return False
        element = self.match.old.elements.get(element_of(token.task_spec))
        is_plain = (
            element is not None and element.kind == "subProcess" and not isinstance(token.task_spec, EventSubprocess)
        )
        return is_plain and self.match.element(element.id) not in self.match.new.elements  # type: ignore[union-attr]

    def _unwrap(self, token: Any, scope: Any) -> None:
        """Put what is in a sub-process into the scope around it."""
        self.withdrawn.append((token.task_spec.bpmn_id, token.id.hex))
        inner = self.instance.workflow.subprocesses[token.id]
        for inside in parents_first(inner.task_tree):
            if inside is inner.task_tree or not _is_alive(inside) or inside.task_spec is inner.spec.end:
                continue
            if isinstance(inside.task_spec, EventSubprocess) and self._is_idle(inside):
                self._withdraw(inside)
            else:
                self._place(inside, scope)

    def _is_idle(self, token: Any) -> bool:
        """Say whether a token is at an event sub-process that still waits for its event."""
        inner = self.instance.workflow.subprocesses.get(token.id)
        alive = [t for t in inner.tasks.values() if _is_alive(t)] if inner is not None else []
        return all(t._state == TaskState.WAITING and isinstance(t.task_spec, StartEvent) for t in alive)

    def _is_kept(self, name: str, scope: Any) -> bool:
        """Say whether the new version has an event sub-process of this kind in the same scope."""
        new = self.match.element(name)
        return new in event_subprocesses(scope.spec) and self.match.begins_alike(name, new)


def _is_alike(token: Any, spec: Any) -> bool:
    """Say whether a token at a gateway can be carried: the gateway is of the same kind, or one that joins as well."""
    if isinstance(spec, DiagramJoin) and token._state == TaskState.WAITING:
        return True
    return spec is not None and type(spec).__name__ == type(token.task_spec).__name__


def _is_alive(token: Task) -> bool:
    return token.has_state(HERE) or (
        token._state == TaskState.FUTURE
        and token.parent is not None
        and token.parent._state == TaskState.COMPLETED
        and token.task_spec.bpmn_id is not None
    )
