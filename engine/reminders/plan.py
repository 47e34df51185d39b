"""When a task is reminded of: instants that follow from its dates, worked out again whenever they move."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from engine.calendars import Calendar
from engine.errors import Invalid
from engine.reminders.recipients import Recipient
from engine.reminders.spans import USUAL, Span, at_working_hour

Stage = Literal["before", "amber", "overdue", "escalation"]

STAGES: tuple[Stage, ...] = ("before", "amber", "overdue", "escalation")  # in the order of urgency
KINDS: dict[Stage, str] = {
    "before": "reminder",
    "amber": "reminder",
    "overdue": "warning",
    "escalation": "escalation",
}
TO_ASSIGNEE = Recipient("assignee")
MORNING = 8


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who hears of it when a task is still overdue so long after its date."""

    after: Span
    to: Recipient


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant at which somebody is told."""

    at: datetime
    stage: Stage
    to: Recipient


@dataclass(frozen=True, slots=True)
class Plan:
    """Of what a category, or one task of it, reminds. What falls on the edge of a day is told at `hour` in London."""

    before: tuple[Span, ...] = ()
    at_amber: bool = False
    overdue: tuple[Span, ...] = ()
    escalation: tuple[Escalation, ...] = ()
    hour: int = MORNING

    def moments(
        self,
        due: datetime | None,
        amber: datetime | None,
        *,
        opened: datetime | None = None,
        days: Calendar = USUAL,
    ) -> list[Moment]:
        """Return when a task with these dates is reminded of, the earliest first; never when it has no due date.

        A task that `opened` when it was overdue already counts from its opening: nobody could have done it before.
        `days` says which days are working days for this task.
        """
        if due is None:
            return []
        due = due.astimezone(UTC)
        since = max(due, opened) if opened is not None else due
        found = [*self._ahead(due, amber, days), *self._late(since, days)]
        return sorted(found, key=lambda moment: (moment.at, STAGES.index(moment.stage)))

    def first_at(
        self, due: datetime | None, amber: datetime | None, *, at: datetime, days: Calendar = USUAL
    ) -> datetime | None:
        """Return when a task, whose dates were set at the instant `at`, is reminded of first.

        What lay before its date and is over by then is left out; that it is overdue is told however late. It is never
        later than the first of `moments` that is to come, whenever the task was opened.
        """
        if due is None:
            return None
        due = due.astimezone(UTC)
        ahead = [moment.at for moment in self._ahead(due, amber, days) if moment.at >= at]
        return min(ahead or (moment.at for moment in self._late(due, days)), default=None)

    def without(self, stages: frozenset[str]) -> "Plan":
        """Return the plan without the stages that a diagram draws by itself."""
        return replace(
            self,
            before=() if "before" in stages else self.before,
            at_amber=self.at_amber and "amber" not in stages,
            overdue=() if "overdue" in stages else self.overdue,
            escalation=() if "escalation" in stages else self.escalation,
        )

    def _ahead(self, due: datetime, amber: datetime | None, days: Calendar) -> Iterator[Moment]:
        for span in self.before:
            yield from _moment("before", TO_ASSIGNEE, partial(span.before, due, self.hour, days), until=due)
        if self.at_amber and amber is not None:
            yield from _moment("amber", TO_ASSIGNEE, partial(at_working_hour, amber, self.hour), until=due)

    def _late(self, since: datetime, days: Calendar) -> Iterator[Moment]:
        for span in self.overdue:
            yield from _moment("overdue", TO_ASSIGNEE, partial(span.after, since, self.hour, days))
        for one in self.escalation:
            yield from _moment("escalation", one.to, partial(one.after.after, since, self.hour, days))


SILENT = Plan()
DEFAULT = Plan(
    at_amber=True,
    overdue=(Span(0, "days", "at once"),),
    escalation=(Escalation(Span(1, "working days", "1 working day"), Recipient("team manager")),),
)


def _moment(
    stage: Stage, to: Recipient, counted: Callable[[], datetime], until: datetime | None = None
) -> Iterator[Moment]:
    """Yield a moment, unless it would lie beyond every calendar or not before `until`."""
    try:
        at = counted().astimezone(UTC)
    except (Invalid, OverflowError, ValueError):  # a date in the year 9999 reminds of nothing, and stops no case
        return
    if until is None or at < until:
        yield Moment(at, stage, to)
