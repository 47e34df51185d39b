"""How a member of staff wants to be told: read it, change it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine.errors import Invalid, NotAllowed
from engine.instants import now
from engine.permissions import Actor
from engine.reminders.delivery import COLUMNS, KINDS, TEAM_WAYS, WAYS, Preference
from models.telling import NotificationPreference

HOURS = range(24)


def of(session: Session, user_id: int) -> Preference:
    """Return how a member of staff wants to be told."""
    return Preference.of(session.get(NotificationPreference, user_id))


def change(session: Session, values: Mapping[str, Any], *, by: Actor) -> Preference:
    """Change how the actor is told; what is not among `values` stays. Each is named as in `Preference`.

    Raises:
        Invalid: one sentence for each field.
    """
    if by.user_id is None:
        raise NotAllowed("Only a member of staff is told anything.")
    row = session.get(NotificationPreference, by.user_id)
    before = Preference.of(row)
    wanted = {name: values.get(name, getattr(before, name)) for name in COLUMNS}
    errors = {name: "This is no preference" for name in values if name not in COLUMNS} | _faults(wanted)
    if errors:
        raise Invalid("Your preferences cannot be kept so.", errors=errors)
    preference = Preference(**wanted)
    if row is None:
        row = NotificationPreference(user_id=by.user_id)
        session.add(row)
    for name, value in wanted.items():
        setattr(row, name, value)
    row.digest_at = preference.next_digest(now())
    return preference


def _faults(wanted: Mapping[str, Any]) -> dict[str, str]:
    errors = {kind: "Choose one of the three" for kind in KINDS if wanted[kind] not in WAYS}
    if wanted["team"] not in TEAM_WAYS:
        errors["team"] = "Choose one of the four"
    if not _is_hour(wanted["digest_hour"]):
        errors["digest_hour"] = "Choose an hour from 0 to 23"
    quiet = [wanted["quiet_from"], wanted["quiet_to"]]
    if quiet != [None, None] and not all(map(_is_hour, quiet)):
        errors["quiet_from"] = "Choose both hours, or neither"
    if not isinstance(wanted["at_weekends"], bool):
        errors["at_weekends"] = "Choose yes or no"
    return errors


def _is_hour(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in HOURS
