"""What a person does and what a service does."""

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin


class PersonStep(BpmnSpecMixin):
    """A step that a person does: the runtime makes a to-do item of it."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.manual = True


class ServiceStep(BpmnSpecMixin):
    """A step that a service does: the runtime runs it when its token is ready, in a savepoint."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.manual = True


class CaseCall(ServiceStep):
    """A call activity that starts a case of another category and waits for its outcome."""
