"""Which of several processes a case runs, where nothing says so."""

from collections import Counter
from collections.abc import Iterable

from engine.definitions.reading import Diagram


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
