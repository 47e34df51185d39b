"""Keeps live instances in memory between steps; one process's cache is checked by the id of the step that wrote it.

An instance is taken out while a step uses it, and put back under the new step's id when the step is saved. If that
step is rolled back, the database still names the old step and the kept instance is not used: it is read again.
"""

import threading
from collections import OrderedDict

from engine.runtime.instance import Instance

MAX_INSTANCES = 2_000


class Cache:
    """Instances by case, the least recently used dropped first."""

    def __init__(self, size: int = MAX_INSTANCES) -> None:
        self._size = size
        self._kept: OrderedDict[int, tuple[str, Instance]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, case_id: int, step_id: str) -> Instance | None:
        """Return the instance that the step `step_id` left, and hand it over: nobody else gets it."""
        with self._lock:
            kept_step, instance = self._kept.pop(case_id, ("", None))
        return instance if kept_step == step_id else None

    def put(self, case_id: int, step_id: str, instance: Instance) -> None:
        """Keep an instance for the next step."""
        with self._lock:
            self._kept[case_id] = (step_id, instance)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


instances = Cache()
