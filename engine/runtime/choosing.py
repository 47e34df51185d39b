"""Lets a person say how a token goes on: where an officer decides, or where no condition holds."""

from collections.abc import Mapping, Sequence
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions.specs import CHOSEN, Asked, Choosing, Way
from engine.errors import Invalid
from engine.runtime.telling import told_of

ANSWER = "choice"  # the name of the one answer to such a to-do item


def offer(token: Task) -> dict[str, Any] | None:
    """Return what a person may choose at a token: {"many": whether several, "ways": [[id, name], …]}; none if nothing.

    A gateway that has failed offers its flows too: an officer with the right chooses one in place of a condition.
    """
    ways = _ways(token)
    if not ways:
        return None
    return {"many": _may_take_several(token), "ways": [[way.id, way.name] for way in ways]}


def is_choice(token: Task) -> bool:
    """Say whether a to-do item asks for a way on, and for nothing else."""
    return isinstance(token.task_spec, Asked) or len(told_of(token)) > 1


def choose(token: Task, answers: Mapping[str, Any]) -> list[Way]:
    """Note on a token which ways a person chose, and return them.

    `answers` holds one answer, `choice`: the id of a way, or a list of them where several may be taken.

    Raises:
        Invalid: none, an unknown one, several where one is asked for, or another answer beside it.
    """
    if strange := sorted(answers.keys() - {ANSWER}):
        raise Invalid(errors=dict.fromkeys(strange, "This is not asked here"))
    given, many = answers.get(ANSWER), _may_take_several(token)
    wanted = given if isinstance(given, list) else [given] if given not in (None, "") else []
    ways: dict[Any, Way] = {way.id: way for way in _ways(token)}
    _check(wanted, ways, many=many)
    token.internal_data[CHOSEN] = [way_id for way_id in ways if way_id in wanted]
    return [ways[way_id] for way_id in token.internal_data[CHOSEN]]


def _ways(token: Task) -> Sequence[Way]:
    """Return the ways on; of several things that an officer may say have happened each is one."""
    spec = token.task_spec
    if isinstance(spec, Asked):
        return spec.offered(token)
    if isinstance(spec, Choosing) and token._state == TaskState.READY:
        return spec.ways
    told = told_of(token)
    return [Way(part.name, part.label, target=part.name) for part in told] if len(told) > 1 else []


def _may_take_several(token: Task) -> bool:
    return bool(getattr(token.task_spec, "many", False))


def _check(wanted: list[Any], ways: Mapping[Any, Way], *, many: bool) -> None:
    said = ", ".join(f"“{way.name}”" for way in ways.values())
    if not wanted:
        raise Invalid(errors={ANSWER: f"Choose {'at least one' if many else 'one'} of {said}"})
    if len(wanted) > 1 and not many:
        raise Invalid(errors={ANSWER: f"Choose only one of {said}"})
    unknown = [given for given in wanted if not isinstance(given, str) or given not in ways]
    if unknown:
        known = ", ".join(f"{way.id} (“{way.name}”)" for way in ways.values())
        raise Invalid(errors={ANSWER: f"“{str(unknown[0])[:80]}” is none of the ways on from here: {known}"})
