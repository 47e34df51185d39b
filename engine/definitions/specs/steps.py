"""What a person does and what a service does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task

CHOSEN = "chosen"  # in a token's internal data: the ways that a person chose, by id


@dataclass(frozen=True, slots=True)
class Way:
    """One way on, mostly a sequence flow. `target` is the name of the specification that it leads to."""

    id: str
    name: str
    target: str
    condition: str = ""
    is_default: bool = False


def place_of(spec: TaskSpec) -> str:
    """Return the element of the diagram that a step stands at; one that is not drawn stands for another."""
    return str(getattr(spec, "bpmn_id", None) or getattr(spec, "stands_for", spec.name))


class PersonStep(BpmnSpecMixin):
    """A step that a person does: the runtime makes a to-do item of it."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.manual = True


class Asked(PersonStep):
    """A step at which a person says how the token goes on: by one of its ways, or by several.

    One that stands on no diagram has a `question`, and `stands_for` the element that it is asked about.
    """

    many = False
    question = ""

    def offered(self, my_task: Task) -> Sequence[Way]:
        """Return the ways that the person may choose from."""
        raise NotImplementedError


class Question(Asked):
    """A question that stands on no diagram, asked about an element that does."""

    def __init__(self, wf_spec: Any, name: str, stands_for: str, label: str, question: str = "") -> None:
        super().__init__(wf_spec, name)
        self.bpmn_id, self.bpmn_name = None, label
        self.stands_for, self.question = stands_for, question


class ServiceStep(BpmnSpecMixin):
    """A step that a service does: the runtime runs it when its token is ready, in a savepoint."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.manual = True


class CaseCall(ServiceStep):
    """A call activity that starts a case of another category and waits for its outcome."""
