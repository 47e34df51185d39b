"""Walks the same diagram on SpiffWorkflow as it is delivered, told the same things."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from itertools import count
from typing import Any
from unittest import mock

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.event_definitions import timer
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from tests.integration.runtime.walking import STARTED_AT, Seen

_questions = count()


class StockWalker:
    """The case as stock SpiffWorkflow runs it; decisions are read from one shared document, as ours are."""

    def __init__(self, diagram: bytes, process_id: str = "sample") -> None:
        self.at = STARTED_AT
        self.document: dict[str, Any] = {}
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.ElementTree(etree.fromstring(diagram)))
        top, inner = parser.get_spec(process_id), parser.get_subprocess_specs(process_id)
        self._passed: Counter[str] = Counter()
        for spec in (top, *inner.values()):
            for task_spec in spec.task_specs.values():
                if task_spec.bpmn_id is not None and not isinstance(task_spec, LoopTask):
                    task_spec.completed_event.connect(self._note)
        with _clock_at(self.at):
            self.workflow = BpmnWorkflow(top, inner, script_engine=_Shared(self.document))
            self.seen = self._go_on()

    def do(self, element_id: str, nth: int = 0, **answers: Any) -> Seen:
        """Complete the nth open task at an element."""
        self._passed.clear()
        self.document |= answers
        token = [task for task in self._open() if task.task_spec.bpmn_id == element_id][nth]
        with _clock_at(self.at):
            token.run()
            self.seen = self._go_on()
        return self.seen

    def wait(self, hours: float) -> Seen:
        """Let time pass, and fire what is due."""
        self._passed.clear()
        self.at += timedelta(hours=hours)
        with _clock_at(self.at):
            self.workflow.refresh_timers()
            self.seen = self._go_on()
        return self.seen

    def _go_on(self) -> Seen:
        for _ in range(2):  # what a timer starts is run too
            self.workflow.do_engine_steps()
        waiting = [
            task.task_spec.bpmn_id
            for task in self.workflow.get_tasks(state=TaskState.WAITING)
            if hasattr(task.task_spec, "event_definition")
        ]
        return Seen(
            dict(self._passed),
            sorted(task.task_spec.bpmn_id for task in self._open()),
            sorted(waiting),
            self.workflow.completed,
        )

    def _open(self) -> list[Task]:
        return [task for task in self.workflow.get_tasks(state=TaskState.READY) if task.task_spec.manual]

    def _note(self, workflow: Any, task: Task) -> None:
        self._passed[task.task_spec.bpmn_id] += 1


class _Shared(PythonScriptEngine):
    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__()
        self._document = document

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        return eval(expression, {"null": None, "true": True}, _Nulls(self._document))

    def execute(self, task: Any, script: str, external_context: Any = None) -> bool:
        return True


class _Nulls(dict[str, Any]):
    def __missing__(self, name: str) -> Any:
        if name in ("null", "true"):
            raise KeyError(name)
        return None


@contextmanager
def _clock_at(at: datetime) -> Iterator[None]:
    class Moved(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Moved":
            # Stock fires only once a time is past: each question is a microsecond later than the one before.
            return cls.fromisoformat((at + timedelta(microseconds=next(_questions))).isoformat())

    with mock.patch.object(timer, "datetime", Moved):
        yield
