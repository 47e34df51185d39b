"""Reads `[reminders]` of a category.toml; what is wrong is told, and the rest still reminds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from engine.errors import Invalid
from engine.reminders.plan import DEFAULT, MORNING, SILENT, Escalation, Plan
from engine.reminders.recipients import recipient
from engine.reminders.spans import Span, shown, span

Item = TypeVar("Item")
MOST = 10  # of each kind: who is reminded eleven times reads none
ENTRIES = ("before", "at_amber", "overdue", "escalation", "hour")
IN_ESCALATION = ("after", "to")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at `place` (`reminders.before`), and what to do about it."""

    place: str
    message: str
    remedy: str


@dataclass(slots=True)
class _Reading:
    """What is read, and the faults that were met so far."""

    given: Mapping[str, Any]
    teams: tuple[str, ...]
    faults: list[Fault] = field(default_factory=list)

    def tell(self, place: str, message: str, remedy: str) -> None:
        self.faults.append(Fault(f"reminders.{place}".rstrip("."), message, remedy))


def read(given: object, *, teams: Iterable[str] = ()) -> tuple[Plan, list[Fault]]:
    """Return what a category reminds of, and what is wrong with how it says so.

    `given` is whatever stands under `reminders`: a table, false for none at all, None where nothing is said.
    """
    if given is None or given is True:
        return DEFAULT, []
    if given is False:
        return SILENT, []
    if not isinstance(given, Mapping):
        message = f"The reminders are {shown(given)}, which is neither a table nor false."
        return DEFAULT, [Fault("reminders", message, "Write [reminders] and its entries below, or reminders = false.")]
    reading = _Reading(given, tuple(teams))
    for name in given:
        if name not in ENTRIES:
            reading.tell(str(name)[:60], f"The reminders have an entry {shown(name)}, which nothing reads.", _one_of())
    plan = Plan(
        before=_spans(reading, "before", DEFAULT.before),
        at_amber=_at_amber(reading),
        overdue=_spans(reading, "overdue", DEFAULT.overdue),
        escalation=_escalation(reading),
        hour=_hour(reading),
    )
    return plan, reading.faults


def _one_of() -> str:
    return f"There are: {', '.join(ENTRIES)}."


def _spans(reading: _Reading, name: str, default: tuple[Span, ...]) -> tuple[Span, ...]:
    if name not in reading.given:
        return default
    found = _each(reading, name, span)
    if name == "before" and any(one.unit == "minutes" and not one.amount for one in found):
        reading.tell(name, "A reminder before the date comes no time before it.", "Write on the day, or 1 hour.")
    return tuple(dict.fromkeys(found))


def _each(reading: _Reading, name: str, read_one: Callable[[Any], Item]) -> list[Item]:
    """Return the entries of a list that can be read; faults tell of the others."""
    value = reading.given[name]
    if not isinstance(value, list):
        reading.tell(name, f"The entry {name} of the reminders is {shown(value)} and no list.", 'Write ["2 days"].')
        return []
    if len(value) > MOST:
        reading.tell(name, f"The reminders name {len(value)} times under {name}; {MOST} are enough.", "Leave some out.")
    found = []
    for entry in value[:MOST]:
        try:
            found.append(read_one(entry))
        except Invalid as error:
            reading.tell(name, error.message, error.remedy)
    return found


def _at_amber(reading: _Reading) -> bool:
    value = reading.given.get("at_amber", DEFAULT.at_amber)
    if not isinstance(value, bool):
        reading.tell("at_amber", f"The entry at_amber is {shown(value)}.", "Write true or false.")
        return DEFAULT.at_amber
    return value


def _hour(reading: _Reading) -> int:
    value = reading.given.get("hour", MORNING)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 23:
        reading.tell("hour", f"The hour of the reminders is {shown(value)}.", "Write a whole hour from 0 to 23.")
        return MORNING
    return value


def _escalation(reading: _Reading) -> tuple[Escalation, ...]:
    if "escalation" not in reading.given:
        return DEFAULT.escalation
    if reading.given["escalation"] is False:
        return ()
    return tuple(_each(reading, "escalation", lambda entry: _step(reading, entry)))


def _step(reading: _Reading, entry: object) -> Escalation:
    if not isinstance(entry, Mapping):
        raise Invalid(
            f"The escalation {shown(entry)} does not say after which time who is told.",
            remedy='Write [[reminders.escalation]] with after = "1 working day" and to = "manager of the team".',
        )
    for name in entry:
        if name not in IN_ESCALATION:
            raise Invalid(f"An escalation has an entry {shown(name)}, which nothing reads.", remedy="Use after and to.")
    return Escalation(span(entry.get("after")), recipient(entry.get("to"), reading.teams))
