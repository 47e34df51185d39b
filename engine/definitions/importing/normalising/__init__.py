"""What is put right in every diagram because its meaning stays the same.

To add one: write a module beside these and put it in the list. Each is told, and changes the tree in place.
"""

from collections.abc import Callable, Iterator

from engine.definitions.changes import Change
from engine.definitions.importing.normalising import (
    definitions,
    ends,
    executable,
    ids,
    lanes,
    pools,
    prefixes,
    references,
)
from engine.definitions.importing.tree import Node

# In the order in which they are done: later ones stand on what earlier ones put right.
ALL: tuple[Callable[[Node], Iterator[Change]], ...] = (
    prefixes.normalise,
    ids.normalise,
    ends.normalise,
    definitions.normalise,
    references.normalise,
    pools.normalise,
    lanes.normalise,
    executable.normalise,
)


def normalise(root: Node) -> tuple[Change, ...]:
    """Put right what can be without changing what the diagram means; return what was done."""
    return tuple(change for each in ALL for change in each(root))
