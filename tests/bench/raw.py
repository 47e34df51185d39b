"""The references: raw SpiffWorkflow in memory, and the naive design (load JSON, run, dump JSON, commit)."""

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import Engine, text

from tests.bench import diagrams
from tests.bench.timing import Sample, measured


def spec(tasks: int) -> tuple[Any, Any]:
    """Return the stock specification of the measured diagram."""
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(diagrams.process(tasks, condition="a_1 &gt; 500", with_forms=False)))
    return parser.get_spec("bench"), parser.get_subprocess_specs("bench")


def start(specs: tuple[Any, Any], fields: int) -> BpmnWorkflow:
    """Return a running workflow with so many values in its data."""
    workflow = BpmnWorkflow(*specs)
    workflow.task_tree.set_data(**diagrams.initial(fields))
    workflow.do_engine_steps()
    return workflow


def complete(workflow: BpmnWorkflow, number: int) -> None:
    """Answer the task `number` and run to the next."""
    task = workflow.get_next_task(state=TaskState.READY, manual=True)
    task.set_data(**dict.fromkeys(diagrams.answers_of(number), 600))
    task.run()
    workflow.do_engine_steps()


def run_in_memory(tasks: int, fields: int, cases: int) -> list[Sample]:
    """Measure each completion on raw SpiffWorkflow, nothing stored."""
    specs, samples = spec(tasks), []
    for _ in range(cases):
        workflow = start(specs, fields)
        samples += [measured(lambda n=n, workflow=workflow: complete(workflow, n)) for n in range(1, tasks + 1)]
        assert workflow.completed
    return samples


def run_naive(tasks: int, fields: int, cases: int, engine: Engine) -> list[Sample]:
    """Measure each completion with the whole state read and written as JSON in one row."""
    specs, samples = spec(tasks), []
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS naive (id INTEGER PRIMARY KEY, state TEXT)"))
        connection.execute(text("DELETE FROM naive"))
    for case in range(cases):
        with engine.begin() as connection:
            state = serializer.serialize_json(start(specs, fields))
            connection.execute(text("INSERT INTO naive VALUES (:id, :state)"), {"id": case, "state": state})
        samples += [
            measured(lambda n=n, case=case: _complete_naively(engine, serializer, case, n)) for n in range(1, tasks + 1)
        ]
    return samples


def _complete_naively(engine: Engine, serializer: BpmnWorkflowSerializer, case: int, number: int) -> None:
    with engine.begin() as connection:
        state = connection.execute(text("SELECT state FROM naive WHERE id = :id"), {"id": case}).scalar_one()
        workflow = serializer.deserialize_json(state)
        complete(workflow, number)
        state = serializer.serialize_json(workflow)
        connection.execute(text("UPDATE naive SET state = :state WHERE id = :id"), {"id": case, "state": state})
