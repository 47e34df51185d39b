"""What is different between two books of rules, in words."""

from dataclasses import dataclass
from typing import Literal

from engine.rules.book import RuleBook
from engine.rules.rule import Rule
from engine.rules.words import sentences


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A version of a rule that was added, removed or changed; `removed` and `added` are the sentences that differ."""

    rule_id: str
    name: str
    version: str
    kind: Literal["added", "removed", "changed"]
    removed: tuple[str, ...]
    added: tuple[str, ...]


def compare(before: RuleBook, after: RuleBook) -> list[RuleChange]:
    """Return every version of every rule that is not the same in both, by id and the day from which it is in force."""
    was, is_ = _by_version(before), _by_version(after)
    found = [_change(was.get(key), is_.get(key)) for key in sorted({*was, *is_})]
    return [change for change in found if change is not None]


def _by_version(book: RuleBook) -> dict[tuple[str, str], Rule]:
    return {(rule.id, rule.version): rule for rule_id in book.ids for rule in book.versions(rule_id)}


def _change(before: Rule | None, after: Rule | None) -> RuleChange | None:
    if before == after:
        return None
    rule = after or before
    assert rule is not None
    was, is_ = _told(before), _told(after)
    kind: Literal["added", "removed", "changed"] = "changed" if before and after else "added" if after else "removed"
    removed = tuple(line for line in was if line not in is_)
    added = tuple(line for line in is_ if line not in was)
    return RuleChange(rule.id, rule.name, rule.version, kind, removed, added)


def _told(rule: Rule | None) -> list[str]:
    """Return all that is said of a rule, what stands in no sentence included."""
    if rule is None:
        return []
    letters = [f"“{entry.name}” is told by the letter “{entry.letter}”." for entry in rule.grounds if entry.letter]
    link = [f"Link: {rule.citation.url}"] if rule.citation and rule.citation.url else []
    return [*sentences(rule), f"It counts from the event {rule.counts_from}.", f"Class: {rule.kind}.", *letters, *link]
