"""The names that expressions and letters may use: fields, what services give, what surrounds every case."""

import difflib
import re
from collections.abc import Iterable, Iterator

from engine.definitions.elements import ACTIVATION_COUNT, COUNTS, Element
from engine.fields.names import CLOCK, SURROUNDINGS, kind_of, of_catalogue
from engine.forms import Form
from engine.forms.names import RESERVED
from engine.rules import RuleBook, shipped

__all__ = [
    "CLOCK",
    "RESERVED",
    "SURROUNDINGS",
    "bound_at",
    "did_you_mean",
    "is_name",
    "known",
    "of_catalogue",
    "one_of",
    "written_by",
]

# By which a diagram hears of a child that it does not wait for (`engine.children` sends them).
CHILD_MESSAGES = ("child_case_ended", "child_case_reopened")
# By which a diagram hears that somebody has answered (`engine.inbound.answering` sends it).
REPLY_MESSAGE = "reply_received"


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
    if element.message is not None and element.message.name == REPLY_MESSAGE:
        yield "reply"


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
