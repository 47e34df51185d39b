"""Reads gateways that choose: by the conditions on their flows, or as an officer says."""

from typing import Any

from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser

from engine.definitions.specs import ExclusiveChoice, InclusiveChoice, OfficersChoice, OfficersChoices

_DECIDED = {ExclusiveChoice: OfficersChoice, InclusiveChoice: OfficersChoices}


class ChoiceReader(TaskParser):
    """Reads an exclusive or inclusive gateway."""

    def create_task(self) -> Any:
        element = self.process_parser.parser.element(self.bpmn_id)
        kind = _DECIDED[self.spec_class] if element.is_decided_by_officer else self.spec_class
        return kind(self.spec, self.bpmn_id, **self.bpmn_attributes)
