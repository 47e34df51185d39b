"""The deadlines of a case: why each is when it is, and what an officer may do to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import case_page
from engine.case_page import Deadline, Header
from engine.clocks import running
from engine.definitions.deploying import load
from engine.errors import Conflict, Invalid, NotFound, NotPossible, RuleError
from engine.forms.values import Unreadable, read_date
from engine.instants import LONDON
from engine.law import CaseRules
from engine.permissions import may
from engine.reading import open_case
from engine.rules import Rule
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit
from webapp.portal import day_strip
from webapp.portal.case_pages import header, shared

blueprint = Blueprint("deadlines", __name__)

Errors = dict[str, str]
MOST = 1_300


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that may be done to a deadline, as its page asks for it. `grounds`: of the rule, by which name."""

    name: str
    heading: str
    button: str
    done: str
    operation: Callable[..., tuple[str, ...]]
    grounds: str = ""
    date: str = ""  # what the date is asked for
    has_amount: bool = False


ACTIONS = {
    action.name: action
    for action in (
        Action("extension", "Extend", "Extend", "is extended", running.extend, "extensions", has_amount=True),
        Action("stop", "Pause", "Pause", "is paused", running.stop, "stops", "Since when does it stand still?"),
        Action("resumption", "Run again", "Let it run again", "runs again", running.resume, "", "Since when?"),
        Action("reset", "Start again", "Start again", "starts again", running.reset, "resets", "From when?"),
        Action("completion", "Met", "It was done", "is met", running.meet, "", "When was it done?"),
        Action("withdrawal", "Withdraw", "Withdraw", "is withdrawn", running.cancel),
    )
}


def possible(deadline: Deadline) -> list[Action]:
    """Return what may be done to a deadline as it stands, whoever may do it."""
    if not deadline.goes_on:
        return []
    wanted = ["resumption"] if deadline.state == "stopped" else ["extension", "stop", "reset"]
    found = [ACTIONS[name] for name in (*wanted, "completion")]
    found = [action for action in found if not action.grounds or _grounds(deadline.rule, action)]
    return [*found, ACTIONS["withdrawal"]] if deadline.is_by_hand else found


@blueprint.get("/cases/<reference>/deadlines")
@requires("see cases")
def page(reference: str) -> ResponseReturnValue:
    """Show each deadline with the answer to: why this date?"""
    case = header(reference)
    around = shared(case, "deadlines")
    reader = open_case(session(), case.id, by=actor())
    found = case_page.deadlines(session(), case.id, around["definition"], mark=reader.case.law)
    facts = reader.stored()
    forbidden = {one.id: _forbidden(one, facts) for one in found}
    may_change = may(actor(), "change clock") and case.is_open
    actions = {one.id: possible(one) if may_change else [] for one in found}
    return render_template(
        "portal/case/deadlines.html",
        **around,
        deadlines=found,
        late=case_page.late_tasks(session(), case.id),
        actions=actions,
        may_start=may_change,
        forbidden=forbidden,
        strips={one.id: day_strip.months(one.steps, due_at=one.due_at, amber_at=one.amber_at) for one in found},
    )


def _forbidden(deadline: Deadline, facts: dict[str, Any]) -> list[str]:
    """Return why what a deadline times must not be done now."""
    if deadline.rule is None or not deadline.goes_on:
        return []
    true = {key for key, value in facts.items() if value is True}
    return [f"It must not be done while {entry.words}." for entry in deadline.rule.forbidden_while(true)]


@blueprint.get("/cases/<reference>/deadlines/new")
@requires("change clock")
def new(reference: str) -> ResponseReturnValue:
    """Ask by which rule a deadline starts, from when and why."""
    return _new(reference, {}, {})


@blueprint.post("/cases/<reference>/deadlines")
@requires("change clock")
def start(reference: str) -> ResponseReturnValue:
    """Start a deadline."""
    case, sent = header(reference), request.form
    try:
        rule_id, counts_from = sent.get("rule", ""), _moment(sent, "counts_from", "the date that it counts from")
        if not rule_id:
            raise Invalid(errors={"rule": "Choose a rule"})
        reason = sent.get("reason", "")
        left = running.start(session(), case.id, rule_id, counts_from=counts_from, reason=reason, by=actor())
    except (Invalid, RuleError, Conflict) as error:
        database.roll_back()
        return _new(reference, _told(error, "counts_from"), sent), 422
    after_commit(left)
    flash("The deadline runs. Why it is when it is stands below.", "success")
    return _to(case)


@blueprint.get("/cases/<reference>/deadlines/<int:clock_id>/<action>")
@requires("change clock")
def ask(reference: str, clock_id: int, action: str) -> ResponseReturnValue:
    """Ask why, and what else the change of a deadline needs."""
    return _change(reference, clock_id, action, {}, {})


@blueprint.post("/cases/<reference>/deadlines/<int:clock_id>/<action>")
@requires("change clock")
def change(reference: str, clock_id: int, action: str) -> ResponseReturnValue:
    """Change a deadline: more time, a pause, its end."""
    case, sent = header(reference), request.form
    found, wanted = _deadline(case, clock_id), _action(action)
    try:
        left = wanted.operation(session(), case.id, clock_id, **_given(wanted, sent), by=actor())
    except (Invalid, RuleError, NotPossible) as error:
        database.roll_back()
        first = "amount" if wanted.has_amount else "at" if wanted.date else "reason"
        return _change(reference, clock_id, action, _told(error, first), sent), 422
    after_commit(left)
    flash(f"“{found.name}” {wanted.done}.", "success")
    return _to(case)


def _given(action: Action, sent: Any) -> dict[str, Any]:
    """Return what was sent, as the operation takes it. Raises Invalid with a sentence for each field."""
    given: dict[str, Any] = {}
    errors: Errors = {}
    if action.grounds:
        ground, _, reason = sent.get("reason", "").partition("|")
        given |= {"ground": ground, "reason": reason or sent.get("other_reason", "")}
        if not ground:
            errors["reason"] = "Choose a reason"
        elif not given["reason"].strip():
            errors["other_reason"] = "Enter the reason"
    else:
        given["reason"] = sent.get("reason", "")
    if action.has_amount:
        amount = sent.get("amount", "").strip()
        if amount.isdecimal() and 1 <= int(amount[:6]) <= MOST:
            given["amount"] = int(amount)
        else:
            errors["amount"] = f"Enter how much more time, from 1 to {MOST:,}"
    if action.date:
        try:
            given["at"] = _moment(sent, "at", "a date", needed=False)
        except Invalid as error:
            errors |= error.errors
    if errors:
        raise Invalid(errors=errors)
    return given


def _moment(sent: Any, name: str, what: str, *, needed: bool = True) -> str:
    """Return the date that was sent as ISO text, with the time of day where one was; "" for none."""
    parts = {part: sent.get(f"{name}-{part}", "").strip() for part in ("day", "month", "year")}
    clock = sent.get(f"{name}-time", "").strip()
    if not any(parts.values()):
        if needed or clock:
            raise Invalid(errors={name: f"Enter {what}"})
        return ""
    try:
        day = read_date(parts)
        if not isinstance(day, date):
            raise Unreadable("date")
        if not clock:
            return day.isoformat()
        return datetime.fromisoformat(f"{day.isoformat()}T{clock.zfill(5)}").replace(tzinfo=LONDON).isoformat()
    except (Unreadable, ValueError) as error:
        raise Invalid(errors={name: f"Enter {what} that exists, such as 3 12 2026"}) from error


def _told(error: Exception, first: str) -> Errors:
    """Return the sentences of an error by field; one that names no field stands at the first."""
    errors = error.errors if isinstance(error, Invalid) else {}
    return errors or {first: f"{getattr(error, 'message', error)} {getattr(error, 'remedy', '')}".strip()}


def _new(reference: str, errors: Errors, sent: Any) -> str:
    around = shared(header(reference), "deadlines")
    definition = around["definition"]
    rules = CaseRules(session(), pinned=definition.rules, source=definition.settings.key).latest()
    return render_template("portal/case/new_deadline.html", **around, rules=rules, errors=errors, sent=sent)


def _change(reference: str, clock_id: int, name: str, errors: Errors, sent: Any) -> str:
    case, action = header(reference), _action(name)
    deadline = _deadline(case, clock_id)
    return render_template(
        "portal/case/deadline_change.html",
        **shared(case, "deadlines"),
        deadline=deadline,
        action=action,
        grounds=_grounds(deadline.rule, action),
        by_the_hour=bool(deadline.rule and deadline.rule.in_clock_hours),
        errors=errors,
        sent=sent,
    )


def _grounds(rule: Rule | None, action: Action) -> list[Any]:
    return list(getattr(rule, action.grounds)) if rule is not None and action.grounds else []


def _action(name: str) -> Action:
    if name not in ACTIONS:
        raise NotFound("There is no such page.", remedy="Look at the case's deadlines.")
    return ACTIONS[name]


def _deadline(case: Header, clock_id: int) -> Deadline:
    for deadline in case_page.deadlines(session(), case.id, load(session(), case.version_id)):
        if deadline.id == clock_id and deadline.goes_on:
            return deadline
    raise NotFound("No such deadline is running on this case.", remedy="Look at the case's deadlines.")


def _to(case: Header) -> ResponseReturnValue:
    return redirect(url_for("portal.deadlines.page", reference=case.reference), 303)
