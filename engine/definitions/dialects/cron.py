"""Turns a cron text into a repetition of ISO 8601, which begins when the cron would next fire.

Fields are those of Unix (minute, hour, day, month, weekday) or of Quartz (seconds before them, a year behind).
"""

import re
from dataclasses import dataclass

from engine.definitions.dialects.expressions.nodes import Unsure

DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
ANY = ("*", "?")
_FIELD = r"[\d*?/,#LW-]+|(?:[A-Z]{3})(?:[-,][A-Z]{3})*"


@dataclass(frozen=True, slots=True)
class Cron:
    """The fields of a cron text; `weekday` is 1 for Monday, or 0 for any."""

    second: str
    minute: str
    hour: str
    day: str
    month: str
    weekday: str
    is_quartz: bool


def is_cron(text: str) -> bool:
    """Say whether a text reads as a cron."""
    words = text.upper().split()
    return 5 <= len(words) <= 7 and all(re.fullmatch(_FIELD, word) for word in words)


def cycle(text: str) -> str:
    """Return the repetition, as a literal or as FEEL behind “=”; raise Unsure when no repetition says the same."""
    if not is_cron(text):
        raise Unsure("It is not a cron.")
    cron = _read(text.upper().split())
    if every := _steps(cron):
        return every
    if not (cron.second.isdigit() and cron.minute.isdigit() and cron.hour.isdigit()) or cron.month not in ANY:
        raise Unsure("No repetition of equal length says the same.")
    if cron.day in ANY:
        return _daily(cron) if cron.weekday in ANY else _weekly(cron)
    if cron.weekday in ANY and re.fullmatch(r"[1-9]|1\d|2[0-8]", cron.day):
        return _monthly(cron)
    raise Unsure("No repetition of equal length says the same.")


def _read(words: list[str]) -> Cron:
    if len(words) == 7 and words[6] not in ANY:
        raise Unsure("It is for certain years only.")
    is_quartz = len(words) > 5
    second, minute, hour, day, month, weekday = words[:6] if is_quartz else ["0", *words]
    return Cron(second, minute, hour, day, month, weekday, is_quartz)


def _steps(cron: Cron) -> str:
    """Return the repetition that fires every so many seconds, minutes or hours, if it does."""
    if not all(part in ANY for part in (cron.day, cron.month, cron.weekday)):
        return ""
    for finer, part, coarser, unit, whole in (
        ((), cron.second, (cron.minute, cron.hour), "S", 60),
        ((cron.second,), cron.minute, (cron.hour,), "M", 60),
        ((cron.second, cron.minute), cron.hour, (), "H", 24),
    ):
        step = re.fullmatch(r"(?:\*|0)/(\d{1,2})|(\*)", part)
        if step and all(word.isdigit() for word in finer) and all(word == "*" for word in coarser):
            amount = int(step[1] or 1)
            if amount == 0 or whole % amount:
                raise Unsure("It fires at unequal distances.")
            return f"R/PT{amount}{unit}"
    return ""


def _daily(cron: Cron) -> str:
    day = f'today() + duration(if {_is_over(cron)} then "P1D" else "P0D")'
    return _repetition(cron, day, "P1D")


def _weekly(cron: Cron) -> str:
    over = f"(if {_is_over(cron)} then 1 else 0)"
    days = f"{over} + modulo({_weekday(cron)} - today().weekday - {over}, 7)"
    return _repetition(cron, f'today() + duration("P" + string({days}) + "D")', "P7D")


def _weekday(cron: Cron) -> int:
    if cron.weekday in DAYS:
        return DAYS.index(cron.weekday) + 1
    if re.fullmatch("[0-7]", cron.weekday):
        number = int(cron.weekday)
        if cron.is_quartz:  # counts from Sunday, which is 1
            return (number + 5) % 7 + 1 if number else 7
        return number or 7
    raise Unsure("It fires on several days of the week.")


def _monthly(cron: Cron) -> str:
    day = int(cron.day)
    over = f"today().day > {day} or today().day = {day} and {_is_over(cron)}"
    first = f'date(today().year, today().month, {day}) + duration(if {over} then "P1M" else "P0M")'
    return _repetition(cron, first, "P1M")


def _is_over(cron: Cron) -> str:
    return f"now().hour * 60 + now().minute >= {int(cron.hour) * 60 + int(cron.minute)}"


def _repetition(cron: Cron, day: str, every: str) -> str:
    hour, minute, second = int(cron.hour), int(cron.minute), int(cron.second)
    if hour > 23 or minute > 59 or second > 59:
        raise Unsure("It names a time that no clock shows.")
    return f'="R/" + string(date and time({day}, time("{hour:02}:{minute:02}:{second:02}"))) + "/{every}"'
