"""Which of several processes a case runs, where nothing says so."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from engine.definitions.reading import Diagram


@dataclass(frozen=True, slots=True)
class Runnable:
    """A process that cases may run."""

    id: str
    name: str  # of its pool, else its own, else its id
    steps: int


def main_process(diagrams: Iterable[Diagram]) -> str:
    """Return the process with the most steps among those that may run and that no other one calls; "" for none."""
    known = list(diagrams)
    steps = Counter(element.process_id for diagram in known for element in diagram.elements.values())
    called = {e.service.called_process for d in known for e in d.elements.values() if e.kind == "callActivity"}
    every = [process_id for diagram in known for process_id in diagram.process_ids]
    executable = [process_id for diagram in known for process_id in diagram.executable_ids if steps[process_id]]
    candidates = executable or [process_id for process_id in every if steps[process_id]] or every
    uncalled = [process_id for process_id in candidates if process_id not in called]
    return max(uncalled or candidates, key=lambda process_id: steps[process_id], default="")


def runnable(diagrams: Iterable[Diagram]) -> list[Runnable]:
    """Return the processes that hold steps, those with the most first."""
    known = list(diagrams)
    steps = Counter(element.process_id for diagram in known for element in diagram.elements.values())
    names = {process_id: name for diagram in known for process_id, name in diagram.names.items()}
    pools = {process_id: name for diagram in known for process_id, name in diagram.pools.items() if name}
    return [
        Runnable(process_id, pools.get(process_id) or names[process_id], number)
        for process_id, number in steps.most_common()
        if process_id in names
    ]
