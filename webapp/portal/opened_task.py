"""A task as its page needs it: with its case, its form, and what the member of staff may do with it."""

from dataclasses import dataclass
from functools import cached_property

from engine import case_page, reading
from engine import tasks as operations
from engine.case_page import Header, TaskLine
from engine.choices import Offer, offers
from engine.definitions.deploying import load
from engine.forms import Form
from engine.permissions import may_assign_task, may_do_task
from engine.reading import CaseReader
from engine.runtime.suppressing import Withheld
from webapp import reads
from webapp.auth import actor
from webapp.database import session


@dataclass
class Opened:
    """A task as its page needs it: with its case, and its form when it has one."""

    task: TaskLine
    header: Header
    form: Form | None
    offer: Offer | None = None  # when it asks only how the case goes on

    @cached_property
    def reader(self) -> CaseReader:
        """Return the case to be read; an answer that is right needs it not."""
        return reading.open_case(session(), self.header.id, by=actor())

    @cached_property
    def withheld(self) -> list[Withheld]:
        """Return why the task must not be done now; most may."""
        return self.reader.withheld(self.task.element_id, self.task.item) if self.task.status == "open" else []

    @property
    def may_override(self) -> bool:
        """Say whether the member of staff may do all the same what is withheld."""
        return all(set(one.override_by) & set(actor().team_names) for one in self.withheld)

    @property
    def messages(self) -> list[int]:
        """Return the communications that somebody decides on in it; most tasks have none."""
        return self.task.item.get("communications", []) if self.task.is_ad_hoc else []

    @property
    def is_mine(self) -> bool:
        """Say whether the member of staff may answer it."""
        users = self.task.candidates.get("users", ())
        teams = self.task.candidates.get("teams", ())
        is_candidate = self.task.assignee_id is None and (
            actor().user_id in users or not actor().team_ids.isdisjoint(teams)
        )
        return (
            is_candidate
            or may_do_task(actor(), assignee_id=self.task.assignee_id, team_id=self.task.team_id)
            or self.is_stood_in_for
        )

    @cached_property
    def is_stood_in_for(self) -> bool:
        """Say whether the member of staff stands in for whoever has it."""
        return self.task.assignee_id is not None and operations.stands_in_for(
            session(), self.task.assignee_id, by=actor()
        )

    @cached_property
    def done_before(self) -> str | None:
        """Return the name of what the member of staff did on this case that keeps them from this task."""
        element = self.reader.definition.elements.get(self.task.element_id or "")
        return operations.done_before(
            session(),
            self.header.id,
            element,
            holder=self.task.assignee_id,
            absent=self.task.on_behalf_of_id,
            by=actor(),
        )

    @property
    def is_answerable(self) -> bool:
        """Say whether the member of staff may answer it now."""
        is_open_to_me = self.task.status == "open" and self.is_mine and self.done_before is None
        return is_open_to_me and (not self.withheld or self.may_override)

    @property
    def may_hand_on(self) -> bool:
        """Say whether the member of staff may give it to somebody else."""
        return may_assign_task(actor(), assignee_id=self.task.assignee_id, team_id=self.task.team_id)


def opened(task_id: int) -> Opened:
    """Return a task that the member of staff may see."""
    task, header = case_page.task(session(), task_id, by=actor())
    reads.case(header)
    definition = load(session(), header.version_id, catalogue=header.catalogue)
    form = definition.form_for(task.form_id or "", actor())
    offer = offers(session(), [task.token_id]).get(task.token_id or "") if form is None else None
    return Opened(task, header, form, offer)
