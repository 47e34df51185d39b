"""How a member of staff wants to be told: at once by e-mail, in the digest of the day, or in the portal alone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from engine.instants import LONDON, london

AT_ONCE, DIGEST, PORTAL, NONE = "at once", "digest", "portal", "none"
WAYS = (AT_ONCE, DIGEST, PORTAL)
TEAM_WAYS = ("all", DIGEST, PORTAL, NONE)
KINDS = ("reminder", "warning", "escalation")
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Preference:
    """What one member of staff wants; without a word of theirs, everything at once."""

    reminder: str = AT_ONCE
    warning: str = AT_ONCE
    escalation: str = AT_ONCE
    team: str = "all"
    digest_hour: int = 8
    quiet_from: int | None = None
    quiet_to: int | None = None
    at_weekends: bool = True

    @classmethod
    def of(cls, row: Any) -> "Preference":
        """Return what a row with the columns of `NotificationPreference` says; without one, the default."""
        if row is None or row.digest_hour is None:
            return DEFAULT
        return cls(*(getattr(row, name) for name in COLUMNS))

    @property
    def has_digest(self) -> bool:
        """Say whether anything is to come by digest."""
        return DIGEST in (self.reminder, self.warning, self.escalation, self.team)

    def way(self, kind: str, *, for_team: bool = False) -> str:
        """Return how a notice of `kind` is told; `for_team` when nobody has the task and the team could take it."""
        own: str = getattr(self, kind) if kind in KINDS else AT_ONCE
        if not for_team or self.team == "all":
            return own
        return max(own, self.team, key=(*WAYS, NONE).index)

    def mail_at(self, kind: str, at: datetime, *, for_team: bool = False) -> datetime | None:
        """Return when a notice given at `at` goes by e-mail: then, or once it is not quiet; none when it does not."""
        return self.next_loud(at) if self.way(kind, for_team=for_team) == AT_ONCE else None

    def next_loud(self, at: datetime) -> datetime:
        """Return the first instant from `at` on that is neither in the quiet hours nor at an unwanted weekend."""
        for _ in range(3):  # a quiet night, the weekend after it, the quiet morning after that
            later = self._after_night(self._after_weekend(at))
            if later == at:
                break
            at = later
        return at

    def next_digest(self, after: datetime) -> datetime | None:
        """Return the next digest hour in London after `after`; none for who wants no digest."""
        if not self.has_digest:
            return None
        day = london(after).date()
        for ahead in range(4):
            on = day + timedelta(days=ahead)
            at = _at(on, self.digest_hour)
            if at > after and (self.at_weekends or on.weekday() < SATURDAY):
                return at
        return None

    def _after_weekend(self, at: datetime) -> datetime:
        local = london(at)
        if self.at_weekends or local.weekday() < SATURDAY:
            return at
        return _at(local.date() + timedelta(days=7 - local.weekday()), 0)

    def _after_night(self, at: datetime) -> datetime:
        start, end, local = self.quiet_from, self.quiet_to, london(at)
        if start is None or end is None or start == end:
            return at
        is_quiet = start <= local.hour < end if start < end else local.hour >= start or local.hour < end
        if not is_quiet:
            return at
        ends_tomorrow = start > end and local.hour >= start
        return _at(local.date() + timedelta(days=ends_tomorrow), end)


DEFAULT = Preference()
COLUMNS = tuple(Preference.__slots__)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), LONDON).astimezone(UTC)
