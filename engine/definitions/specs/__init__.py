"""Our own kinds of steps, beside SpiffWorkflow's: what a person does, what a service does, timers, messages, loops.

None of them evaluates anything: they ask the running case (`engine.runtime.workflow.CaseWorkflow`), which knows the
time, the case document and FEEL.
"""

from engine.definitions.specs.choices import (
    Choosing,
    ExclusiveChoice,
    InclusiveChoice,
    NothingHolds,
    Way,
    WaysOut,
    place_of,
)
from engine.definitions.specs.events import CaseMessage, CaseStart
from engine.definitions.specs.loops import Item, Items, ParallelItems, Repeated, SequentialItems
from engine.definitions.specs.steps import CaseCall, PersonStep, ServiceStep
from engine.definitions.specs.timers import CaseCycleTimer, CaseTimer, FirstEvent, due_of

__all__ = [
    "CaseCall",
    "CaseCycleTimer",
    "CaseMessage",
    "CaseStart",
    "CaseTimer",
    "Choosing",
    "ExclusiveChoice",
    "FirstEvent",
    "InclusiveChoice",
    "Item",
    "Items",
    "NothingHolds",
    "ParallelItems",
    "PersonStep",
    "Repeated",
    "SequentialItems",
    "ServiceStep",
    "Way",
    "WaysOut",
    "due_of",
    "place_of",
]
