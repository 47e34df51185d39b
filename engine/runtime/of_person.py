"""What stands for a step of a case where something is written to a person whom no case is about."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from sqlalchemy.orm import Session

from engine.instants import now
from engine.permissions import Actor
from engine.runtime.surroundings import Surroundings
from models.people import Person


class _Around(Surroundings):
    """The reserved names of a person's record: all that stands around a case but the case itself."""

    def __init__(self, place: Any, person_id: int) -> None:
        super().__init__(place)
        self._links = {"person": person_id}
        self._known |= {"case": None, "clocks": {}}


class OfPerson:
    """A place to write from without a case: what is filed is filed under the person, and told in their history."""

    def __init__(self, session: Session, person: Person, actor: Actor) -> None:
        self.session, self.actor, self.at = session, actor, now()
        self.case = SimpleNamespace(id=None, reference=person.reference, owner_id=None, restricted=False)
        self.definition = SimpleNamespace(version_id=None, settings=SimpleNamespace(key=""))
        self.surroundings = _Around(self, person.id)

    def note_event(self, event: str, payload: Mapping[str, Any]) -> None:
        """Tell of nothing here: whoever writes tells the history of the person."""
