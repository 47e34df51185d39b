"""The calendar of this organisation: its nation, its own closures, bank holidays that were proclaimed."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine.calendars import FIRST_YEAR, LAST_YEAR, NATIONS, Closure, bank_holidays
from engine.errors import Conflict, Invalid, NotFound
from engine.instants import now, today
from engine.law.changing import CLOSED, HOLIDAY, locked, with_calendar, with_nation, write
from engine.law.current import Law, current
from engine.permissions import PLATFORM, Actor, require
from engine.rules.words import plain_day
from models.law import BankHoliday, ClosedDays, LawChange
from models.work import Setting

LONGEST_NAME = 100
LONGEST_REASON = 500
KNOWN_LIST = "bank holidays"  # the setting in which the library's list is kept
YEARS_KEPT = range(-2, 6)  # of the list, around this year


def closures(session: Session) -> list[ClosedDays]:
    """Return the closures that count, and those that were taken back, the latest first."""
    return list(session.scalars(select(ClosedDays).order_by(ClosedDays.first_on.desc(), ClosedDays.id.desc())))


def proclaimed(session: Session) -> list[BankHoliday]:
    """Return the proclaimed bank holidays that count, and those that were taken back, the latest first."""
    return list(session.scalars(select(BankHoliday).order_by(BankHoliday.on_day.desc(), BankHoliday.id.desc())))


def changes(session: Session, *, limit: int = 50) -> list[LawChange]:
    """Return what was changed of rules and calendar, the latest first."""
    return list(session.scalars(select(LawChange).order_by(LawChange.revision.desc()).limit(limit)))


def with_closure(session: Session, *, name: str, first_on: date | None, last_on: date | None) -> Law:
    """Return the law as it would be with another closure. Raises Invalid with a sentence for each field."""
    closure = _closure(name, first_on, last_on)
    found = current(session)
    return replace(found, closures=(*found.closures, closure))


def add_closure(
    session: Session, *, name: str, first_on: date | None, last_on: date | None, reason: str, by: Actor
) -> int:
    """Add days on which the organisation is shut; return the id. Running clocks follow, where their rule says so."""
    require(by, "change calendar")
    closure, reason = _closure(name, first_on, last_on), _reason(reason)
    law = locked(session)
    values = {"name": closure.name, "first_on": closure.first_on, "last_on": closure.last_on}
    made = session.execute(insert(CLOSED).returning(CLOSED.c.id), {**values, **_added(reason, by)}).scalar_one()
    what = f"The closure “{closure.name}” ({_days(closure.first_on, closure.last_on)}) was added."
    write(session, with_calendar(session, law), kind="closure", what=what, reason=reason, by=by)
    return int(made)


def without_closure(session: Session, closure_id: int) -> Law:
    """Return the law as it would be if a closure were taken back. Raises NotFound, Conflict."""
    row, found = _counting(session, CLOSED, closure_id), current(session)
    left = list(found.closures)
    left.remove(Closure(row.name, row.first_on, row.last_on))
    return replace(found, closures=tuple(left))


def end_closure(session: Session, closure_id: int, *, reason: str, by: Actor) -> None:
    """Take a closure back: its days count again, as if it had never been. Raises NotFound, Conflict."""
    require(by, "change calendar")
    law, reason = locked(session), _reason(reason)
    row = _end(session, CLOSED, closure_id, reason, by)
    what = f"The closure “{row.name}” ({_days(row.first_on, row.last_on)}) was taken back."
    write(session, with_calendar(session, law), kind="closure", what=what, reason=reason, by=by)


def with_holiday(session: Session, *, nation: str, on_day: date | None, name: str) -> Law:
    """Return the law as it would be with another proclaimed bank holiday. Raises Invalid."""
    nation, day, name = _holiday(session, nation, on_day, name)
    found = current(session)
    days = {**found.proclaimed.get(nation, {}), day: name}
    return replace(found, proclaimed={**found.proclaimed, nation: days})


def add_holiday(session: Session, *, nation: str, on_day: date | None, name: str, reason: str, by: Actor) -> int:
    """Add a bank holiday that was proclaimed and that the library does not know yet; return the id."""
    require(by, "change calendar")
    law, reason = locked(session), _reason(reason)
    nation, day, name = _holiday(session, nation, on_day, name)
    values = {"nation": nation, "on_day": day, "name": name}
    made = session.execute(insert(HOLIDAY).returning(HOLIDAY.c.id), {**values, **_added(reason, by)}).scalar_one()
    what = f"The bank holiday “{name}” ({plain_day(day)}, {nation}) was added."
    write(session, with_calendar(session, law), kind="holiday", what=what, reason=reason, by=by)
    return int(made)


def without_holiday(session: Session, holiday_id: int) -> Law:
    """Return the law as it would be if a proclaimed bank holiday were taken back. Raises NotFound, Conflict."""
    row, found = _counting(session, HOLIDAY, holiday_id), current(session)
    days = {day: name for day, name in found.proclaimed[row.nation].items() if day != row.on_day}
    return replace(found, proclaimed={**found.proclaimed, row.nation: days})


def end_holiday(session: Session, holiday_id: int, *, reason: str, by: Actor) -> None:
    """Take a proclaimed bank holiday back. Raises NotFound, Conflict."""
    require(by, "change calendar")
    law, reason = locked(session), _reason(reason)
    row = _end(session, HOLIDAY, holiday_id, reason, by)
    what = f"The bank holiday “{row.name}” ({plain_day(row.on_day)}, {row.nation}) was taken back."
    write(session, with_calendar(session, law), kind="holiday", what=what, reason=reason, by=by)


def of_nation(session: Session, nation: str) -> Law:
    """Return the law as it would be with the bank holidays of another nation. Raises Invalid, Conflict."""
    found = current(session)
    if nation not in NATIONS:
        raise Invalid("There is no such nation.", errors={"nation": f"Choose one of: {', '.join(NATIONS)}"})
    if nation == found.nation:
        raise Conflict(f"The calendar is that of {nation} already.")
    return with_nation(found, nation)


def set_nation(session: Session, nation: str, *, reason: str, by: Actor) -> None:
    """Count by the bank holidays of another nation from now on. Raises Invalid, Conflict."""
    require(by, "change calendar")
    law, reason = locked(session), _reason(reason)
    of_nation(session, nation)
    what = f"The calendar is that of {nation} now; it was that of {law.nation}."
    write(session, with_nation(law, nation), kind="nation", what=what, reason=reason, by=by)


def notice_library(session: Session) -> list[str]:
    """Compare the library's bank holidays with those that were last seen; return what an upgrade has changed.

    A change is a revision of its own, so that running clocks follow it. Of several nodes that look, one tells.
    """
    law = locked(session)
    seen = session.get(Setting, KNOWN_LIST)
    listed = _listed()
    if seen is None:
        session.add(Setting(key=KNOWN_LIST, value=listed))
        return []
    found = [line for nation in NATIONS for line in _differences(nation, seen.value, listed)]
    if seen.value != listed:
        seen.value = listed
    if found:
        what = f"The list of bank holidays that comes with Casewright has changed: {'; '.join(found)}."
        write(session, law, kind="library", what=what, reason="", by=PLATFORM)
    return found


def _differences(nation: str, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the days that were added or taken out in the years that both lists have."""
    years = set(before.get("years", ())) & set(after["years"])
    was = {day for day in before.get(nation, ()) if int(day[:4]) in years}
    now_ = {day for day in after[nation] if int(day[:4]) in years}
    told = [f"{plain_day(date.fromisoformat(day))} is none any more in {nation}" for day in sorted(was - now_)]
    return told + [f"{plain_day(date.fromisoformat(day))} is one in {nation}" for day in sorted(now_ - was)]


def _listed() -> dict[str, Any]:
    years = [today().year + n for n in YEARS_KEPT]
    days = {
        nation: sorted(day.isoformat() for year in years for day in bank_holidays(nation, year)) for nation in NATIONS
    }
    return {"years": years, **days}


def _closure(name: str, first_on: date | None, last_on: date | None) -> Closure:
    errors = _named(name)
    for key, day in (("first_on", first_on), ("last_on", last_on)):
        errors |= _counted(key, day)
    if errors:
        raise Invalid("The closure cannot be added like this.", errors=errors)
    assert first_on is not None and last_on is not None
    if not timedelta() <= last_on - first_on <= timedelta(days=366):
        raise Invalid(
            "A closure lasts from one day to one year.", errors={"last_on": "Give a day on or after the first one"}
        )
    return Closure(" ".join(name.split()), first_on, last_on)


def _holiday(session: Session, nation: str, on_day: date | None, name: str) -> tuple[str, date, str]:
    errors = _named(name) | _counted("on_day", on_day)
    if nation not in NATIONS:
        errors["nation"] = f"Choose one of: {', '.join(NATIONS)}"
    elif on_day is not None and not errors:
        known = {**current(session).proclaimed.get(nation, {}), **bank_holidays(nation, on_day.year)}
        if on_day in known:
            errors["on_day"] = f"This day is a bank holiday already: {known[on_day]}"
        elif on_day.weekday() >= 5:
            errors["on_day"] = "This day is in a weekend: give the day on which it is kept"
    if errors:
        raise Invalid("The bank holiday cannot be added like this.", errors=errors)
    assert on_day is not None
    return nation, on_day, " ".join(name.split())


def _named(name: str) -> dict[str, str]:
    is_fine = bool(name.strip()) and len(name) <= LONGEST_NAME and name.isprintable()
    return {} if is_fine else {"name": f"Give a name of at most {LONGEST_NAME} characters"}


def _counted(key: str, day: date | None) -> dict[str, str]:
    if day is None:
        return {key: "Give a date"}
    return {} if FIRST_YEAR <= day.year <= LAST_YEAR else {key: f"Give a year from {FIRST_YEAR} to {LAST_YEAR}"}


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        said = f"Say why, in at most {LONGEST_REASON} characters"
        raise Invalid("A change of the calendar needs its reason.", errors={"reason": said})
    return reason


def _added(reason: str, by: Actor) -> dict[str, Any]:
    return {"reason": reason, "added_at": now(), "added_by_name": by.name, "end_reason": ""}


def _end(session: Session, of: Any, row_id: int, reason: str, by: Actor) -> Any:
    row = _counting(session, of, row_id)
    ended = {"ended_at": now(), "ended_by_name": by.name, "end_reason": reason}
    session.execute(update(of).where(of.c.id == row_id).values(ended))
    return row


def _counting(session: Session, of: Any, row_id: int) -> Any:
    row = session.execute(select(of).where(of.c.id == row_id)).first()
    if row is None:
        raise NotFound("There is no such entry in the calendar.")
    if row.ended_at is not None:
        raise Conflict(f"“{row.name}” was taken back already, by {row.ended_by_name}.")
    return row


def _days(first: date, last: date) -> str:
    return plain_day(first) if first == last else f"{plain_day(first)} to {plain_day(last)}"
