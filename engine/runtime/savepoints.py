"""Undoes what a service step or a new to-do item has done so far when it fails, so that a retry does nothing twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task

if TYPE_CHECKING:
    from engine.runtime.step import Step


@contextmanager
def savepoint(step: "Step", token: Task) -> Iterator[None]:
    """Keep what the block does to the step, its document, its clocks and the token's names only if it succeeds."""
    gathered: tuple[list[Any], ...] = (step.events, step.notes, step.jobs, step.notifications, step.outbox)
    lengths, local = [len(rows) for rows in gathered], dict(token.data)
    mark, clocks = step.instance.document.mark(), step.deadlines.mark()
    try:
        yield
    except Exception:  # whatever it was: it is raised again
        for rows, length in zip(gathered, lengths, strict=True):
            del rows[length:]
        token.data = local
        step.instance.document.back_to(mark)
        step.deadlines.back_to(clocks)
        raise
