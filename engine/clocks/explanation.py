"""Why this date? The steps of a deadline in plain English, for the officer, the resident and the auditor."""

from collections import Counter
from datetime import date, datetime
from typing import cast

from engine.clocks.arithmetic import Deadline
from engine.clocks.steps import Step
from engine.instants import london
from engine.rules import Span
from engine.rules.rule import Unit
from engine.rules.words import day_in_words, join_words, span_in_words

_WEEKEND = ("Saturday", "Sunday")


def explain(deadline: Deadline) -> list[str]:
    """Return the reasons for a deadline, one sentence or two to an entry, in the order in which they apply."""
    return in_words(deadline.explanation)


def in_words(explanation: list[Step]) -> list[str]:
    """Return the same for the stored steps of a deadline."""
    return [_SENTENCES[step["step"]](step) for step in explanation]


def _event(step: Step) -> str:
    return f"{_capital(step['words'])} on {_point(step['from'])}."


def _rule(step: Step) -> str:
    start, end = step["in_force_from"], step["in_force_to"]
    force = f"in force from {_plain(start)}" if start else "for events of any date"
    force += f" to {_plain(end)}" if end else ""
    source = f" Source: {step['citation']['text']}." if step["citation"] else ""
    edition = f", edition {step['edition']['number']} of {step['edition']['source']}" if step.get("edition") else ""
    return f"The rule is “{step['name']}” ({step['id']}{edition}), {force}.{source}"


def _reset(step: Step) -> str:
    return f"The whole time started again on {_point(step['from'])}{_because(step, step['name'])}{_granted(step)}."


def _counted(step: Step) -> str:
    """Say how long, to when, and what was not counted on the way."""
    length = _span(step)
    if step["others"]:
        others = [f"{_span(other)} (to {_point(other['to'])})" for other in step["others"]]
        length = f"{length} (the {step['others'][0]['held']} of that and {join_words(others)})"
    first = " The day of the event is the first day." if step["day_of_event"] else ""
    end = f"{_point(step['to'])}.{first}{_not_counted(step)}"
    if step["what"] == "not_before":
        return f"It must not be done earlier than {length} {step['direction']} that day: {end}"
    return f"{_capital(length)} {step['direction']} that is {end}"


def _extension(step: Step) -> str:
    moved = f"That moves it from {_point(step['from'])} to {_point(step['to'])}.{_not_counted(step)}"
    return f"It was extended by {_span(step)}{_because(step, step['name'])}{_granted(step)}. {moved}"


def _stop(step: Step) -> str:
    began = "The clock stopped" if step["pauses"] else "The time was kept open"
    begins = f"{began} on {_point(step['from'])}{_because(step, step['name'])}{_granted(step)}"
    if step["to"] is None:
        due = f"It was due on {_point(step['from_due'])}; the new date is not known yet."
        return f"{begins}, and has not started again. {due}"
    again = "must start again by" if step["open"] else "started again on"
    ends = f" It {again} {_point(step['to'])}." if step["pauses"] else f" That ended on {_point(step['to'])}."
    return f"{begins}.{ends}{_stop_effect(step)}"


def _stop_effect(step: Step) -> str:
    if step["from_due"] == step["to_due"]:
        return f" That does not change {_point(step['from_due'])}."
    lost = f" {_capital(step['lost'])} did not count." if step["lost"] else ""
    left = f" At least {_span(step['minimum_left'])} must be left after it." if step["minimum_left"] else ""
    return f"{lost}{left} That moves it from {_point(step['from_due'])} to {_point(step['to_due'])}."


def _roll(step: Step) -> str:
    why = next(day["why"] for day in step["not_counted"] if day["on"] == step["from"])
    return f"{_point(step['from'])} is not a working day ({why}), so it moves to {_point(step['to'])}."


def _result(step: Step) -> str:
    hours = step["by_the_hour"]
    if not step["due_at"] and not step["not_before_at"]:
        return "So there is no date until the clock starts again."
    first = f"may be done from {_moment(step['not_before_at'], hours)} on" if step["not_before_at"] else ""
    due = f"is due by {'' if hours else 'the end of '}{_moment(step['due_at'], hours)}" if step["due_at"] else ""
    amber = f" It turns amber on {_moment(step['amber_at'], hours)}." if step["amber_at"] else ""
    return f"So it {' and '.join(filter(None, (first, due)))}.{amber}"


def _not_counted(step: Step) -> str:
    """Name the holidays and closures one by one, the weekends together."""
    passed = step["not_counted"]
    if not passed:
        return ""
    weekend = Counter(day["why"] for day in passed)
    named = [f"{_point(day['on'])} ({day['why']})" for day in passed if day["why"] not in _WEEKEND]
    counts = [f"{weekend[name]} {name}{'s' if weekend[name] > 1 else ''}" for name in _WEEKEND if weekend[name]]
    return f" Not counted: {join_words([*counts, *named])}."


def _because(step: Step, name: str) -> str:
    return f" ({name}: {step['reason'].rstrip('.')})" if step["reason"] else f" ({name})"


def _granted(step: Step) -> str:
    """Say when and by whom, as far as it was written down."""
    on = f" on {_plain(step['granted_on'])}" if step.get("granted_on") else ""
    by = f" by {step['granted_by']}" if on and step.get("granted_by") else ""
    return f", granted{on}{by}" if on else ""


def _span(step: Step) -> str:
    return span_in_words(Span(step["amount"], cast(Unit, step["unit"])))


def _point(text: str) -> str:
    """Put a day ("Friday 18 December 2026") or an instant ("… at 14:30") into words."""
    return _moment(text, exactly=True) if "T" in text else day_in_words(date.fromisoformat(text))


def _moment(text: str, exactly: bool) -> str:
    shown = london(datetime.fromisoformat(text))
    return f"{day_in_words(shown.date())} at {shown:%H:%M}" if exactly else day_in_words(shown.date())


def _plain(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


_SENTENCES = {
    "event": _event,
    "rule": _rule,
    "reset": _reset,
    "counted": _counted,
    "extension": _extension,
    "stop": _stop,
    "roll": _roll,
    "result": _result,
}
