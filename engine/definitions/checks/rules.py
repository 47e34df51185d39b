"""Checks the rules of a category: each by itself, and the teams and letters that they name."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.definitions.checks import names
from engine.definitions.checks.context import Context
from engine.definitions.faults import Fault
from engine.errors import Invalid
from engine.rules import Extension, Reset, RuleBook, Stop, load

FILE = "rules.toml"


def read(content: bytes, path: str) -> RuleBook | list[Fault]:
    """Return the rules of a file, or what keeps them from being read."""
    try:
        return load(content.decode(), source=path)
    except UnicodeDecodeError:
        return [Fault("", "not-text", "error", f"{path} is not text in UTF-8.", "Save it as UTF-8.")]
    except Invalid as error:
        places = error.errors or {"": error.message}
        return [Fault(place, "wrong-rule", "error", said, error.remedy) for place, said in places.items()]


def check_book(book: RuleBook) -> Iterator[Fault]:
    """Yield what is doubtful about the rules by themselves."""
    for found in book.check():
        yield Fault(found.rule_id, found.code.replace("_", "-"), found.severity, found.message, found.remedy)


def check(context: Context) -> Iterator[tuple[str, Fault]]:
    """Yield the teams and letters that rules name and the category does not have."""
    for entry in changes(context):
        for team in entry.granted_by:
            yield from _team(entry, team, context)
        yield from _letter(entry, context)


@dataclass(frozen=True, slots=True)
class Change:
    """What a rule says about one way to move its date."""

    rule_id: str
    name: str
    letter: str
    granted_by: tuple[str, ...]


def changes(context: Context) -> Iterator[Change]:
    """Yield every extension, stop and reset of every version of every rule."""
    book = context.rules
    for rule_id in book.ids if book is not None else ():
        for rule in book.versions(rule_id) if book is not None else ():
            kinds: tuple[tuple[Extension | Stop | Reset, ...], ...] = (rule.extensions, rule.stops, rule.resets)
            for entry in (entry for kind in kinds for entry in kind):
                yield Change(rule_id, entry.name, entry.letter, entry.granted_by)


def _team(entry: Change, team: str, context: Context) -> Iterator[tuple[str, Fault]]:
    if team not in context.teams:
        message = f"“{entry.name}” may be granted by “{team}”, which is not a team of this category."
        remedy = names.did_you_mean(team, context.teams, "Add the team to the category's settings.")
        yield FILE, Fault(entry.rule_id, "unknown-team", "error", message, remedy)


def _letter(entry: Change, context: Context) -> Iterator[tuple[str, Fault]]:
    letter = entry.letter
    if letter and letter not in context.template_names("letter"):
        message = f"“{entry.name}” is told by the letter “{letter}”, which neither this category has nor is shared."
        remedy = names.did_you_mean(letter, context.template_names("letter"), f"Upload {letter}.docx.")
        yield FILE, Fault(entry.rule_id, "unknown-letter", "error", message, remedy)
