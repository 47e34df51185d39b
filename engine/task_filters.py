"""What a list of tasks is asked for: read from the words of an address or of a saved filter, and written back."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from engine.errors import Invalid
from engine.task_lines import SORTS, STATES

HOLDERS = ("me", "mine", "teams", "nobody", "absent")  # and "team-3", "queue-3", "person-7"; "" is anybody
KINDS = ("team", "queue", "person")
ASKED_STATES = (*STATES, "new")
WAITING_DAYS = (1, 3, 7, 14, 30)
LONGEST = 200

_TICKED = ("1", "yes", "on")
_NOT_A_DAY = "Enter a day as year, month and day, like 2026-12-03"


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which open tasks are asked for, and in which order; "" or None leaves a question open.

    `holder`: "me"; "mine", mine and those that wait for my teams; "teams", what waits for my teams; "nobody", what
    nobody has; "absent", of those for whom I stand in; "team-3", of a team, claimed or not; "queue-3", what nobody of
    it has; "person-7".
    Who "me" is, is whoever asks.
    """

    holder: str = ""
    category: str = ""
    state: str = ""
    stage: str = ""
    text: str = ""
    case: str = ""
    due_from: date | None = None
    due_until: date | None = None
    waiting: int | None = None  # at least so many days since it came
    draft: bool = False
    incident: bool = False
    sort: str = "due"
    descending: bool = False

    @property
    def is_open(self) -> bool:
        """Say whether it asks for no part of the tasks but for all of them."""
        return not {name for name in self.words() if name not in ("sort", "order")}

    def words(self) -> dict[str, str]:
        """Return it as the words of an address: only what is asked for."""
        found = {field.name: _written(getattr(self, field.name)) for field in fields(self)}
        found["q"], found["with"] = found.pop("text"), found.pop("holder")
        found["order"] = "desc" if found.pop("descending") else ""
        if found["sort"] == "due":
            del found["sort"]
        return {name: word for name, word in found.items() if word}

    def row_of(self, kind: str) -> int | None:
        """Return the id of the holder when it is a `kind`, one of KINDS."""
        name, _, number = self.holder.partition("-")
        return int(number) if name == kind and number else None


def read(words: Mapping[str, str]) -> TaskFilter:
    """Return what the words of an address ask for; what a list does not offer is passed over.

    Raises:
        Invalid: a day that is none.
    """
    errors: dict[str, str] = {}
    waiting = words.get("waiting", "")
    found = TaskFilter(
        holder=_holder(words.get("with", "")),
        category=_text(words, "category"),
        state=_one_of(words.get("state", ""), ASKED_STATES),
        stage=_text(words, "stage"),
        text=_text(words, "q"),
        case=_text(words, "case"),
        due_from=_day(words, "due_from", errors),
        due_until=_day(words, "due_until", errors),
        waiting=int(waiting) if waiting.isascii() and waiting.isdecimal() and len(waiting) < 4 else None,
        draft=words.get("draft", "") in _TICKED,
        incident=words.get("incident", "") in _TICKED,
        sort=_one_of(words.get("sort", ""), SORTS) or "due",
        descending=words.get("order", "") == "desc",
    )
    if errors:
        raise Invalid("A day of the filter cannot be read.", errors=errors)
    return found


def _holder(word: str) -> str:
    kind, _, number = word.partition("-")
    if kind in KINDS and number.isascii() and number.isdecimal() and len(number) < 16:
        return word
    return _one_of(word, HOLDERS)


def _one_of(word: str, offered: tuple[str, ...]) -> str:
    return word if word in offered else ""


def _text(words: Mapping[str, str], name: str) -> str:
    return words.get(name, "").replace("\0", "").strip()[:LONGEST]


def _day(words: Mapping[str, str], name: str, errors: dict[str, str]) -> date | None:
    word = words.get(name, "").strip()
    if not word:
        return None
    try:
        found = date.fromisoformat(word)
    except ValueError:
        errors[name] = _NOT_A_DAY
        return None
    if not 1900 <= found.year <= 2200:
        errors[name] = "Enter a day between the years 1900 and 2200"
    return found


def _written(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "1" if value else ""
    return "" if value is None else str(value)
