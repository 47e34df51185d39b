"""Walks a shipped category in memory: its real diagram, forms and rules, and no database."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from engine.definitions import category
from engine.definitions.deploying import files_of
from engine.instants import frozen_at
from engine.runtime.unstored import UnstoredCase, Waiting

ROOT = Path(__file__).parents[2]
WRITERS = ("merge_document", "send_by_preference", "send_letter")
AROUND = {
    "person": {"full_name": "Ada Okafor"},
    "case": {"reference": "HPU-000001"},
    "account": {"balance": 0},
}


def definition(key: str) -> category.Definition:
    """Read a category as it ships."""
    return category.read(files_of(ROOT / "processes" / key, ROOT / "doc_templates" / key))


class MemoryWalk:
    """One case; each answer goes through the form that asks for it, each job brings what it is told to."""

    def __init__(self, read: category.Definition, at: datetime, **fields: Any) -> None:
        self.visited: set[str] = set()
        self.stopped: set[str] = set()  # the elements whose letters somebody keeps from being sent
        self.case = UnstoredCase(read, at=at)
        self.case.opens_items = True
        self.case.surroundings = lambda name: self.case.at.date() if name == "today" else AROUND.get(name)
        with frozen_at(at):
            self.case.begin(read.forms[read.start.assignment.form_id].validate(fields, {}))
        self._go_on()

    def do(self, element_id: str, **answers: Any) -> None:
        """Answer the open task at an element."""
        token = next(t for t in self.case.open_tokens() if t.task_spec.bpmn_id == element_id)
        element, instance = self.case.instance.element(token), self.case.instance
        form = self.case.definition.forms[element.assignment.form_id]
        with frozen_at(self.case.at):
            values = form.validate(answers, instance.scope(token), functions=instance.functions)
        self.case.answer(token.id.hex, values)
        self._go_on()

    def child_ends(self, element_id: str, outcome: str, **fields: Any) -> None:
        """Let the case that a call activity waits for bring its outcome and fields."""
        waits = next(w for w in self._waits("job") if w.element_id == element_id)
        self.case.finish_job(waits.token_id, {**fields, "outcome": outcome, "status": "closed", "reference": "X-1"})
        self._go_on()

    def hear(self, message: str, **child: Any) -> None:
        """Send the news of a child that the case does not wait for."""
        told = {"reference": "VAL-000001", "category_name": "Valuation", "reason": "", "outcome": "", **child}
        assert self.case.send(message, AROUND["case"]["reference"], {"child_case": told})
        self._go_on()

    def later(self, **span: int) -> None:
        """Let time pass, and fire what is due."""
        self.case.wait_until(self.case.at + timedelta(**span))
        self._go_on()

    @property
    def open(self) -> list[str]:
        """Return the elements at which a task is open."""
        return sorted(t.task_spec.bpmn_id for t in self.case.open_tokens())

    @property
    def waits_for(self) -> list[str]:
        """Return the elements that wait for a case of another category."""
        return sorted(w.element_id for w in self._waits("job"))

    @property
    def end(self) -> str:
        """Return the end event at which the case was over."""
        assert self.case.is_over and not self.case.incidents, self.case.incidents
        return self._last_end

    def _waits(self, kind: str) -> list[Waiting]:
        return [w for w in self.case.waiting() if w.kind == kind]

    def _go_on(self) -> None:
        """Note where the step went, and write the letters that it asked for."""
        assert not self.case.incidents, self.case.incidents
        left = [move.element_id for move in self.case.moves if move.what == "left"]
        self.visited.update(left)
        ends = [i for i in left if self.case.definition.elements[i].kind == "endEvent"]
        self._last_end = ends[-1] if ends else ""
        for waits in self._waits("job"):
            if self.case.definition.elements[waits.element_id].service.type in WRITERS:
                self.case.finish_job(waits.token_id, {"document_id": 1, "sent": waits.element_id not in self.stopped})
                self._go_on()
                return
