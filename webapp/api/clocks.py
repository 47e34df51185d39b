"""The deadlines of a case over REST: started, extended, stopped, let run again, started anew, met, withdrawn."""

from collections.abc import Callable
from typing import Any

from marshmallow import Schema

from engine import case_page, clock_list
from engine.clocks import running
from engine.definitions.deploying import load
from engine.errors import Invalid, NotFound, RuleError
from webapp.access import requires
from webapp.api.cases import header_of
from webapp.api.idempotency import idempotent
from webapp.api.preconditions import check_case, may_match
from webapp.api.resource import QUERY, Resource, View
from webapp.api.schemas.clocks import (
    ClockFilter,
    ClockListSchema,
    ClockSchema,
    ClocksOfAllSchema,
    NewChange,
    NewClock,
    NewExtension,
    NewStop,
    NewWithdrawal,
)
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit

resource = Resource("clocks", __name__, "The deadlines of a case.")

_PLAIN = (
    "id", "rule_id", "name", "state", "is_overdue", "counted_from", "due_at", "amber_at", "met_at", "why",
)  # fmt: skip


def _change(path: str, taken: type[Schema], *, verb: str = "change clock") -> Callable[[View], View]:
    """Make a view the operation that changes a deadline: once a key, if the case still matches, answered by it."""

    def decorator(view: View) -> View:
        answered = resource.arguments(taken)(resource.response(201, ClockSchema)(view))
        done: View = resource.post(path)(requires(verb)(idempotent(may_match(answered))))
        return done

    return decorator


@resource.get("/clocks")
@requires("see cases")
@resource.arguments(ClockFilter, location=QUERY)
@resource.response(200, ClocksOfAllSchema)
def find(given: dict[str, Any]) -> Any:
    """List the deadlines of all cases that go on, overdue ones unless others are asked for, with how many there are."""
    found = clock_list.lines(session(), by=actor(), state=given["state"], rule=given["rule"])
    return {"items": found, "counts": clock_list.counts(session(), by=actor(), rule=given["rule"])}


@resource.get("/cases/<ref>/clocks")
@requires("see cases")
@resource.response(200, ClockListSchema)
def clocks(ref: str) -> Any:
    """List the deadlines of a case, with why each is when it is."""
    return {"items": [_answer(deadline) for deadline in _clocks(header_of(ref))]}


@_change("/cases/<ref>/clocks", NewClock)
def start(given: dict[str, Any], ref: str) -> Any:
    """Start a deadline by a rule of the case's category, beside those that run."""
    case, rule = header_of(ref), given["rule"]
    check_case(case.id)
    after_commit(
        running.start(session(), case.id, rule, counts_from=given["counts_from"], reason=given["reason"], by=actor())
    )
    session().expire_all()
    return _answer(max((one for one in _clocks(case) if one.rule_id == rule), key=lambda one: one.id))


@_change("/cases/<ref>/clocks/<clock>/extension", NewExtension, verb="extend clock")
def extend(given: dict[str, Any], ref: str, clock: str) -> Any:
    """Give a deadline (its id, or its rule's) more time, as its rule allows; what hangs on it moves with it."""
    amount, days = given.pop("amount", None), given.pop("working_days", None)
    if (amount is None) == (days is None):
        raise Invalid(errors={"amount": "Give either an amount or a number of working days"})
    more = {"amount": amount or days, "unit": "working days" if days else ""}
    return _changed(running.extend, given | more, ref, clock)


@_change("/cases/<ref>/clocks/<clock>/stop", NewStop)
def stop(given: dict[str, Any], ref: str, clock: str) -> Any:
    """Let a deadline stand still on a ground that its rule names; what hangs on it has no date until it runs again."""
    return _changed(running.stop, given, ref, clock)


@_change("/cases/<ref>/clocks/<clock>/resumption", NewChange)
def resume(given: dict[str, Any], ref: str, clock: str) -> Any:
    """Let a deadline that stands still run again."""
    return _changed(running.resume, given, ref, clock)


@_change("/cases/<ref>/clocks/<clock>/reset", NewStop)
def reset(given: dict[str, Any], ref: str, clock: str) -> Any:
    """Let the whole time of a deadline start again, on a ground that its rule names."""
    return _changed(running.reset, given, ref, clock)


@_change("/cases/<ref>/clocks/<clock>/completion", NewChange)
def meet(given: dict[str, Any], ref: str, clock: str) -> Any:
    """Say that what a deadline times was done; in time or too late follows from when."""
    return _changed(running.meet, given, ref, clock)


@_change("/cases/<ref>/clocks/<clock>/withdrawal", NewWithdrawal)
def cancel(given: dict[str, Any], ref: str, clock: str) -> Any:
    """Withdraw a deadline that was started in error; that it ran stays to be seen."""
    return _changed(running.cancel, given, ref, clock)


def _changed(operation: Callable[..., tuple[str, ...]], given: dict[str, Any], ref: str, clock: str) -> dict[str, Any]:
    case = header_of(ref)
    check_case(case.id)
    wanted = _named(case, clock)
    try:
        after_commit(operation(session(), case.id, wanted.id, **given, by=actor()))
    except RuleError as error:
        raise Invalid(error.message, errors={"reason": error.message}, remedy=error.remedy) from error
    session().expire_all()  # the clock was read before it changed
    return _answer(next(one for one in _clocks(case) if one.id == wanted.id))


def _named(case: case_page.Header, clock: str) -> case_page.Deadline:
    """Return the deadline of this id, or that of the rule of this id which is due first."""
    for one in _clocks(case):
        if one.goes_on and clock in (str(one.id), one.rule_id):
            return one
    raise NotFound("No such deadline is running on this case.", remedy="Look at the case's clocks.")


def _answer(deadline: case_page.Deadline) -> dict[str, Any]:
    citation = {"text": deadline.citation, "url": deadline.link}
    plain = {name: getattr(deadline, name) for name in _PLAIN}
    return {**plain, "citation": citation, "explanation": list(deadline.steps)}


def _clocks(case: case_page.Header) -> list[case_page.Deadline]:
    return case_page.deadlines(session(), case.id, load(session(), case.version_id))
