"""Who is told when a task stays undone, in the words of category.toml."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from engine.errors import Invalid
from engine.reminders.spans import shown

Kind = Literal["assignee", "team", "team manager", "owner", "owner's manager", "named team", "manager of", "person"]

ASSIGNEE = "whoever has the task"
WORDS: dict[str, Kind] = {
    ASSIGNEE: "assignee",
    "assignee": "assignee",
    "the team": "team",
    "team": "team",
    "manager of the team": "team manager",
    "owner of the case": "owner",
    "owner": "owner",
    "owner's manager": "owner's manager",
}
OFFERED = (ASSIGNEE, "the team", "manager of the team", "owner of the case", "owner's manager")
_ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+")
_MANAGER_OF = "manager of "


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told: `name` is that of a team, or the e-mail address of a person."""

    kind: Kind
    name: str = ""


def recipient(text: object, teams: Iterable[str]) -> Recipient:
    """Return whom `text` names; `teams` are the names of the category's teams.

    Raises:
        Invalid: nobody and no team that is known here.
    """
    said = " ".join(text.replace("’", "'").split()) if isinstance(text, str) and len(text) <= 250 else ""
    known = {name.casefold(): name for name in teams}
    if kind := WORDS.get(said.casefold()):
        return Recipient(kind)
    if team := known.get(said.casefold()):
        return Recipient("named team", team)
    if said.casefold().startswith(_MANAGER_OF) and (team := known.get(said[len(_MANAGER_OF) :].casefold())):
        return Recipient("manager of", team)
    if _ADDRESS.fullmatch(said):
        return Recipient("person", said)
    raise Invalid(
        f"{shown(text)} is neither a team of this category nor anybody else who could be told.",
        remedy=f"Write one of: {', '.join(OFFERED)}, a team, manager of a team, or an e-mail address of staff.",
    )
