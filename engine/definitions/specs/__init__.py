"""Our own kinds of steps, beside SpiffWorkflow's: what a person does, what a service does, events, loops.

None of them evaluates anything: they ask the running case (`engine.runtime.workflow.CaseWorkflow`), which knows the
time, the case document and FEEL.
"""

from engine.definitions.specs.ad_hoc import AnyOrder
from engine.definitions.specs.catching import CaseBoundary, CaseCatch, CaseGateway
from engine.definitions.specs.choices import (
    Choosing,
    ExclusiveChoice,
    InclusiveChoice,
    NothingHolds,
    OfficersChoice,
    OfficersChoices,
    WaysOut,
)
from engine.definitions.specs.codes import CaseError, CaseEscalation, CaseTerminate, Coded, Outward
from engine.definitions.specs.compensation import CaseCancel, CaseCompensation
from engine.definitions.specs.complex import ComplexChoice, OfficersComplexChoice
from engine.definitions.specs.conditions import CaseCondition
from engine.definitions.specs.loops import Item, Items, ParallelItems, Repeated, SequentialItems
from engine.definitions.specs.messages import CaseMessage, CaseSignal
from engine.definitions.specs.scopes import CalledProcess, CaseSubProcess, CaseTransaction, Scoped
from engine.definitions.specs.several import Nothing, Several, Told, awaited, parts
from engine.definitions.specs.starts import CaseStart, StartChoice, StartQuestion
from engine.definitions.specs.steps import CHOSEN, Asked, CaseCall, PersonStep, ServiceStep, Way, place_of
from engine.definitions.specs.throwing import CaseEnd, CaseThrow
from engine.definitions.specs.timers import CaseCycleTimer, CaseTimer, due_of

__all__ = [
    "CHOSEN",
    "AnyOrder",
    "Asked",
    "CalledProcess",
    "CaseBoundary",
    "CaseCall",
    "CaseCancel",
    "CaseCatch",
    "CaseCompensation",
    "CaseCondition",
    "CaseCycleTimer",
    "CaseEnd",
    "CaseError",
    "CaseEscalation",
    "CaseGateway",
    "CaseMessage",
    "CaseSignal",
    "CaseStart",
    "CaseSubProcess",
    "CaseTerminate",
    "CaseThrow",
    "CaseTimer",
    "CaseTransaction",
    "Choosing",
    "Coded",
    "ComplexChoice",
    "ExclusiveChoice",
    "InclusiveChoice",
    "Item",
    "Items",
    "Nothing",
    "NothingHolds",
    "OfficersChoice",
    "OfficersChoices",
    "OfficersComplexChoice",
    "Outward",
    "ParallelItems",
    "PersonStep",
    "Repeated",
    "Scoped",
    "SequentialItems",
    "ServiceStep",
    "Several",
    "StartChoice",
    "StartQuestion",
    "Told",
    "Way",
    "WaysOut",
    "awaited",
    "due_of",
    "parts",
    "place_of",
]
