"""The rules that hold for the cases of one category."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from engine.calendars import Calendar
from engine.law.current import COMMON, Edition, Law, book, current
from engine.rules import Rule, RuleBook


class CaseRules:
    """The category's rules in force, then the common ones, then those of the version that the case runs on.

    Nothing is read before a rule or the calendar is asked for. Without a session only the pinned version is known.
    """

    def __init__(
        self,
        session: Session | None,
        *,
        pinned: RuleBook,
        source: str = "",
        mark: str | None = None,
        by: Law | None = None,
    ) -> None:
        """Keep where to read from: by the `mark` of what is in force, or `by` another law that is given."""
        self._session = session
        self._given = by
        self._pinned = pinned
        self._source = source
        self._mark = mark

    @cached_property
    def law(self) -> Law:
        """Return what is in force here."""
        if self._given is not None:
            return self._given
        return current(self._session, self._mark) if self._session is not None else Law()

    @property
    def calendar(self) -> Calendar:
        """Return the calendar here, with the organisation's own closures."""
        return self.law.calendar

    @property
    def revision(self) -> int:
        """Return the revision of what is in force."""
        return self.law.revision

    def rule(self, rule_id: str, on: date | datetime) -> Rule:
        """Return the version of a rule for an event of the day `on`. Raises RuleError."""
        return self.found(rule_id, on)[0]

    def found(self, rule_id: str, on: date | datetime) -> tuple[Rule, Edition | None]:
        """Return the same with the edition that it stands in; none for that of the pinned version.

        Raises RuleError for an unknown id, and for a day on which no version, or more than one, is in force.
        """
        for rules, edition in self._books():
            if rule_id in rules:
                return rules.rule(rule_id, on), edition
        known = next((rules for rules, _ in self._books() if rules.ids), self._pinned)
        return known.rule(rule_id, on), None  # which says what there is

    def latest(self) -> list[Rule]:
        """Return the newest version of each rule that a case of the category may be timed by, by name."""
        found: dict[str, Rule] = {}
        for rules, _ in self._books():
            for rule_id in rules.ids:
                found.setdefault(rule_id, rules.versions(rule_id)[-1])
        return sorted(found.values(), key=lambda rule: rule.name)

    def _books(self) -> Iterator[tuple[RuleBook, Edition | None]]:
        for source in (self._source, COMMON):
            edition = self.law.editions.get(source)
            if edition is not None and self._session is not None:
                yield book(self._session, edition), edition
        yield self._pinned, None


def name_edition(explanation: list[dict[str, Any]], edition: Edition | None) -> None:
    """Write into an explanation from which edition its rule is."""
    for step in explanation:
        if step["step"] == "rule" and edition is not None:
            step["edition"] = {"id": edition.id, "source": edition.source, "number": edition.number}
