"""Who may do what: verbs, the roles that grant them and how far, and which cases and tasks somebody may see and do."""

from engine.permissions.actor import PLATFORM, Actor, actor_of, from_rows, may, reach, require, rows_of_actor
from engine.permissions.cases import (
    Sight,
    bound_to,
    cases_in,
    known_by,
    may_assign_task,
    may_do_task,
    my_tasks,
    sight,
    tasks_in,
    tasks_of_mine,
    tasks_of_my_teams,
    tasks_of_visible_cases,
    team_tasks,
    visible_cases,
    within_reach,
)
from engine.permissions.circle import circle, may_be_given
from engine.permissions.documents import visible_documents
from engine.permissions.grants import EVERYTHING, NOWHERE, SCOPES, SHIPPED, Book, Grants, Reach, book, reach_of
from engine.permissions.sensitivity import levels_held_back, may_see_sensitivity
from engine.permissions.verbs import SHIPPED_ROLES, VERBS, Verb

__all__ = [
    "EVERYTHING",
    "NOWHERE",
    "PLATFORM",
    "SCOPES",
    "SHIPPED",
    "SHIPPED_ROLES",
    "VERBS",
    "Actor",
    "Book",
    "Grants",
    "Reach",
    "Sight",
    "Verb",
    "actor_of",
    "book",
    "bound_to",
    "cases_in",
    "circle",
    "from_rows",
    "known_by",
    "levels_held_back",
    "may",
    "may_assign_task",
    "may_be_given",
    "may_do_task",
    "may_see_sensitivity",
    "my_tasks",
    "reach",
    "reach_of",
    "require",
    "rows_of_actor",
    "sight",
    "tasks_in",
    "tasks_of_mine",
    "tasks_of_my_teams",
    "tasks_of_visible_cases",
    "team_tasks",
    "visible_cases",
    "visible_documents",
    "within_reach",
]
