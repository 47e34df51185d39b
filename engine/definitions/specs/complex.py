"""Complex gateways: as many tokens as their condition wants go on together, and by every way whose condition holds.

Source: BPMN 2.0.2, section 13.4.5. `activationCount` is the number of flows into the gateway that have a token. What
comes after the gateway has gone on, until each flow that could bring a token has brought it, belongs to the same time
and is taken in. Without an activation condition it waits for all that can still come.
"""

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.task import Task

from engine.definitions.elements import ACTIVATION_COUNT
from engine.definitions.specs.choices import Choosing, OfficerDecides
from engine.definitions.specs.steps import Way


class ComplexChoice(Choosing, UnstructuredJoin, BpmnSpecMixin):
    """A complex gateway. How it joins is told when its look-ahead is bound."""

    activation = ""

    def _holds(self, my_task: Task, way: Way) -> bool:
        return not way.condition or super()._holds(my_task, way)

    def is_activated(self, my_task: Task, count: int) -> bool:
        """Say whether the tokens that have come are enough."""
        held = my_task.data
        my_task.data = {**held, ACTIVATION_COUNT: count}
        try:
            return bool(my_task.workflow.top_workflow.holds(my_task, self.activation))
        finally:
            my_task.data = held


class OfficersComplexChoice(OfficerDecides, ComplexChoice):
    """A complex gateway of which an officer says how it goes on, once enough tokens have come."""

    many = True
