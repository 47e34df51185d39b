"""What is wrong with expressions of FEEL in a template, once it is known which fields there are and of what kind."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine import feel
from engine.documents.expressions import CLOCK, shown
from engine.documents.tags import Problem
from engine.errors import ExpressionError

FUNCTIONS = {name: feel.HOST[name] for name in CLOCK}
ASK_OTHERWISE = "Letters ask today() and now(); a deadline is read as clocks.the_rule.due_on."


@dataclass(frozen=True, slots=True)
class ExpressionUse:
    """An expression in a template, with the local names of the template there and the paths that they stand for."""

    text: str
    bound: Mapping[str, str]
    place: str
    paragraph: str


def wrong(uses: Iterable[ExpressionUse], known: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what is wrong with expressions beside unknown fields, which are told as those of the template.

    `known` are the paths of fields with their FEEL types.
    """
    for use in uses:
        try:
            expression = feel.compile(use.text)
        except ExpressionError:
            continue  # told when the template was read
        for found in feel.check(expression, in_reach(use, known), functions=FUNCTIONS):
            if found.code != "name":
                remedy = ASK_OTHERWISE if found.code == "function" else "Correct the expression."
                message = f'In the FEEL expression "{shown(use.text)}": {found.sentence}'
                yield Problem("feel", message, remedy, use.place, use.paragraph)


def in_reach(use: ExpressionUse, known: Mapping[str, str]) -> dict[str, str]:
    """Return the names that an expression may read: the fields, and what loops of the template bind around it."""
    found = {name: "Any" if kind == "picture" else kind for name, kind in known.items()}
    for name, path in use.bound.items():
        found[name] = "Any"
        start = f"{path.replace('[]', '')}."
        if path:
            found |= {f"{name}.{inner[len(start) :]}": kind for inner, kind in known.items() if inner.startswith(start)}
    return found
