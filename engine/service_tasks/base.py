"""What a service task is: its declared inputs, and what it wants done. It never calls an operation or the database.

A service task returns effects; the runtime writes them in the same transaction as the step.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema


@dataclass(frozen=True, slots=True)
class Call:
    """One running of a service task: its validated inputs, the texts that gave them, and the element that asks."""

    inputs: Mapping[str, Any]
    element_id: str
    element_name: str
    case_reference: str
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """A message in the portal and by e-mail to the assignee, the case owner, a team (by name) or an e-mail address."""

    to: str
    text: str
    kind: str = "reminder"  # reminder, warning, escalation


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail that leaves after the commit."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A change to a clock of the case: `action` is start, extend, stop, resume, reset, meet or cancel.

    `counted_from` tells one clock of a rule from another (ISO text; empty: the one due first); `ground` is the id of an
    extension, stop or reset in the rule (empty: the one that has the reason). `amount` is in the unit of the ground,
    unless `unit` says what it was given in. `at` is when a stop, reset or completion took effect (none: now).
    """

    action: str
    rule_id: str
    counted_from: str = ""
    ground: str = ""
    amount: int = 0
    unit: str = ""
    reason: str = ""
    at: str = ""
    source: str = ""  # the FEEL text that gives `counted_from`, so that a clock follows its field


@dataclass(frozen=True, slots=True)
class RecordWrite:
    """A change to the shared record, to whatever of it the case is about.

    `entity` is person, home, tenancy or account; `part` names a kind of part to be added to it (empty: the entity
    itself is changed); `ends` says that it ends on the day `on` (ISO text, empty: today).
    """

    entity: str
    values: Mapping[str, Any]
    part: str = ""
    ends: bool = False
    on: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Effects:
    """What a service task wants done."""

    fields: Mapping[str, Any] = field(default_factory=dict)  # to the case document
    results: Mapping[str, Any] = field(default_factory=dict)  # local names for the element's output mappings
    note: str = ""
    notices: tuple[Notice, ...] = ()
    emails: tuple[Email, ...] = ()
    clocks: tuple[ClockChange, ...] = ()
    record: RecordWrite | None = None
    error: str = ""  # the code of the error that it ends with, for an error event to catch; what else is done is kept
    job: Mapping[str, Any] | None = None  # slow work: what the job needs to know


def nothing_lacks(given: Collection[str]) -> str:
    """Find nothing wrong with which inputs are given."""
    return ""


@dataclass(frozen=True, slots=True)
class ServiceTask:
    """A kind of service task that a diagram may name in `zeebe:taskDefinition type`.

    The metadata of its inputs: `label` and `help` for whoever fills them in, and `names` (letter, rule, recipient) for
    an input that names something of the category, which the check then looks for; `is_long` for several lines.
    `lacks` says in a sentence what is wrong with the names of what is given, where inputs stand for one another.
    `results` are the names, with FEEL types, that an element's outputs may read of what was done.
    """

    type: str
    name: str
    description: str
    inputs: Callable[[], Schema]
    run: Callable[[Call], Effects]
    is_slow: bool = False
    lacks: Callable[[Collection[str]], str] = nothing_lacks
    results: Mapping[str, str] = field(default_factory=dict)
