"""A form: its components, the fields it answers, and the checking of answers."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from marshmallow import Schema

from engine.errors import Invalid
from engine.forms import json_text, schemas, validation
from engine.forms.catalogue import Field, fields_of
from engine.forms.components import Component, Computed, Group, Input, LookupInput, RepeatingList
from engine.forms.expressions import Expression, Functions, Names, unknown_functions
from engine.forms.faults import Fault, Faults
from engine.forms.paths import MISSING, Path, get, put
from engine.forms.reader import read_components
from engine.forms.resolving import Node, Resolution, default_of, resolve

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

Scope = Mapping[str, Any]
"""The names that a case gives to expressions, its fields among them."""

MOST_SCHEMAS = 128
"""Schemas kept for one form: one for each way in which its conditions have stood."""


@dataclass(frozen=True)
class Form:
    """A form that was read from form-js JSON. It never changes, and may be shared between threads."""

    id: str
    source: str
    components: tuple[Component, ...]
    warnings: tuple[Fault, ...] = ()
    _schemas: dict[Any, Schema] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Return the fields that the form answers, flat and in its order."""
        return tuple(fields_of(self.components))

    @cached_property
    def all_components(self) -> tuple[Component, ...]:
        """Return every component, those of groups and lists after the group or list."""
        return tuple(_flat(self.components))

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """Return every expression of the form."""
        return tuple(_expressions(self.all_components))

    @cached_property
    def is_settled(self) -> bool:
        """Say whether no answer hides another or feeds a computed value."""
        return not any(c.hide is not None or isinstance(c, Computed) for c in self.all_components)

    @cached_property
    def steering(self) -> frozenset[str]:
        """Return the ids of the inputs whose names stand in an expression of the form: a change may change the form."""
        words = frozenset(_WORD.findall(" ".join(expression.text for expression in self.expressions)))
        inputs = (component for component in self.all_components if isinstance(component, Input))
        return frozenset(component.id for component in inputs if words.issuperset(component.key))

    @cached_property
    def is_plain(self) -> bool:
        """Say whether nothing in the form is worked out and nothing repeats."""
        return not self.expressions and not any(isinstance(c, RepeatingList) for c in self.all_components)

    def resolve(
        self, scope: Scope, answers: Mapping[str, Any] | None = None, *, functions: Functions | None = None
    ) -> Resolution:
        """Return the form as it stands for the case in `scope` and these answers, typed or as typed.

        `functions` are the platform's own that expressions may call.
        """
        return resolve(
            self.components,
            scope,
            answers or {},
            settled=self.is_settled,
            plain=self.is_plain,
            functions=functions,
        )

    def initial(self, scope: Scope, *, functions: Functions | None = None) -> dict[str, Any]:
        """Return what the form opens with: what the case holds under each key, else the default written in the form."""
        found: dict[str, Any] = {}
        _initial(self.components, Names(scope, functions=functions), found, ())
        return found

    def schema(self, scope: Scope, *, functions: Functions | None = None) -> Schema:
        """Return the marshmallow schema of the fields that are shown when nothing has been answered yet."""
        return self.schema_for(self.resolve(scope, functions=functions).nodes, scope)

    def schema_for(self, nodes: list[Node], scope: Scope) -> Schema:
        """Return the schema of the visible fields among `nodes`, built once for each way in which they may stand."""

        def known(path: Path) -> bool:
            return not any(isinstance(part, int) for part in path) and get(scope, path) not in (MISSING, None, "")

        mark = schemas.fingerprint(nodes, known)
        found = self._schemas.get(mark)
        if found is None:
            if len(self._schemas) >= MOST_SCHEMAS:
                self._schemas.clear()
            found = self._schemas[mark] = schemas.build(nodes, known)
        return found

    def validate(self, answers: Any, scope: Scope, *, functions: Functions | None = None) -> dict[str, Any]:
        """Return the answers as the case document keeps them; raise `Invalid` with a sentence for each wrong one.

        Days, times and instants become ISO text, numbers Decimal, files lists of ids, choices the values offered.
        Answers to hidden fields are dropped, and are null when the case holds a value; computed fields are worked out
        here. A field left out keeps what the case holds.
        """
        return validation.validate(self, answers, scope, functions)

    @cached_property
    def has_lookups(self) -> bool:
        """Say whether an answer names something of the record."""
        return any(isinstance(component, LookupInput) for component in self.all_components)

    def lookups(self, answers: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """Return what validated answers name of the record (path, entity, reference), for the caller to look up."""
        return list(validation.lookups(self.components, answers))

    def file_references(self, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return each file id in validated answers with the path where it stands, for the caller to check its owner."""
        return list(validation.file_references(self.components, answers))


def load(form_json: str | bytes, *, source: str) -> Form:
    """Return the form in `form_json`; raise `Invalid` naming each fault that keeps it from being used.

    `source` is the name of the file, for messages. The same text is read once.
    """
    raw = form_json.encode("utf-8", "surrogatepass") if isinstance(form_json, str) else bytes(form_json)
    return _load(raw if len(raw) <= json_text.LARGEST else raw[: json_text.LARGEST + 1], source)


@lru_cache(maxsize=256)
def _load(raw: bytes, source: str) -> Form:
    form, faults = _read(raw, source)
    errors = [fault for fault in faults if fault.severity == "error"]
    if errors or form is None:
        first = errors[0]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        sentences = {fault.place: f"{fault.message} {fault.remedy}" for fault in reversed(errors)}
        raise Invalid(f"{source}: {first.place}: {first.message}{more}", errors=sentences, remedy=first.remedy)
    return form


def check(form_json: str | bytes, *, source: str) -> list[Fault]:
    """Return everything that is wrong with a form; an empty list when it can be used as it is."""
    try:
        return _read(form_json, source)[1]
    except Invalid as error:
        return [Fault("", "not-a-form", "error", error.message, error.remedy)]


def _read(form_json: str | bytes, source: str) -> tuple[Form | None, list[Fault]]:
    text = json_text.decode(form_json, source=source)
    schema = json_text.parse(text, source=source)
    faults = Faults(text)
    components = read_components(schema, faults)
    _check_functions(components, faults)
    form_id = schema.get("id")
    shown = (
        form_id
        if isinstance(form_id, str) and form_id
        else hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
    )
    warnings = tuple(fault for fault in faults.found if fault.severity != "error")
    return Form(shown, source, components, warnings), faults.found


def _check_functions(components: Sequence[Component], faults: Faults) -> None:
    for component in _flat(components):
        for expression in component.expressions():
            for name in unknown_functions(expression):
                message = f"The expression calls “{name}”, which is not a function of the platform."
                remedy = "Correct the name or take the call out."
                faults.warning("function-unknown", message, remedy, place=expression.place, element=component.id)


def _flat(components: Sequence[Component]) -> Iterator[Component]:
    for component in components:
        yield component
        if isinstance(component, Group):
            yield from _flat(component.children)


def _expressions(components: Sequence[Component]) -> Iterator[Expression]:
    for component in components:
        yield from component.expressions()


def _initial(components: Sequence[Component], scope: Names, found: dict[str, Any], base: Path) -> None:
    for component in components:
        if isinstance(component, RepeatingList):
            held = get(scope, (*base, *component.path))
            rows = held if isinstance(held, list) else [{} for _ in range(component.first_rows)]
            put(found, (*base, *component.path), rows)
        elif isinstance(component, Group):
            _initial(component.children, scope, found, (*base, *component.path))
        elif isinstance(component, Input):
            path = (*base, *component.key)
            held = get(scope, path)
            value = default_of(component, scope) if held in (MISSING, None) else held
            if value is not None:
                put(found, path, value)
