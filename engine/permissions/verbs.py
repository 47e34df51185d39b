"""The verbs that routes and operations ask for, in the groups of the administration page, with the roles that ship.

`scopes` are how far a grant of the verb may reach: one about a case or a record may reach less than everything.
"""

from dataclasses import dataclass

SHIPPED_ROLES = {
    "officer": ("Housing officer", "Opens cases and does their tasks."),
    "team_manager": ("Team manager", "Looks after teams: who has what, who is away, what is late."),
    "analyst": ("Business analyst", "Draws categories, their forms, rules and letters, and deploys them."),
    "auditor": ("Auditor", "Reads and replays cases, and verifies their history."),
    "partner": ("Contractor or partner agency", "Works on the cases that their organisation is linked to."),
    "administrator": ("Administrator", "Looks after staff, roles, the calendar and what has failed."),
}

_STAFF = frozenset({"officer", "team_manager", "administrator"})
_READERS = _STAFF | {"auditor", "analyst"}
_ON_LINKED = frozenset({"partner"})
_MANAGERS = frozenset({"team_manager", "administrator"})
_ANALYSTS = frozenset({"analyst", "administrator"})
_AUDITORS = frozenset({"auditor", "administrator"})
_ADMINISTRATORS = frozenset({"administrator"})


@dataclass(frozen=True, slots=True)
class Verb:
    """What a verb lets one do, in words, and the shipped roles that grant it."""

    group: str
    text: str
    shipped: frozenset[str]
    scopes: tuple[str, ...] = ("everything",)


def _on_cases(text: str, shipped: frozenset[str]) -> Verb:
    return Verb("Cases", text, shipped, ("everything", "categories", "teams", "patches", "own"))


def _on_tasks(text: str, shipped: frozenset[str]) -> Verb:
    return Verb("Tasks", text, shipped, ("everything", "categories", "teams", "patches", "own"))


def _on_record(text: str, shipped: frozenset[str]) -> Verb:
    return Verb("People and homes", text, shipped, ("everything", "teams", "patches", "own"))


# All that a grant can give to who works for another organisation, on the cases that it is linked to.
OF_EXTERNALS = frozenset({"see cases", "see documents", "add document", "do task", "assign task"})

VERBS: dict[str, Verb] = {
    "see cases": _on_cases("See cases, with their tasks, deadlines and history", _READERS | _ON_LINKED),
    "start case": Verb("Cases", "Open a case", _STAFF),
    "change case": _on_cases("Correct a case, write notes, hand it over", _STAFF),
    "close case": _on_cases("Close or cancel a case", _STAFF),
    "reopen case": _on_cases("Reopen a case that is over", _STAFF),
    "link cases": _on_cases("Link, detach and merge cases", _STAFF),
    "link partner": _on_cases("Link contractors and partner agencies to a case", _STAFF),
    "restrict case": _on_cases("Restrict a case to a circle, and say who is in it", _STAFF),
    "break glass": Verb("Cases", "See a restricted case in an emergency, for a time and a reason", _MANAGERS),
    "see documents": _on_cases("Read documents", _READERS | _ON_LINKED),
    "add document": _on_cases("Add documents", _STAFF | _ON_LINKED),
    "change document": _on_cases("Retitle, tag, move and end documents", _STAFF),
    "write to people": _on_cases("Write letters, e-mails and text messages, and send them", _STAFF),
    "let message go": _on_cases("Let a message go that was stopped as unsafe", _MANAGERS),
    "write to many": Verb("Cases", "Write to many people at once", _MANAGERS),
    "post letters": Verb("Cases", "Print letters and say that they were posted", _STAFF),
    "file incoming": Verb("Cases", "File what comes in by post and e-mail", _STAFF),
    "extend clock": _on_cases("Give a deadline more time", _STAFF),
    "change clock": _on_cases("Start, pause and end deadlines", _STAFF),
    "cancel clock": _on_cases("Withdraw a deadline that somebody else started", _MANAGERS),
    "see incidents": _on_cases("See what has failed", _STAFF | _ANALYSTS),
    "retry incident": _on_cases("Have a failed step tried again", _STAFF | {"analyst"}),
    "skip incident": _on_cases("Skip a failed step, with a reason", _MANAGERS),
    "replay case": _on_cases("Replay a case", _MANAGERS | {"auditor"}),
    "do task": _on_tasks("Do tasks of one's own and of one's teams", _STAFF | _ON_LINKED),
    "do any task": _on_tasks("Do any task, whoever has it", _ADMINISTRATORS),
    "assign task": _on_tasks("Hand on one's own tasks", _STAFF | _ON_LINKED),
    "assign any task": _on_tasks("Hand on tasks of a team that one manages", _MANAGERS),
    "see others' tasks": Verb("Tasks", "See the lists of those whom one manages", _MANAGERS),
    "manage any team": Verb("Tasks", "Manage every team, and not only one's own", _ADMINISTRATORS),
    "see people": _on_record("See people, homes, tenancies and accounts", _READERS),
    "change people": _on_record("Change people and organisations, and how to reach them", _STAFF),
    "change homes": _on_record("Change homes, their certificates, repairs and hazards", _STAFF),
    "change tenancies": _on_record("Change tenancies, their members and notices", _STAFF),
    "change accounts": _on_record("Change rent accounts, their charges and agreements", _STAFF),
    "post transactions": _on_record("Post transactions to rent accounts", _MANAGERS),
    "write notes": _on_record("Write notes on people, homes, tenancies and accounts", _STAFF),
    "merge people": _on_record("Merge two records of one person, and take them apart again", _MANAGERS),
    "change references": _on_record("Keep what other systems call a person, home, tenancy or account", _MANAGERS),
    "see sensitive fields": Verb("People and homes", "See fields of special category data", _MANAGERS),
    "see read log": Verb("Platform", "See who read restricted cases and sensitive records", _AUDITORS),
    "send message": Verb("Platform", "Send messages and signals to cases", _STAFF),
    "see categories": Verb("Studio", "See categories with their diagrams, forms and rules", _READERS),
    "change categories": Verb("Studio", "Draw and change categories", _ANALYSTS),
    "deploy category": Verb("Studio", "Deploy a category", _ANALYSTS),
    "change rules": Verb("Studio", "Publish rules", _ANALYSTS),
    "change fields": Verb("Studio", "Add and change fields of the catalogue", _ANALYSTS),
    "migrate cases": Verb("Studio", "Move running cases to another version", _ANALYSTS),
    "change calendar": Verb("Platform", "Change the calendar and its closures", _ADMINISTRATORS),
    "verify history": Verb("Platform", "Verify the seals of history", _AUDITORS),
    "send test message": Verb("Platform", "Send a test message to oneself by any channel", _ADMINISTRATORS),
    "change webhooks": Verb("Platform", "Tell other systems of changes, and see what was sent", _ADMINISTRATORS),
    "administer": Verb("Platform", "Administer staff, roles, teams, tokens and failed work", _ADMINISTRATORS),
}
