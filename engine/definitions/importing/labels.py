"""Reads the times that people write beside timers: “3 days”, “after two weeks”, “nach 14 Tagen”."""

import re

NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "fourteen": 14, "thirty": 30, "ein": 1, "eine": 1, "einem": 1, "einer": 1, "zwei": 2,
    "drei": 3, "un": 1, "une": 1, "deux": 2, "trois": 3,
}  # fmt: skip
# Each unit of ISO 8601 with the words for it, longest first.
UNITS = {
    "S": "seconds second secs sec sekunden sekunde secondes seconde",
    "M": "minutes minute mins min minuten",
    "H": "hours hour hrs hr h stunden stunde heures heure",
    "D": "days day d tagen tage tag jours jour",
    "W": "weeks week wks wk w wochen woche semaines semaine",
    "MO": "months month monaten monate monat mois",
    "Y": "years year yrs yr jahren jahre jahr ans année années",
}
_UNIT_OF = {word: unit for unit, listed in UNITS.items() for word in listed.split()}
_UNITS = "|".join(sorted(_UNIT_OF, key=len, reverse=True))
_TIME = re.compile(rf"(?<![\w.,/:-])(\d{{1,4}}|{'|'.join(NUMBERS)})[\s-]{{0,3}}({_UNITS})\b", re.IGNORECASE)


def duration_in(label: str) -> str:
    """Return the one duration that a label names, in ISO 8601; nothing when it names none, or several."""
    found = {_iso(number, unit) for number, unit in _TIME.findall(" ".join(label.split())[:300])}
    return found.pop() if len(found) == 1 else ""


def _iso(number: str, unit: str) -> str:
    amount = NUMBERS.get(number.lower()) or int(number)
    letter = _UNIT_OF[unit.lower()]
    if letter in ("S", "M", "H"):
        return f"PT{amount}{letter}"
    return f"P{amount}{letter[0]}"
