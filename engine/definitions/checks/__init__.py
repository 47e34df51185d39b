"""The checks of a category, one family a file. To add one: write a module beside these and put it in the list."""

from collections.abc import Callable, Iterator

from engine.definitions.checks import (
    events,
    expressions,
    flows,
    gateways,
    references,
    services,
    structure,
    style,
    triggers,
)
from engine.definitions.checks.context import Context
from engine.definitions.checks.graph import Graph
from engine.definitions.faults import Fault

OF_DIAGRAMS: tuple[Callable[[Graph, Context], Iterator[Fault]], ...] = (
    structure.check,
    flows.check,
    gateways.check,
    events.check,
    triggers.check,
    expressions.check,
    references.check,
    services.check,
    style.check,
)
