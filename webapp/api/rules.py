"""Rules: those in force, what was published, what a text would change, and a new edition."""

import hashlib
from typing import Any

from engine import following, law
from engine.law import publishing
from engine.rules import RuleBook, load, rule_in_words
from engine.rules.comparing import compare
from models.law import RuleEdition
from webapp.access import requires
from webapp.api.idempotency import idempotent
from webapp.api.resource import ID, Resource
from webapp.api.schemas.rules import (
    EditionListSchema,
    EditionSchema,
    NewEdition,
    RulePreviewSchema,
    RuleText,
    SourceListSchema,
    WholeEditionSchema,
    WholeSourceSchema,
)
from webapp.auth import actor
from webapp.database import session

resource = Resource("rules", __name__, "Time limits as dated, cited rules; each publication is an edition.")


@resource.get("/rules")
@requires("see categories")
@resource.response(200, SourceListSchema)
def find() -> Any:
    """List the sources of rules: the common book and every category."""
    return {"items": [_source(found) for found in publishing.sources(session())]}


@resource.get("/rules/<source>")
@requires("see categories")
@resource.response(200, WholeSourceSchema)
def one(source: str) -> Any:
    """Show the rules of a source that are in force, in words."""
    found = publishing.source(session(), source)
    book = law.book(session(), found.edition) if found.edition is not None else RuleBook((), source=source)
    return {**_source(found), "rules": [_rule(rule) for key in book.ids for rule in book.versions(key)]}


@resource.get("/rules/<source>/editions")
@requires("see categories")
@resource.response(200, EditionListSchema)
def editions(source: str) -> Any:
    """List what was published of a source, the latest first."""
    number = _number_in_force(source)
    return {"items": [_edition(row, number) for row in publishing.editions(session(), source)]}


@resource.get(f"/rules/<source>/editions/<{ID}:number>")
@requires("see categories")
@resource.response(200, WholeEditionSchema)
def edition(source: str, number: int) -> Any:
    """Show an edition with its text."""
    row = publishing.edition(session(), source, number)
    return {**_edition(row, _number_in_force(source)), "content": row.content}


@resource.post("/rules/<source>/preview")
@requires("change rules")
@idempotent
@resource.arguments(RuleText)
@resource.response(200, RulePreviewSchema)
def preview(given: dict[str, Any], source: str) -> Any:
    """Tell what a text would change, in words and in running clocks. Nothing is published."""
    publishing.source(session(), source)
    book, problems = publishing.checked(session(), source, given["content"])
    digest = hashlib.sha256(given["content"].encode()).hexdigest()
    moves = following.preview_rules(session(), source, book, content_digest=digest)
    before = publishing.text_in_force(session(), source)
    known = load(before, source=source) if before else RuleBook((), source=source)
    return {
        "problems": [
            {"rule": p.rule_id, "code": p.code, "severity": p.severity, "message": p.message, "remedy": p.remedy}
            for p in problems
        ],
        "changes": compare(known, book),
        **{name: getattr(moves, name) for name in ("looked_at", "moved", "late", "stuck", "first")},
    }


@resource.post("/rules/<source>/editions")
@requires("change rules")
@idempotent
@resource.arguments(NewEdition)
@resource.response(201, EditionSchema)
def publish(given: dict[str, Any], source: str) -> Any:
    """Put a text in force as the next edition. Running clocks that it moves follow afterwards."""
    made, _ = publishing.publish(
        session(), source, given["content"], reason=given["reason"], by=actor(), follows=given["follows"]
    )
    return _edition(publishing.edition(session(), source, made.number), made.number)


def _source(found: publishing.Source) -> dict[str, Any]:
    return {"key": found.key, "name": found.name, "edition": found.edition.number if found.edition else None}


def _rule(rule: Any) -> dict[str, Any]:
    columns = ("id", "name", "kind", "counts_from", "in_force_from", "in_force_to")
    citation = rule.citation
    told = {"citation": citation.text if citation else "", "link": citation.url if citation else ""}
    return {name: getattr(rule, name) for name in columns} | {"words": rule_in_words(rule)} | told


def _edition(row: RuleEdition, in_force: int) -> dict[str, Any]:
    columns = ("source", "number", "origin", "reason", "published_at", "sha256")
    told = {name: getattr(row, name) for name in columns}
    return told | {"published_by": row.published_by_name, "is_in_force": row.number == in_force}


def _number_in_force(source: str) -> int:
    found = publishing.source(session(), source).edition
    return found.number if found is not None else 0
