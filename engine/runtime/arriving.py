"""Lets a case arrive on another version of its category: arms what is new there, and tries again what had failed."""

from datetime import datetime
from functools import partial

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState
from sqlalchemy.orm import Session

from engine.definitions.category import Definition
from engine.errors import NotPossible
from engine.permissions import Actor
from engine.runtime import snapshot
from engine.runtime.advancing import attempt
from engine.runtime.document import Document
from engine.runtime.header import CaseRow
from engine.runtime.instance import Instance, Kept
from engine.runtime.matching import Match, Obstacle
from engine.runtime.migrating import Migration
from engine.runtime.moving import try_again
from engine.runtime.step import Step, open_step
from engine.runtime.workflow import Token

_EXPECTED = TaskState.FUTURE | TaskState.PREDICTED_MASK


class CannotMove(NotPossible):
    """The case cannot move to that version."""

    def __init__(self, obstacles: list[Obstacle]) -> None:
        """Keep all `obstacles`; the sentence is that of the first."""
        super().__init__(obstacles[0].reason, remedy=obstacles[0].remedy)
        self.obstacles = obstacles


def migrated_step(
    session: Session, case: CaseRow, match: Match, *, actor: Actor, at: datetime
) -> tuple[Step, Migration]:
    """Return a step on a locked case whose tokens stand on the new version of `match`, and what was done for that.

    Raises:
        CannotMove: something of the case has no place there.
    """
    before = open_step(session, case, actor=actor, at=at).instance
    migration = Migration(before, match)
    if migration.obstacles:
        raise CannotMove(migration.obstacles)
    step = Step(session, case, moved_instance(migration), actor=actor, at=at)
    _refile(step, match.old, match.new)
    case.version_id = case.changes["version_id"] = match.new.version_id
    return step, migration


def seen_from(content: bytes, match: Match) -> Migration:
    """Return where the tokens of a snapshot would stand on the new version of `match`; nothing is changed."""
    workflow, kept = snapshot.load(content, match.old.specs)
    instance = Instance(match.old, workflow, Document(match.old.section_of), Kept(**kept))
    return Migration(instance, match)


def moved_instance(migration: Migration, kind: type[Instance] = Instance, document: Document | None = None) -> Instance:
    """Return the case on the new version, with the rows that its tokens have."""
    before, new = migration.instance, migration.match.new
    kept = Kept(**before.kept.to_json())
    return kind(new, migration.workflow, document or Document(new.section_of), kept)


def _refile(step: Step, old: Definition, new: Definition) -> None:
    """Keep each field in the section in which the new version looks for it."""
    if dict(old.section_of) != dict(new.section_of):
        step.instance.document.refile(step.instance.kept.sections)


def arrive(step: Step, migration: Migration) -> None:
    """Arm what the new version draws where tokens stand, and let what had failed try again."""
    instance, begun = step.instance, {token.id.hex for token in migration.to_begin}
    anew = {token.id.hex for token in migration.to_look}  # what they wait for, or under which key, is another thing
    instance.kept.messages = {p: text for p, text in instance.kept.messages.items() if p.split(" ")[0] not in anew}
    for token in migration.to_arm:
        attempt(instance, token, partial(_arm, token))
    for token in migration.to_begin:
        attempt(instance, token, partial(_begin, token))
    for token in migration.to_look:
        if token._state == TaskState.WAITING and token.id.hex not in instance.kept.incidents:
            attempt(instance, token, partial(token.task_spec._update, token))
    for token_id in list(instance.kept.incidents):
        if token_id in begun:
            del instance.kept.incidents[token_id]
            step.retried.append(token_id)
        else:
            try_again(step, token_id)


def _arm(token: Token) -> None:
    if isinstance(token.task_spec, BoundaryEvent):
        token._set_state(TaskState.WAITING)
        token.task_spec._update(token)
    else:
        _begin(token)


def _begin(token: Token) -> None:
    token.task_spec._predict(token, mask=_EXPECTED)
    token.task_spec._update(token)
