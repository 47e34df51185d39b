"""A category as a whole: its settings, diagram, forms, rules and letters, read from files into what can be run."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from engine import dmn
from engine.definitions import drawn_reminders, reading, xml
from engine.definitions.building import ProcessSpecs, build
from engine.definitions.elements import Element
from engine.definitions.reading import Diagram
from engine.definitions.typing import Convert, converters
from engine.errors import EngineError, Invalid
from engine.fields import Catalogue
from engine.fields.components import named as named_in_catalogue
from engine.fields.hiding import without_named
from engine.forms import Field, Form
from engine.forms import load as load_form
from engine.permissions import Actor, levels_held_back
from engine.reminders import DEFAULT, Plan
from engine.reminders import read as read_reminders
from engine.rules import RuleBook
from engine.rules import load as load_rules

SETTINGS_FILE = "category.toml"
RULES_FILE = "rules.toml"
OTHER_SECTION = "other"


# What a case can be about, where its category does not say less.
SUBJECTS = ("person", "home", "tenancy", "account", "organisation")


@dataclass(frozen=True, slots=True)
class Settings:
    """What category.toml says."""

    key: str
    name: str
    description: str = ""
    reference_prefix: str = ""
    process: str = ""  # the id of the process to run; the category's key unless said
    keywords: tuple[str, ...] = ()
    subject_types: tuple[str, ...] = SUBJECTS
    required_subject: str = ""
    teams: Mapping[str, str] = field(default_factory=dict)  # key to name
    closure_reasons: tuple[str, ...] = ("Closed by the officer",)
    cancellation_reasons: tuple[str, ...] = ("Opened by mistake", "Withdrawn")
    summary_fields: tuple[str, ...] = ()
    stages: Mapping[str, str] = field(default_factory=dict)  # element id to stage name
    reminders: Plan = DEFAULT
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Definition:
    """A category ready to run. Immutable and shared by all threads; identified by its content."""

    settings: Settings
    files: Mapping[str, bytes]
    diagrams: tuple[Diagram, ...]
    forms: Mapping[str, Form]
    rules: RuleBook
    version_id: int = 0
    version_number: int = 0
    catalogue: Catalogue | None = None  # the fields of the category that need no form; none where it has none

    @cached_property
    def elements(self) -> Mapping[str, Element]:
        """Return every flow node by id."""
        return MappingProxyType({key: e for diagram in self.diagrams for key, e in diagram.elements.items()})

    @cached_property
    def specs(self) -> ProcessSpecs:
        """Return the specifications that the runtime runs."""
        return build(list(self.diagrams), self.process_id)

    @cached_property
    def digest(self) -> str:
        """Return the digest of all files, as the version's row keeps it and each case's first event seals it."""
        return content_hash(self.files)

    @property
    def process_id(self) -> str:
        """Return the id of the process that a case runs."""
        return self.settings.process or self.settings.key

    @cached_property
    def start(self) -> Element | None:
        """Return the start event that a person starts a case by."""
        starts = [e for e in self.elements.values() if e.kind == "startEvent" and e.process_id == self.process_id]
        return next((e for e in starts if not e.event), starts[0] if starts else None)

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Return the fields of all forms by path (`works[].cost`), and those of the catalogue; the first one counts."""
        found: dict[str, Field] = {}
        for form in self.forms.values():
            for item in form.fields:
                found.setdefault(item.key, item)
        for path, item in self.catalogue.fields.items() if self.catalogue else ():
            found.setdefault(path, item)
        return MappingProxyType(found)

    @cached_property
    def converters(self) -> Mapping[str, Convert]:
        """Return what types the stored values of fields."""
        return MappingProxyType(converters(self.fields))

    @cached_property
    def drawn_alone(self) -> Mapping[str, str]:
        """Return the keys of the forms' fields that name none of the catalogue, with the first form that asks."""
        found: dict[str, str] = {}
        for form_id, form in self.forms.items():
            named = {path.split("[")[0] for path in named_in_catalogue(form.components)}
            for item in form.fields:
                key = re.split(r"[.\[]", item.key, maxsplit=1)[0]
                if key not in named:
                    found.setdefault(key, form_id)
        return MappingProxyType(found)

    @cached_property
    def section_of(self) -> Mapping[str, str]:
        """Return in which section of the case document each field is kept.

        It is that of the first form that has it, else the one that the catalogue gave it when it was added.
        """
        found: dict[str, str] = {}
        for form_id, form in self.forms.items():
            for item in form.fields:
                found.setdefault(re.split(r"[.\[]", item.key, maxsplit=1)[0], form_id)
        return MappingProxyType({**self.catalogue.section_of, **found} if self.catalogue else found)

    def hidden_from(self, actor: Actor) -> frozenset[str]:
        """Return the paths of the catalogue's fields at a level of sensitivity that the actor may not see."""
        return self.catalogue.hidden(levels_held_back(actor)) if self.catalogue else frozenset()

    def form_for(self, form_id: str, actor: Actor) -> Form | None:
        """Return a form without the fields that the actor may not see; none when there is no such form."""
        form, hidden = self.forms.get(form_id), self.hidden_from(actor)
        if form is None or not hidden:
            return form
        found = self._partly_shown.get((form_id, hidden))
        if found is None:
            shown = without_named(form.components, hidden)
            found = form if shown == form.components else Form(form.id, form.source, shown, form.warnings)
            self._partly_shown[form_id, hidden] = found
        return found

    @cached_property
    def _partly_shown(self) -> dict[tuple[str, frozenset[str]], Form]:
        return {}

    @cached_property
    def templates(self) -> Mapping[str, bytes]:
        """Return the letters by name."""
        return MappingProxyType(
            {
                path.rsplit("/", 1)[-1].removesuffix(".docx"): c
                for path, c in self.files.items()
                if path.endswith(".docx")
            }
        )

    def template(self, name: str, suffix: str) -> bytes | None:
        """Return the category's own template of this name and ending; none when it has no such file."""
        return next((c for path, c in self.files.items() if path.rsplit("/", 1)[-1] == f"{name}{suffix}"), None)

    def template_names(self, suffix: str) -> list[str]:
        """Return the names of the category's own templates with this ending."""
        return sorted(path.rsplit("/", 1)[-1].removesuffix(suffix) for path in self.files if path.endswith(suffix))

    @cached_property
    def decisions(self) -> Mapping[str, dmn.Model]:
        """Return the decision models by the ids of the decisions in them."""
        models = _loaded({path: content for path, content in sorted(self.files.items()) if path.endswith(".dmn")})
        return MappingProxyType(
            {
                part_id: model
                for model in models
                for (_, part_id), part in model.parts.items()
                if part.logic or part.outputs
            }
        )

    @cached_property
    def diagram_xml(self) -> bytes:
        """Return the file that draws the process which cases run."""
        return next(self.files[d.source] for d in self.diagrams if self.process_id in d.process_ids)

    @cached_property
    def _reminders(self) -> Mapping[str, Plan]:
        return drawn_reminders.plans(self.elements, self.settings.reminders)

    def reminders_of(self, element_id: str) -> Plan:
        """Return of what a task is reminded: as its category says, but for what its diagram draws by itself."""
        return self._reminders.get(element_id, self.settings.reminders)

    def element(self, element_id: str) -> Element:
        """Return the element with this id."""
        return self.elements[element_id]


def _loaded(files: Mapping[str, bytes]) -> list[dmn.Model]:
    """Return the decision models, with what they import from one another; raise what keeps one from being read."""
    models = []
    for found in dmn.load_all(files).values():
        if isinstance(found, EngineError):
            raise found
        models.append(found)
    return models


def content_hash(files: Mapping[str, bytes]) -> str:
    """Return the digest of a set of files: the identity of a version."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path}\0{hashlib.sha256(files[path]).hexdigest()}\n".encode())
    return total.hexdigest()


def read(files: Mapping[str, bytes], *, version_id: int = 0, version_number: int = 0) -> Definition:
    """Return the definition that `files` (path inside the category to content) hold.

    Raises:
        Invalid: a file is missing or cannot be read; the sentence names it.
    """
    if SETTINGS_FILE not in files:
        raise Invalid(
            f"The category has no {SETTINGS_FILE}.", remedy="Add one with at least key, name and reference_prefix."
        )
    settings = read_settings(files[SETTINGS_FILE])
    diagrams = tuple(
        reading.read(xml.parse(content, source=path), source=path)
        for path, content in sorted(files.items())
        if path.endswith(".bpmn")
    )
    forms = {
        _stem(path): load_form(content, source=path)
        for path, content in sorted(files.items())
        if path.endswith(".form")
    }
    rules = _read_rules(files)
    return Definition(settings, MappingProxyType(dict(files)), diagrams, forms, rules, version_id, version_number)


def _read_rules(files: Mapping[str, bytes]) -> RuleBook:
    """Return the category's rules; a category without deadlines in law has no file of them."""
    if RULES_FILE not in files:
        return RuleBook((), source=RULES_FILE)
    try:
        return load_rules(files[RULES_FILE].decode(), source=RULES_FILE)
    except UnicodeDecodeError as error:
        raise Invalid(f"{RULES_FILE} is not UTF-8 text.", remedy="Save it as UTF-8.") from error


def read_settings(content: bytes) -> Settings:
    """Return what a category.toml says.

    Raises:
        Invalid: not TOML, or without key, name or reference_prefix.
    """
    try:
        raw = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{SETTINGS_FILE} cannot be read: {error}.", remedy="Correct the line that it names.") from error
    try:
        return _settings(raw)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Invalid(
            f"{SETTINGS_FILE} has something in another shape than it takes: {error}.",
            remedy="Compare it with that of a category which ships, such as the complaint's.",
        ) from error


def _settings(raw: dict[str, Any]) -> Settings:
    head = raw.get("category", {})
    missing = [name for name in ("key", "name", "reference_prefix") if not isinstance(head.get(name), str)]
    if missing:
        raise Invalid(
            f"{SETTINGS_FILE} does not say the category's {' and '.join(missing)}.", remedy="Add it under [category]."
        )
    return Settings(
        key=head["key"],
        name=head["name"],
        description=head.get("description", ""),
        reference_prefix=head["reference_prefix"],
        process=head.get("process", ""),
        keywords=tuple(head.get("keywords", ())),
        subject_types=tuple(head.get("subject_types", SUBJECTS)),
        required_subject=head.get("required_subject", ""),
        teams={team["key"]: team["name"] for team in raw.get("team", ())},
        closure_reasons=tuple(raw.get("closure_reasons") or head.get("closure_reasons") or ("Closed by the officer",)),
        cancellation_reasons=tuple(
            raw.get("cancellation_reasons") or head.get("cancellation_reasons") or ("Opened by mistake", "Withdrawn")
        ),
        summary_fields=tuple(raw.get("summary_fields") or head.get("summary_fields") or ()),
        stages=raw.get("stages", {}),
        reminders=read_reminders(said_of_reminders(raw), teams=_team_names(raw))[0],
        raw=raw,
    )


def said_of_reminders(raw: Mapping[str, Any]) -> Any:
    """Return what a category.toml says of reminders, at its top or under [category]; None when nothing."""
    head = raw.get("category", {})
    return raw.get("reminders", head.get("reminders") if isinstance(head, Mapping) else None)


def _team_names(raw: Mapping[str, Any]) -> list[str]:
    return [team["name"] for team in raw.get("team", ())]


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
