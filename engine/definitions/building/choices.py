"""Reads gateways that choose: by the conditions on their flows, or as an officer says."""

from typing import Any

from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser

from engine.definitions.specs import (
    ComplexChoice,
    ExclusiveChoice,
    InclusiveChoice,
    OfficersChoice,
    OfficersChoices,
    OfficersComplexChoice,
)

_DECIDED = {
    ExclusiveChoice: OfficersChoice,
    InclusiveChoice: OfficersChoices,
    ComplexChoice: OfficersComplexChoice,
}


class ChoiceReader(TaskParser):
    """Reads an exclusive, inclusive or complex gateway."""

    def create_task(self) -> Any:
        element = self.process_parser.parser.element(self.bpmn_id)
        kind = _DECIDED[self.spec_class] if element.is_decided_by_officer else self.spec_class
        spec = kind(self.spec, self.bpmn_id, **self.bpmn_attributes)
        if isinstance(spec, ComplexChoice):
            spec.activation = element.activation
        return spec
