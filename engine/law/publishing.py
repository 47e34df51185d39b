"""Editions of rules: what is wrong with a text, what is published, and what was published before."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid, NotFound, NotPossible
from engine.law.changing import add_edition, locked, write
from engine.law.current import COMMON, EDITION, Edition, Law, current, text
from engine.permissions import Actor, require
from engine.rules import Problem, RuleBook, load
from engine.rules.common import FILE
from models.category import Category
from models.law import RuleEdition
from models.staff import Team

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Source:
    """A category, or the common book, with the edition of its rules that is in force; none when it has no rules."""

    key: str
    name: str
    edition: Edition | None


def sources(session: Session) -> list[Source]:
    """Return the common book and every category."""
    law = current(session)
    names = session.execute(select(Category.key, Category.name).order_by(Category.name)).all()
    named = [(COMMON, "Common rules"), *((row.key, row.name) for row in names)]
    return [Source(key, name, law.editions.get(key)) for key, name in named]


def source(session: Session, key: str) -> Source:
    """Return one of them. Raises NotFound."""
    for found in sources(session):
        if found.key == key:
            return found
    raise NotFound(f"There is no category “{key}” whose rules could be shown.", remedy="Choose one of the list.")


def editions(session: Session, key: str) -> list[RuleEdition]:
    """Return what was published of a source, the latest first. Raises NotFound for a source that is none."""
    source(session, key)
    return list(
        session.scalars(select(RuleEdition).where(RuleEdition.source == key).order_by(RuleEdition.number.desc()))
    )


def edition(session: Session, key: str, number: int) -> RuleEdition:
    """Return one edition. Raises NotFound."""
    source(session, key)
    found = session.scalar(select(RuleEdition).where(RuleEdition.source == key, RuleEdition.number == number))
    if found is None:
        raise NotFound(f"There is no edition {number} of the rules of “{key}”.")
    return found


def text_in_force(session: Session, key: str) -> str:
    """Return the text of a source that is in force; "" when it has no rules yet."""
    found = current(session).editions.get(key)
    return text(session, found) if found is not None else ""


def newly_shipped(session: Session) -> str:
    """Return the common rules that this release ships, where nobody has published them here; "" otherwise."""
    shipped = FILE.read_text("utf-8")
    published = select(EDITION.c.id).where(EDITION.c.source == COMMON, EDITION.c.content == shipped)
    return "" if session.scalar(published) is not None else shipped


def checked(session: Session, key: str, content: str) -> tuple[RuleBook, list[Problem]]:
    """Return the rules in a text, and what is doubtful about them here. Raises Invalid for what cannot be read."""
    book = load(content, source=f"rules of “{key}”")
    return book, [*book.check(), *_unknown_teams(session, book), *_dropped(session, key, book)]


def publish(
    session: Session, key: str, content: str, *, reason: str, by: Actor, follows: int | None = None
) -> tuple[Edition, Law]:
    """Put a text in force as the next edition of a source; running clocks follow it afterwards.

    `follows` is the number of the edition that the text was made from (0: none).

    Raises:
        Invalid: the text cannot be read, or a rule in it has an error; `errors` gives each place with its sentence.
        Conflict: another edition was published since.
        NotPossible: it is what is in force already.
    """
    require(by, "change rules")
    found = source(session, key)
    law = locked(session)
    number = law.editions[key].number if key in law.editions else 0
    if follows is not None and follows != number:
        raise Conflict(
            f"Edition {number} of the rules of “{found.name}” was published after you opened edition {follows}.",
            remedy="Compare the two, and put your changes into the latest.",
        )
    content = content.replace("\r\n", "\n")
    reason = " ".join(reason.split())
    _require_fine(session, key, content, reason)
    if content == text_in_force(session, key):
        raise NotPossible("This is what is in force already.", remedy="Change something, or leave it as it is.")
    law = add_edition(session, law, key, content, origin="published", reason=reason, by=by)
    made = law.editions[key]
    what = f"Edition {made.number} of the rules of “{found.name}” was published."
    return made, write(session, law, kind="rules", what=what, reason=reason, by=by)


def _require_fine(session: Session, key: str, content: str, reason: str) -> None:
    errors: dict[str, str] = {}
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        errors["reason"] = f"Say why, in at most {LONGEST_REASON} characters"
    _, problems = checked(session, key, content)
    for problem in problems:
        if problem.severity == "error":
            errors.setdefault(problem.rule_id, f"{problem.message} {problem.remedy}".strip())
    if errors:
        raise Invalid("The rules cannot be published like this.", errors=errors, remedy="Correct what is named.")


def _unknown_teams(session: Session, book: RuleBook) -> Iterator[Problem]:
    """Yield the teams that may grant something and do not exist, so that nobody may."""
    named = [
        (rule.id, entry.name, team)
        for rule_id in book.ids
        for rule in book.versions(rule_id)
        for entry in rule.grounds
        for team in entry.granted_by
    ]
    known = set(session.scalars(select(Team.name).where(Team.name.in_({team for *_, team in named}))))
    for rule_id, name, team in named:
        if team not in known:
            message = f"“{name}” may be granted by “{team}”, which is no team here."
            yield Problem(rule_id, "unknown_team", "warning", message, "Add the team, or name one that exists.")


def _dropped(session: Session, key: str, book: RuleBook) -> Iterator[Problem]:
    """Yield the rules of the edition in force that the new one no longer has."""
    before = text_in_force(session, key)
    for rule_id in load(before, source=key).ids if before else ():
        if rule_id not in book:
            message = "This rule is in force and is missing here; cases that run go on by their version's own."
            yield Problem(rule_id, "dropped", "warning", message, "End it with in_force_to instead, if it ended.")
