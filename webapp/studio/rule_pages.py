"""Rules as they are in force: read in words, printed, tried with a date, and every edition that was published."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import law
from engine.clocks.arithmetic import Deadline, deadline
from engine.clocks.explanation import explain
from engine.errors import EngineError, Invalid
from engine.instants import LONDON, today
from engine.law import publishing
from engine.law.publishing import Source
from engine.rules import Rule, RuleBook, load, rule_in_words
from engine.rules.comparing import compare
from engine.rules.words import limit_in_words
from webapp.access import requires
from webapp.database import session
from webapp.spreadsheets import spreadsheet

blueprint = Blueprint("published", __name__)
HEADINGS = (
    "Id", "Rule", "Class", "Not before", "Within", "Counts from", "In words", "In force from", "In force to", "Source",
    "Link",
)  # fmt: skip


@blueprint.get("/rules")
@requires("see categories")
def overview() -> str:
    """List the common book and every category with the edition of its rules that is in force."""
    found = publishing.sources(session())
    rows = [{"source": source, "count": len(_book(session(), source).ids)} for source in found]
    return render_template("studio/rule_sources.html", rows=rows)


@blueprint.get("/rules/<source>")
@requires("see categories")
def page(source: str) -> str:
    """Show every rule of a source in words."""
    found = publishing.source(session(), source)
    shipped = publishing.newly_shipped(session()) if source == law.COMMON else ""
    rows = _rows(_book(session(), found))
    return render_template("studio/rule_book.html", source=found, rows=rows, today=today(), shipped=shipped)


@blueprint.get("/rules/<source>/table.csv")
@requires("see categories")
def table(source: str) -> Response:
    """Return the rules of a source for a spreadsheet."""
    book = _book(session(), publishing.source(session(), source))
    return spreadsheet(f"rules-{source}", HEADINGS, (_cells(rule) for rule in _all(book)))


@blueprint.get("/rules/<source>/editions")
@requires("see categories")
def editions(source: str) -> str:
    """List what was published of a source."""
    found = publishing.source(session(), source)
    return render_template("studio/rule_editions.html", source=found, editions=publishing.editions(session(), source))


@blueprint.get("/rules/<source>/editions/<int:number>")
@requires("see categories")
def edition(source: str, number: int) -> str:
    """Show an edition, and what it changed in another: `against`, or the one before it."""
    found = publishing.source(session(), source)
    this = publishing.edition(session(), source, number)
    against = request.args.get("against", type=int) or number - 1
    before = publishing.edition(session(), source, against).content if against > 0 else ""
    return render_template(
        "studio/rule_edition.html",
        source=found,
        edition=this,
        against=against,
        editions=publishing.editions(session(), source),
        changes=compare(book_of(before), book_of(this.content)),
    )


@blueprint.get("/rules/<source>/trial")
@requires("see categories")
def trial(source: str) -> ResponseReturnValue:
    """Say when a rule's time would be up for an event of a day, and why."""
    found = publishing.source(session(), source)
    book = _book(session(), found)
    asked = {key: request.args.get(key, "").strip() for key in ("rule", "on", "at")}
    told, errors = _tried(book, asked) if asked["rule"] else (None, {})
    options = [(rule_id, book.versions(rule_id)[-1].name) for rule_id in book.ids]
    why = explain(told) if told is not None else []
    shown = render_template(
        "studio/rule_trial.html", source=found, options=options, asked=asked, told=told, why=why, errors=errors
    )
    return shown, 422 if errors else 200


def book_of(content: str) -> RuleBook:
    """Return the rules in a text that was published; none in an empty one."""
    return load(content, source="rules") if content.strip() else RuleBook((), source="rules")


def _book(session: Session, source: Source) -> RuleBook:
    return law.book(session, source.edition) if source.edition is not None else RuleBook((), source=source.key)


def _all(book: RuleBook) -> list[Rule]:
    return [rule for rule_id in book.ids for rule in book.versions(rule_id)]


def _rows(book: RuleBook) -> list[dict[str, Any]]:
    return [
        {"rule": rule, "words": rule_in_words(rule), "is_in_force": rule.is_in_force(today())} for rule in _all(book)
    ]


def _cells(rule: Rule) -> tuple[object, ...]:
    citation = rule.citation
    return (
        rule.id,
        rule.name,
        rule.kind,
        limit_in_words(rule.not_before) if rule.not_before else "",
        limit_in_words(rule.within) if rule.within else "",
        rule.counts_from_words,
        rule_in_words(rule),
        rule.in_force_from or "",
        rule.in_force_to or "",
        citation.text if citation else "",
        citation.url if citation else "",
    )


def _tried(book: RuleBook, asked: dict[str, str]) -> tuple[Deadline | None, dict[str, str]]:
    try:
        day = date.fromisoformat(asked["on"])
        moment = datetime.fromisoformat(f"{asked['on']}T{asked['at'] or '09:00'}").replace(tzinfo=LONDON)
    except ValueError:
        return None, {"on": "Give a date and, for clock hours, a time, such as 2026-12-03 and 14:30"}
    try:
        rule = book.rule(asked["rule"], day)
        start = moment if rule.in_clock_hours else day
        return deadline(rule, start, calendar=law.current(session()).calendar), {}
    except Invalid as error:
        return None, {"on": error.message}
    except EngineError as error:
        return None, {"rule": f"{error.message} {error.remedy}".strip()}
