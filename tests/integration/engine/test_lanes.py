"""Lanes are teams, the innermost first; of several pools only the chosen process runs."""

from tests.diagrams import asking_officer, category
from tests.factories import Factories
from tests.integration.engine.conftest import Driver

LANES = (
    '<bpmn:laneSet id="lanes"><bpmn:lane id="outer" name="Repairs"><bpmn:flowNodeRef>ask</bpmn:flowNodeRef>'
    "<bpmn:flowNodeRef>look</bpmn:flowNodeRef><bpmn:flowNodeRef>big_choice</bpmn:flowNodeRef>"
    "<bpmn:flowNodeRef>inner</bpmn:flowNodeRef>"
    '<bpmn:childLaneSet id="nested"><bpmn:lane id="deep" name="Surveyors"><bpmn:flowNodeRef>look</bpmn:flowNodeRef>'
    "<bpmn:flowNodeRef>inner</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>"
)
POOLS = (
    '<bpmn:collaboration id="both"><bpmn:participant id="us" processRef="sample"/>'
    '<bpmn:participant id="them" name="Resident" processRef="resident"/>'
    '<bpmn:messageFlow id="asks" sourceRef="ask" targetRef="r_ask"/></bpmn:collaboration>'
    '<bpmn:process id="resident"><bpmn:userTask id="r_ask" name="Answer"/></bpmn:process>'
)


def test_tasks_choices_and_sub_processes_are_their_innermost_lanes_teams(sqlite_factories: Factories) -> None:
    repairs, surveyors = sqlite_factories.team("Repairs").id, sqlite_factories.team("Surveyors").id
    files = category(
        "start > ask > look > inner:subProcess > big? > end ; big? > more > end",
        inside={"inner": '<bpmn:userTask id="deep_ask"/>', "big_choice": asking_officer()},
        boundary=LANES,
    )
    driver = Driver(sqlite_factories, files, {})
    teams = {}

    for element in ("ask", "look", "deep_ask", "big_choice"):
        task = driver.task(element)
        teams[element] = (task.team_id, task.assignee_id)
        admin = sqlite_factories.actor(
            sqlite_factories.user("administrator", teams=("Repairs", "Surveyors"), name=f"Of {element}")
        )
        driver.do(element, by=admin, **({"choice": "f5"} if element == "big_choice" else {}))

    assert teams == {
        "ask": (repairs, None),
        "look": (surveyors, None),
        "deep_ask": (surveyors, None),
        "big_choice": (repairs, None),
    }
    assert driver.open() == ["more"], "a task without a lane is the case owner's"
    assert driver.task("more").assignee_id == driver.by.user_id


def test_of_two_pools_only_the_process_of_the_category_runs(sqlite_factories: Factories) -> None:
    driver = Driver(sqlite_factories, category("start > ask > end", roots=POOLS), {})

    assert driver.open() == ["ask"]
    driver.do("ask")

    assert driver.case.status == "closed"
