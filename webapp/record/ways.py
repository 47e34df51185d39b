"""What a page offers of writing: links to the forms that add, change and end, for those whose verb allows it."""

from typing import Any

from flask import g

from engine.permissions import may_on_entity
from engine.record.kinds import KINDS
from webapp.auth import actor
from webapp.database import session
from webapp.record.links import address_of

ADDED = {
    "contact_detail": "Add a way to reach them",
    "member": "Add somebody",
    "reference": "Add a reference",
    "transaction": "Post a transaction",
}


def add_way(owner: str, owner_id: int, part: str) -> dict[str, str] | None:
    """Return the link that adds a part to an entity, as a panel takes it; none for those who may not."""
    kind = KINDS[part]
    if not _may(kind.verb, owner, owner_id):
        return None
    article = "an" if kind.word[0] in "aeiou" else "a"
    text = ADDED.get(part, f"Add {article} {kind.word}")
    return {"text": text, "href": f"{address_of(owner, owner_id)}/{kind.path}/new"}


def part_ways(owner: str, owner_id: int, part: str, row: Any) -> list[dict[str, str]]:
    """Return the links that change and end a part: none for those who may not, or once it has ended."""
    kind = KINDS[part]
    if not _may(kind.verb, owner, owner_id) or getattr(row, kind.ends_by) is not None:
        return []
    here = f"{address_of(owner, owner_id)}/{kind.path}/{row.id}"
    return [{"text": "Change", "href": f"{here}/change"}, {"text": "End", "href": f"{here}/end"}]


def entity_ways(kind: str, row: Any) -> list[dict[str, str]]:
    """Return the links that change and end an entity itself."""
    if not _may(KINDS[kind].verb, kind, row.id) or getattr(row, "merged_into_id", None) is not None:
        return []
    here, is_over = address_of(kind, row.id), row.ended_on is not None
    ends = [] if is_over else [{"text": f"End this {KINDS[kind].word}", "href": f"{here}/end"}]
    can_merge = kind == "person" and _may("merge people", kind, row.id)
    merges = [{"text": "Merge with another record", "href": f"{here}/merger"}] if can_merge else []
    return [{"text": "Change the details", "href": f"{here}/change"}, *ends, *merges]


def _may(verb: str, kind: str, row_id: int) -> bool:
    """Say whether the reader may use a verb on an entity; a page that offers many ways asks once."""
    asked: dict[tuple[str, str, int], bool] = g.setdefault("ways_asked", {})
    key = (verb, kind, row_id)
    if key not in asked:
        asked[key] = may_on_entity(session(), actor(), *key)
    return asked[key]
