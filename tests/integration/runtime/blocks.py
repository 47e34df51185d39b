"""Random sound diagrams: blocks in blocks, each with one way in and one out. `drawing` writes them as BPMN."""

from dataclasses import dataclass
from typing import Literal

from hypothesis import strategies as st


@dataclass(frozen=True)
class Ask:
    """A user task."""


@dataclass(frozen=True)
class Script:
    """A step that the platform does."""


@dataclass(frozen=True)
class Row:
    """One after the other."""

    parts: tuple["Block", ...]


@dataclass(frozen=True)
class Choice:
    """An exclusive choice whose last branch is the default; one that `stops` has another, which ends everything."""

    branches: tuple["Block", ...]
    stops: bool = False


@dataclass(frozen=True)
class Fork:
    """All branches at once."""

    branches: tuple["Block", ...]


@dataclass(frozen=True)
class Some:
    """Any of the branches at once; the last is the default."""

    branches: tuple["Block", ...]


@dataclass(frozen=True)
class Again:
    """Somebody is asked and the body done, as long as a field says so."""

    body: "Block"


@dataclass(frozen=True)
class Timed:
    """An activity with a boundary timer: the path of an interrupting one comes back, that of another ends by itself."""

    body: "Block"
    path: "Block"
    hours: int
    interrupts: bool


@dataclass(frozen=True)
class Inner:
    """An embedded sub-process."""

    body: "Block"


@dataclass(frozen=True)
class Called:
    """A process called from this one."""

    body: "Block"


@dataclass(frozen=True)
class Each:
    """An activity done for each of a few items."""

    body: "Block"
    count: int
    is_sequential: bool


Kind = Literal["signal", "message", "conditional", "escalation"]


@dataclass(frozen=True)
class Guarded:
    """An activity with an event on its border, and the path after it: that of an interrupting one comes back."""

    body: "Block"
    path: "Block"
    kind: Kind
    interrupts: bool


@dataclass(frozen=True)
class Beside:
    """A sub-process with an event sub-process."""

    body: "Block"
    path: "Block"
    kind: Kind
    interrupts: bool


@dataclass(frozen=True)
class Told:
    """Something is thrown: a signal, a message or an escalation."""

    kind: Literal["signal", "message", "escalation"]


@dataclass(frozen=True)
class Undoable:
    """An activity that may be undone by another."""

    body: "Block"
    handler: "Block"


@dataclass(frozen=True)
class Undone:
    """What was done in the scope is undone."""


@dataclass(frozen=True)
class Linked:
    """One after the other, with a pair of link events between."""

    before: "Block"
    after: "Block"


@dataclass(frozen=True)
class Rounds:
    """An activity repeated a few times (standard loop)."""

    body: "Block"
    most: int


@dataclass(frozen=True)
class Race:
    """An event-based gateway: the timer that is due first decides."""

    branches: tuple["Block", ...]
    is_last_first: bool  # whether the last branch has the shortest time


@dataclass(frozen=True)
class Ways:
    """A user task with conditions on the flows out of it; the last is the default."""

    branches: tuple["Block", ...]


@dataclass(frozen=True)
class Fan:
    """A user task with several flows out of it, all of which are taken."""

    branches: tuple["Block", ...]


@dataclass(frozen=True)
class Loose:
    """A sub-process without start and end events."""

    body: "Block"


Block = (
    Ask | Script | Row | Choice | Fork | Some | Again | Timed | Inner | Called | Each
    | Guarded | Beside | Told | Undoable | Undone
    | Linked | Rounds | Race | Ways | Fan | Loose
)  # fmt: skip


def blocks(*, size: int = 12) -> st.SearchStrategy[Block]:
    """Return random diagrams of up to `size` activities."""
    return st.recursive(st.sampled_from([Ask(), Ask(), Script()]), _around, max_leaves=size)


def _around(inner: st.SearchStrategy[Block], *, may_stop: bool = True) -> st.SearchStrategy[Block]:
    branches = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Row, branches),
        st.builds(Choice, branches, st.booleans() if may_stop else st.just(False)),
        st.builds(Fork, branches),
        st.builds(Some, branches),
        st.builds(Again, inner),
        st.builds(Timed, inner, inner, st.integers(1, 5), st.booleans()),
        st.builds(Inner, inner),
        st.builds(Called, inner),
        st.builds(Each, inner, st.integers(0, 3), st.booleans()),
    )


def eventful(*, size: int = 12) -> st.SearchStrategy[Block]:
    """Return random diagrams with events of every kind, which stock SpiffWorkflow does not run."""
    thrown = st.builds(Told, st.sampled_from(["signal", "message", "escalation"]))
    return st.recursive(
        st.one_of(st.just(Ask()), st.just(Ask()), thrown, st.just(Undone())), _with_events, max_leaves=size
    )


def _with_events(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    branches = st.lists(inner, min_size=2, max_size=3).map(tuple)
    kinds = st.sampled_from(["signal", "message", "conditional", "escalation"])
    return st.one_of(
        st.builds(Row, branches),
        st.builds(Choice, branches, st.just(False)),
        st.builds(Fork, branches),
        st.builds(Inner, inner),
        st.builds(Each, inner, st.integers(1, 2), st.booleans()),
        st.builds(Guarded, inner, inner, kinds, st.booleans()),
        st.builds(Guarded, inner, inner, kinds, st.booleans()),
        st.builds(Beside, inner, inner, kinds, st.booleans()),
        st.builds(Beside, inner, inner, kinds, st.booleans()),
        st.builds(Undoable, inner, inner),
        st.builds(Undoable, inner, inner),
    )


def flowing(*, size: int = 12) -> st.SearchStrategy[Block]:
    """Return random diagrams with every kind of flow, also those that stock SpiffWorkflow does not run."""
    return st.recursive(st.sampled_from([Ask(), Ask(), Script()]), _with_flows, max_leaves=size)


def _with_flows(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    branches = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        _around(inner, may_stop=False),  # what runs beside a terminate end may be done before it or not
        st.builds(Linked, inner, inner),
        st.builds(Rounds, inner, st.integers(1, 3)),
        st.builds(Race, branches, st.booleans()),
        st.builds(Ways, branches),
        st.builds(Fan, branches),
        st.builds(Loose, inner),
    )
