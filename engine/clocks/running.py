"""What an officer may do to a running clock."""

from sqlalchemy.orm import Session

from engine.clocks.changes import Extended, check_grant
from engine.errors import Invalid
from engine.instants import now, today
from engine.permissions import Actor, require
from engine.runtime import changing_clocks
from engine.runtime.locking import lock_case
from engine.runtime.saving import save
from engine.runtime.step import open_step
from engine.service_tasks.base import ClockChange


def extend(
    session: Session, case_id: int, rule_id: str, *, working_days: int, reason: str, by: Actor
) -> tuple[str, ...]:
    """Extend the running clock of a rule on a case, and move the tasks and timers that hang on it.

    Returns the keys of jobs to run after the commit.

    Raises:
        NotAllowed: the rule lets somebody else grant it.
        RuleError: more than the rule allows, or for another reason.
        NotPossible: no such clock is running.
    """
    require(by, "extend clock")
    if working_days < 1:
        raise Invalid("An extension adds at least one working day.", errors={"working_days": "Enter 1 or more"})
    case = lock_case(session, case_id, by=by)
    step = open_step(session, case, actor=by, at=now())
    clock = step.deadlines.running(rule_id)
    rule = step.deadlines.rule_of(clock)
    ground = next((g for g in rule.extensions if reason in g.reasons), None)
    if ground is None:
        raise Invalid("Choose a reason that the rule names.", errors={"reason": "Choose a reason from the list"})
    check_grant(rule, Extended(ground.id, working_days, reason, today(), by.name), teams=by.team_names)
    change = ClockChange("extend", rule_id, ground=ground.id, amount=working_days, reason=reason)
    changing_clocks.apply(step, change, by=by)
    step.run()
    save(step)
    return step.job_keys
