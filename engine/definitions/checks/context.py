"""What the checks of a category look at: everything that could be read of its files, and the names that it knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine import dmn
from engine.definitions.category import Settings
from engine.definitions.checks import names
from engine.definitions.choosing import main_process
from engine.definitions.elements import Element
from engine.definitions.faults import Fault, Severity
from engine.definitions.reading import Diagram
from engine.fields.names import IN_LETTERS, in_lists
from engine.forms import Form
from engine.rules import RuleBook, shipped
from engine.templates import kinds


@dataclass
class Context:
    """A category as far as it can be read, or one lone file, of which the rest is not known."""

    is_lone: bool = False
    settings: Settings | None = None
    diagrams: list[Diagram] = field(default_factory=list)
    forms: dict[str, Form] = field(default_factory=dict)
    form_ids: set[str] = field(default_factory=set)  # also of forms that cannot be read
    rules: RuleBook | None = None
    common: frozenset[str] = field(default_factory=lambda: frozenset(shipped().ids))  # rules beside its own
    catalogued: Mapping[str, str] = field(default_factory=dict)  # names of the catalogue of fields, with FEEL types
    templates: dict[tuple[str, str], bytes] = field(
        default_factory=dict
    )  # its own, by kind (letter, email, sms) and name
    shared: Mapping[str, bytes] = field(default_factory=dict)  # templates of no category, by path: letters/reply.docx
    decisions: set[str] = field(default_factory=set)  # ids
    models: dict[str, dmn.Model] = field(default_factory=dict)  # by path

    @property
    def unmapped(self) -> Severity:
        """Return how bad it is that something named is not there: in a lone file it may well be elsewhere."""
        return "warning" if self.is_lone else "error"

    @cached_property
    def elements(self) -> dict[str, Element]:
        """Return the flow nodes of every diagram by id."""
        return {element.id: element for diagram in self.diagrams for element in diagram.elements.values()}

    @cached_property
    def process_ids(self) -> set[str]:
        """Return the ids of every process."""
        return {process_id for diagram in self.diagrams for process_id in diagram.process_ids}

    @cached_property
    def process_id(self) -> str:
        """Return the id of the process that cases run; in a lone file the largest that nothing calls."""
        if self.settings is not None:
            return self.settings.process or self.settings.key
        return main_process(self.diagrams)

    @cached_property
    def called(self) -> set[str]:
        """Return the processes that a case may run: its own, and those that call activities name, and so on."""
        reached, waiting = {self.process_id}, [self.process_id]
        while waiting:
            here = waiting.pop()
            for element in self.elements.values():
                inner = element.service.called_process
                if element.process_id != here or not inner:
                    continue
                named = self.process_ids if inner.startswith("=") else {inner}
                waiting.extend(named - reached)
                reached |= named
        return reached

    @cached_property
    def teams(self) -> set[str]:
        """Return the names of the category's teams."""
        return set(self.settings.teams.values()) if self.settings is not None else set()

    def own_names(self, kind: str) -> set[str]:
        """Return the names of the category's own templates of a kind."""
        return {name for of, name in self.templates if of == kind}

    def template_names(self, kind: str) -> set[str]:
        """Return the templates of a kind that steps and rules may name: its own, and those that are shared."""
        return self.own_names(kind) | {key for of, key in map(kinds.named, self.shared) if of == kind}

    @cached_property
    def blocks(self) -> dict[str, bytes]:
        """Return what letters may include, by name."""
        named = {kinds.named(path): content for path, content in self.shared.items()}
        return {key: content for (kind, key), content in named.items() if kind in kinds.INCLUDED}

    @cached_property
    def known(self) -> dict[str, str]:
        """Return every name that an expression anywhere in the category may use, as a path, with its FEEL type."""
        return {
            **self.catalogued,
            **names.known(self.forms.values(), self.elements.values(), self.rules, self.common),
        }

    @cached_property
    def in_letters(self) -> dict[str, str]:
        """Return the same for its letters, with the kinds that fields have in the loops over their lists."""
        fields = [field for form in self.forms.values() for field in form.fields]
        return {**self.known, **IN_LETTERS, **in_lists(fields)}


def fault(element: Element, code: str, message: str, remedy: str, severity: Severity = "error") -> Fault:
    """Return a fault that stands at an element."""
    return Fault(element.id, code, severity, message, remedy, element.line or None)
