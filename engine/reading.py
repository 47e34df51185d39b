"""Reads a case without stepping on it: the scope for its forms and letters, and the values of its fields."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import feel, fields, law
from engine.definitions.category import OTHER_SECTION, Definition
from engine.definitions.deploying import load as load_definition
from engine.errors import EngineError, NotFound
from engine.fields.hiding import without
from engine.permissions import PLATFORM, Actor, Sight, cases_in, known_by, sight
from engine.runtime.deadlines import Deadlines
from engine.runtime.document import Document
from engine.runtime.header import CASE_COLUMNS, CaseRow, read_clocks
from engine.runtime.scope import Scope
from engine.runtime.suppressing import Withheld, withheld
from engine.runtime.surroundings import Surroundings
from models.among import among
from models.base import table
from models.case import Case, CaseSection
from models.prepared import Prepared

CASE, SECTION = table(Case), table(CaseSection)
_READ_SECTIONS = Prepared(
    select(SECTION.c.key, SECTION.c.fields).where(
        SECTION.c.case_id == bindparam("case_id"), among(SECTION.c.key, bindparam("names"))
    )
)


class CaseReader:
    """A case as somebody reads it."""

    def __init__(self, session: Session, case: CaseRow, *, actor: Actor) -> None:
        self.session = session
        self.case = case
        self.actor = actor
        self.definition: Definition = load_definition(session, case.version_id, catalogue=case.catalogue)
        rules = law.CaseRules(session, pinned=self.definition.rules, source=self.definition.settings.key, mark=case.law)
        self.deadlines = Deadlines(rules, lambda: read_clocks(session, case.id), field=self._field)
        self.surroundings = Surroundings(self)
        self._converters = self.definition.converters
        self._document = Document(self.definition.section_of)
        self._document.open(self._read_sections, wanted=frozenset({*self.definition.forms, OTHER_SECTION}))

    def _field(self, name: str) -> Any:
        return self._document.get(name)

    @property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """Return the FEEL functions that rules and calendars give this case."""
        return self.deadlines.functions()

    def scope(self, local: Mapping[str, Any] | None = None, *, hides: bool = False) -> Scope:
        """Return the names in reach; `local` are those of a to-do item (its `item` column).

        Expressions of forms read all of it; with `hides`, fields that the actor may not see are null.
        """
        if hides:
            self.surroundings.fields_seen_by = self.actor
            local = {**dict.fromkeys(self.definition.hidden_from(self.actor)), **(local or {})}
        return Scope(self._document, local=local or {}, surrounding=self.surroundings.get, converters=self._converters)

    def stored(self) -> dict[str, Any]:
        """Return the field values that the actor may see, as stored (JSON-able)."""
        return without(self._everything(), self.definition.hidden_from(self.actor))

    def some(self, keys: Iterable[str]) -> dict[str, Any]:
        """Return the stored values of some fields, as far as the actor may see them; other sections are not read."""
        section_of = self.definition.section_of
        found = self._document.everything({section_of.get(key, OTHER_SECTION) for key in keys})
        return without(found, self.definition.hidden_from(self.actor))

    def _everything(self) -> dict[str, Any]:
        return self._document.everything(self._sections())

    def values(self) -> dict[str, Any]:
        """Return the same, typed."""
        return self._typed(self.stored())

    def _typed(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        return {
            key: self._converters[key](value) if key in self._converters else value for key, value in stored.items()
        }

    def merge_context(self) -> dict[str, Any]:
        """Return what a letter is merged with: all fields (null when not answered), and what surrounds the case."""
        return {
            **dict.fromkeys(self.definition.section_of),
            **self._typed(self._everything()),
            **self.surroundings.all(),
        }

    def withheld(self, element_id: str, local: Mapping[str, Any]) -> list[Withheld]:
        """Return why a to-do item must not be done now: what the rules that time it forbid."""
        element = self.definition.elements.get(element_id)
        if element is None:
            return []
        self.deadlines.asked.clear()
        if element.assignment.due_date.startswith("="):
            with suppress(EngineError):  # a schedule that cannot be worked out names no clock
                text = element.assignment.due_date[1:].strip()
                feel.compile(text).evaluate(self.scope(local), functions=self.functions)
        values, asked = self._everything(), list(self.deadlines.asked)
        return withheld(asked, element, rule=self.deadlines.rule_on, is_true=lambda key: values.get(key) is True)

    def _sections(self) -> set[str]:
        return {*self.definition.section_of.values(), OTHER_SECTION}

    def _read_sections(self, names: Iterable[str]) -> dict[str, dict[str, Any]]:
        rows = _READ_SECTIONS.rows(self.session.connection(), {"case_id": self.case.id, "names": names})
        return {row.key: dict(row.fields) for row in rows}


@lru_cache(maxsize=256)
def _read_case(seen: Sight) -> Prepared:
    columns = (CASE.c[name] for name in CASE_COLUMNS)
    return Prepared(select(*columns, law.MARK, fields.MARK).where(CASE.c.id == bindparam("case_id"), cases_in(seen)))


def open_case(session: Session, case_id: int, *, by: Actor = PLATFORM) -> CaseReader:
    """Return a reader of a case.

    Raises:
        NotFound: no such case, or none that the actor may know of.
    """
    row = _read_case(sight(by)).row(session.connection(), {"case_id": case_id, **known_by(by)})
    if row is None:
        raise NotFound("There is no such case, or none that you may see.")
    header = CaseRow(**{name: getattr(row, name) for name in CASE_COLUMNS}, law=row.law or "", catalogue=row.catalogue)
    return CaseReader(session, header, actor=by)
