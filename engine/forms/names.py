"""Which names a field may have, and why the others are refused."""

import re

from engine.forms.faults import Faults

RESERVED = frozenset(
    "case subject person home tenancy account officer organisation recipient clocks teams today now loop".split()
)
"""Top-level names of the scope that expressions, letters and forms share."""

OF_FORMS = frozenset("this parent i csrf_token".split())
"""Names that mean something within a form or in its request."""

OF_LANGUAGE = frozenset(
    "if then else for in return some every satisfies between and or not instance of function true false null".split()
)

POISON = frozenset({"typename"})
"""Names that the token engine's serialiser takes for its own, at any depth."""

_SEGMENT = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}\Z")


def read_path(text: object, faults: Faults, *, place: str, element: str, at_top: bool) -> tuple[str, ...]:
    """Return the segments of a key such as `address.postcode`; note a fault and return nothing when it is bad."""
    if not isinstance(text, str) or not text:
        faults.error("key-missing", "The field has no key.", "Give it one.", place=place, element=element)
        return ()
    segments = tuple(text.split("."))
    for number, segment in enumerate(segments):
        problem = problem_of(segment, at_top=at_top and number == 0)
        if problem:
            code, message, remedy = problem
            faults.error(code, message, remedy, place=place, element=element)
            return ()
    return segments


def problem_of(segment: str, *, at_top: bool) -> tuple[str, str, str] | None:
    """Return why a name cannot be a field's (a code, a sentence, a remedy); none when it can."""
    shown = segment[:80]
    if segment.startswith("__") or segment in POISON:
        return "key-reserved", f"The key “{shown}” is used inside the platform.", "Choose another name."
    if not _SEGMENT.match(segment):
        remedy = "Use lower-case words joined by _, beginning with a letter, for example date_received."
        return "key-bad", f"“{shown}” cannot be the key of a field.", remedy
    if segment in OF_LANGUAGE:
        return "key-word", f"“{shown}” is a word of the expression language.", "Choose another name."
    if at_top and segment in RESERVED | OF_FORMS:
        return "key-reserved", f"The key “{shown}” already means something on every case.", "Choose another name."
    return None
