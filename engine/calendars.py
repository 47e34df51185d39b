"""Which days are working days in each nation of the United Kingdom, and why the others are not.

Bank holidays come from the `holidays` library, one-off ones (8 May 2023) included; one that was proclaimed after the
library was written is given beside it. An organisation's own closures are kept apart: in law they never count unless a
rule says so, and `Calendar.statutory` is the calendar without them.
"""

from bisect import bisect_left, bisect_right
from calendar import isleap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Literal

from engine.errors import Invalid

Nation = Literal["England and Wales", "Scotland", "Northern Ireland"]

NATIONS: dict[str, str] = {"England and Wales": "ENG", "Scotland": "SCT", "Northern Ireland": "NIR"}
ANY_NATION = "any part of the United Kingdom"
FIRST_YEAR, LAST_YEAR = 1975, 2199  # before 1975 the bank holidays were others

_day = itemgetter(0)
_WEEKEND = {5: "Saturday", 6: "Sunday"}

# The library's names, as the official list on GOV.UK words them.
_OFFICIAL_NAMES = {
    "May Day": "Early May bank holiday",
    "Spring Bank Holiday": "Spring bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
    "Summer Bank Holiday": "Summer bank holiday",
    "New Year Holiday": "2nd January",
    "Saint Andrew's Day": "St Andrew's Day",
    "Saint Patrick's Day": "St Patrick's Day",
    "Battle of the Boyne": "Battle of the Boyne (Orangemen's Day)",
    "Platinum Jubilee of Elizabeth II": "Platinum Jubilee bank holiday",
    "State Funeral of Queen Elizabeth II": "Bank holiday for the State Funeral of Queen Elizabeth II",
    "Coronation of Charles III": "Bank holiday for the coronation of King Charles III",
    "Scotland's participation in the FIFA World Cup final": "World Cup bank holiday",
}


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which the organisation itself is shut: `first_on` to `last_on`, both included."""

    name: str
    first_on: date
    last_on: date

    def __post_init__(self) -> None:
        """Refuse days in the wrong order, and a closure longer than a year."""
        if not 0 <= (self.last_on - self.first_on).days <= 366:
            raise Invalid(
                f"The closure “{self.name}” must last from one day to one year, and runs from "
                f"{self.first_on.isoformat()} to {self.last_on.isoformat()}.",
                remedy="Put the earlier day first.",
            )

    def days(self) -> Iterable[date]:
        """Yield each day of the closure."""
        return (self.first_on + timedelta(days=n) for n in range((self.last_on - self.first_on).days + 1))


def calendar(
    nation: str,
    closures: Iterable[Closure] = (),
    *,
    proclaimed: Mapping[date, str] | None = None,
    elsewhere: Mapping[date, str] | None = None,
) -> "Calendar":
    """Return the calendar of `nation`, in which `closures` and `proclaimed` bank holidays are not working days.

    Holidays proclaimed `elsewhere` count only in `Calendar.of_any_nation`.

    Raises Invalid for a nation that is none of the three.
    """
    if nation not in NATIONS:
        raise Invalid(f"There is no calendar for “{nation}”.", remedy=f"Choose one of: {', '.join(NATIONS)}.")
    closed = {day: closure.name for closure in closures for day in closure.days()}
    if not closed and not proclaimed and not elsewhere:
        return _statutory(nation)
    return Calendar(nation, closed, proclaimed or {}, elsewhere or {})


@dataclass(frozen=True, slots=True)
class Year:
    """One year of a calendar: its working days, and every other day with the reason, both in order."""

    working: list[date]
    closed: dict[date, str]
    closed_in_order: list[tuple[date, str]]


class Calendar:
    """The working days of one nation, with or without an organisation's own closures. Use `calendar` to get one."""

    def __init__(
        self, nation: str, closures: Mapping[date, str], proclaimed: Mapping[date, str], elsewhere: Mapping[date, str]
    ) -> None:
        """Keep `closures` and bank holidays `proclaimed` here and `elsewhere`: day to name."""
        self.nation = nation
        self.closures = dict(closures)
        self.proclaimed = dict(proclaimed)
        self.elsewhere = dict(elsewhere)
        self._years: dict[int, Year] = {}

    @cached_property
    def statutory(self) -> "Calendar":
        """Return the calendar of the same nation without the organisation's own closures."""
        return Calendar(self.nation, {}, self.proclaimed, self.elsewhere) if self.closures else self

    @cached_property
    def of_any_nation(self) -> "Calendar":
        """Return the calendar in which a bank holiday of any nation is no working day (as for freedom of information).

        Holidays that were proclaimed are those of this calendar's nation and of the others that were given with it.
        """
        return Calendar(ANY_NATION, self.closures, {**self.elsewhere, **self.proclaimed}, {})

    def is_working_day(self, day: date) -> bool:
        """Say whether `day` is a working day here."""
        return day not in self._year(day.year).closed

    def why_not(self, day: date) -> str:
        """Return why `day` is not a working day ("Saturday", "Christmas Day", a closure's name), or "" if it is one."""
        return self._year(day.year).closed.get(day, "")

    def add_working_days(self, day: date, count: int) -> date:
        """Return the working day that is `count` working days after `day` (before it, if negative); `day` is day 0.

        With 0, `day` itself, or the next working day if it is none. Raises Invalid beyond 1975 to 2199.
        """
        if not count:
            return self.roll(day)
        year, working = day.year, self._year(day.year).working
        place = bisect_right(working, day) + count - 1 if count > 0 else bisect_left(working, day) + count
        while place >= len(working):
            place, year = place - len(working), year + 1
            working = self._year(year).working
        while place < 0:
            year -= 1
            working = self._year(year).working
            place += len(working)
        return working[place]

    def roll(self, day: date, *, back: bool = False) -> date:
        """Return `day` if it is a working day, else the next one, or the last one before it if `back`."""
        return day if self.is_working_day(day) else self.add_working_days(day, -1 if back else 1)

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        whole_years = sum(len(self._year(year).working) for year in range(start.year, end.year))
        return whole_years + self._place(end) - self._place(start)

    def closed_days(self, first: date, last: date) -> list[tuple[date, str]]:
        """List the days from `first` to `last` (both included) that are not working days, each with the reason."""
        found: list[tuple[date, str]] = []
        for year in range(first.year, last.year + 1):
            closed = self._year(year).closed_in_order
            found += closed[bisect_left(closed, first, key=_day) : bisect_right(closed, last, key=_day)]
        return found

    def _place(self, day: date) -> int:
        """Return how many working days of its year are up to and including `day`."""
        return bisect_right(self._year(day.year).working, day)

    def _year(self, year: int) -> Year:
        """Return a year of this calendar; worked out once and kept."""
        if year not in self._years:
            own = {**self.closures, **self.proclaimed}
            own = {day: name for day, name in own.items() if day.year == year}
            closed = own | bank_holidays(self.nation, year) | _weekends(year)
            working = [day for day in _days_of(year) if day not in closed]
            self._years[year] = Year(working, closed, sorted(closed.items()))
        return self._years[year]


@lru_cache(maxsize=len(NATIONS))
def _statutory(nation: str) -> Calendar:
    return Calendar(nation, {}, {}, {})


def bank_holidays(nation: str, year: int) -> dict[date, str]:
    """Return the bank holidays of `nation` in `year` that the library knows, with their official names."""
    if nation == ANY_NATION:
        return {day: name for each in reversed(NATIONS) for day, name in bank_holidays(each, year).items()}
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid(
            f"Working days can be counted from {FIRST_YEAR} to {LAST_YEAR}, not in {year}.",
            remedy="Correct the year of the date.",
        )
    import holidays  # here, because it takes long to import and the site starts without it

    found = holidays.country_holidays("GB", subdiv=NATIONS[nation], years=year, language="en_GB")
    return {day: _official_name(name) for day, name in found.items() if day.year == year}


def _weekends(year: int) -> dict[date, str]:
    return {day: _WEEKEND[day.weekday()] for day in _days_of(year) if day.weekday() in _WEEKEND}


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range(366 if isleap(year) else 365)]


def _official_name(name: str) -> str:
    """Word the library's name as GOV.UK does; where two fall on one day the substitute is the one kept that day."""
    name = next((part for part in name.split("; ") if part.endswith(" (observed)")), name)
    plain = name.removesuffix(" (observed)")
    official = _OFFICIAL_NAMES.get(plain, plain)
    return f"{official}, substitute day" if name != plain else official
