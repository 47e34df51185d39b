"""The names that expressions and letters may use: fields, what services give, what surrounds every case."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping

from engine.definitions.elements import ACTIVATION_COUNT, COUNTS, Element
from engine.fields import Catalogue
from engine.forms import Field, Form
from engine.forms.names import RESERVED
from engine.rules import RuleBook, shipped

__all__ = ["RESERVED", "bound_at", "did_you_mean", "is_name", "known", "one_of", "written_by"]

# What surrounds every case (`engine.runtime.surroundings` gives the values), with the FEEL type of each entry.
SURROUNDINGS: Mapping[str, str] = {
    "case.reference": "string",
    "case.category": "string",
    "case.category_name": "string",
    "case.status": "string",
    "case.stage": "string",
    "case.title": "string",
    "case.opened_on": "date",
    "case.owner.name": "string",
    "case.owner.email": "string",
    "person.reference": "string",
    "person.title": "string",
    "person.first_name": "string",
    "person.surname": "string",
    "person.full_name": "string",
    "person.salutation": "string",
    "person.date_of_birth": "date",
    "person.email": "string",
    "person.phone": "string",
    "person.language": "string",
    "person.communication_needs": "Any",
    "person.address.lines": "list",
    "person.address.postcode": "string",
    "person.address.one_line": "string",
    "person.fields": "Any",
    "home.reference": "string",
    "home.uprn": "string",
    "home.address.lines": "list",
    "home.address.postcode": "string",
    "home.address.one_line": "string",
    "home.bedrooms": "number",
    "home.patch": "string",
    "home.fields": "Any",
    "tenancy.reference": "string",
    "tenancy.type": "string",
    "tenancy.type_name": "string",
    "tenancy.started_on": "date",
    "tenancy.ended_on": "date",
    "tenancy.members": "list",
    "tenancy.fields": "Any",
    "account.reference": "string",
    "account.weekly_rent": "number",
    "account.weekly_charges": "number",
    "account.balance": "number",
    "account.fields": "Any",
    "officer.name": "string",
    "officer.job_title": "string",
    "officer.email": "string",
    "officer.phone": "string",
    "officer.team": "string",
    "organisation.name": "string",
    "organisation.fields": "Any",
    "organisation.address.lines": "list",
    "organisation.address.postcode": "string",
    "organisation.address.one_line": "string",
    "organisation.phone": "string",
    "organisation.email": "string",
    "organisation.website": "string",
    "organisation.registered_number": "string",
    "organisation.complaints_email": "string",
    "subject": "Any",
    "teams": "Any",
    "today": "date",
    "now": "date and time",
    "loop": "Any",
}

CLOCK: Mapping[str, str] = {
    "due_at": "date and time",
    "due_on": "date",
    "amber_at": "date and time",
    "rule": "string",
    "name": "string",
    "state": "string",
    "counted_from_on": "date",
    "not_before_on": "date",
    "is_overdue": "boolean",
    "met_at": "date and time",
    "extended_by": "number",
    "extension_reason": "string",
    "stopped_on": "date",
    "stop_reason": "string",
    "resumed_on": "date",
    "citation": "string",
    "citation_link": "string",
}

# By which a diagram hears of a child that it does not wait for (`engine.children` sends them).
CHILD_MESSAGES = ("child_case_ended", "child_case_reopened")

_KINDS = {
    "text": "string",
    "long_text": "string",
    "number": "number",
    "date": "date",
    "time": "time",
    "datetime": "date and time",
    "yes_no": "boolean",
    "multiple_choice": "list",
    "file": "list",
    "list": "list",
}


def known(
    forms: Iterable[Form], elements: Iterable[Element], rules: RuleBook | None, common: Iterable[str] | None = None
) -> dict[str, str]:
    """Return the names that every element of a category may use, as paths (`tenancy.type`), with their FEEL types.

    `common` are the ids of rules that any category may count by: those that ship, unless others are given.
    """
    found = dict(SURROUNDINGS)
    for rule_id in (*rules.ids, *(shipped().ids if common is None else common)) if rules is not None else ():
        found |= {f"clocks.{rule_id.replace('.', '_')}.{name}": kind for name, kind in CLOCK.items()}
    if not any(name.startswith("clocks.") for name in found):
        found["clocks"] = "Any"
    for element in elements:
        found |= dict.fromkeys(written_by(element), "Any")
    for form in forms:
        for field in form.fields:
            path, kind = field.key.replace("[]", ""), kind_of(field)
            found[path] = kind if found.get(path, kind) == kind else "Any"  # forms differ: it may be either
    return found


def of_catalogue(catalogue: Catalogue, *, within: str = "") -> dict[str, str]:
    """Return the names that a catalogue gives expressions, with their FEEL types; `within` is the entity's word."""
    start = f"{within}.fields." if within else ""
    return {f"{start}{path.replace('[]', '')}": kind_of(one) for path, one in catalogue.fields.items()}


def kind_of(field: Field) -> str:
    """Return the FEEL type of a field's value; "Any" for a choice, whose values may be of any kind."""
    if "[]" in field.key:
        return "Any"  # written without an index, the values of all rows
    return _KINDS.get(field.type, "Any")


def written_by(element: Element) -> Iterator[str]:
    """Yield the names that an element gives the case, beside the fields of its form."""
    for _, target in element.service.outputs:
        yield target
    if element.service.type == "set_fields":
        yield from (target for _, target in element.service.inputs)
        yield from element.service.headers
    if element.service.result_variable:
        yield element.service.result_variable
    if element.loop is not None and element.loop.output_collection:
        yield element.loop.output_collection
    if element.message is not None and element.message.name in CHILD_MESSAGES:
        yield "child_case"


def bound_at(element: Element) -> Iterator[str]:
    """Yield the names that only the expressions of one element know, and those of what it contains."""
    if element.loop is not None:
        yield from COUNTS
        if element.loop.item:
            yield element.loop.item
    if element.activation:
        yield ACTIVATION_COUNT
    if element.kind in ("subProcess", "callActivity", "transaction", "adHocSubProcess"):
        yield from (target for _, target in element.service.inputs)


def did_you_mean(name: str, candidates: Iterable[str], otherwise: str = "") -> str:
    """Return "Did you mean “…”?" with the candidate that reads most like `name`, else `otherwise`."""
    near = difflib.get_close_matches(name, sorted(set(candidates)), n=1, cutoff=0.6)
    return f"Did you mean “{near[0]}”?" if near else otherwise


def one_of(candidates: Iterable[str], none: str) -> str:
    """Return "There are: …" with at most twelve of the candidates, or `none` when there is nothing to choose from."""
    found = sorted(set(candidates))
    if not found:
        return none
    more = f" and {len(found) - 12} more" if len(found) > 12 else ""
    return f"There are: {', '.join(found[:12])}{more}."


def is_name(text: str) -> bool:
    """Say whether `text` may be the name of a field: words of letters, digits and _, beginning with a letter."""
    return bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,79}", text))
