"""What a step of a case writes to the shared record."""

from typing import TYPE_CHECKING, Any

from engine.definitions.elements import Element
from engine.errors import Invalid, StepFailed
from engine.permissions import PLATFORM
from engine.record import changing
from engine.record.changing import Why
from engine.record.kinds import KINDS, parts_of
from engine.record.schemas.base import parsed_day
from engine.service_tasks.base import RecordWrite

if TYPE_CHECKING:
    from engine.runtime.step import Step


def apply(step: "Step", write: RecordWrite, element: Element) -> dict[str, Any]:
    """Write to what the case is about; return the number and revision for the element's output mappings.

    The diagram was deployed by somebody who may: no verb is asked of the officer whose answer leads here.

    Raises:
        StepFailed: the case is about no such thing, or nothing of that kind can be added to it.
        Invalid: a value cannot be kept; the sentence names it.
    """
    entity_id = step.surroundings.entity_id(write.entity)
    if entity_id is None:
        raise StepFailed(
            f"This case is about no {write.entity}.", remedy=f"Link a {write.entity} to the case, then try again."
        )
    why = Why(step.actor, write.reason, step.case.id, is_drawn=True)
    try:
        row = _written(step, write, entity_id, why)
    except Invalid as error:
        sentences = " ".join(f"{name}: {sentence}" for name, sentence in error.errors.items())
        raise Invalid(f"{error.message} {sentences}".strip(), errors=error.errors, remedy=error.remedy) from error
    step.surroundings.forget()
    entity = changing.found_entity(step.session, write.entity, entity_id, by=PLATFORM)
    told = {"entity": write.entity, "entity_id": entity_id, "reference": entity.reference, "revision": entity.revision}
    step.note_event("record_updated", told | {"part": write.part, "reason": write.reason, "element_id": element.id})
    return {"id": row.id, "revision": entity.revision}


def _written(step: "Step", write: RecordWrite, entity_id: int, why: Why) -> Any:
    if write.ends:
        on = parsed_day(write.on) if write.on else None
        return changing.end(step.session, write.entity, entity_id, on=on, why=why)
    if not write.part:
        return changing.change(step.session, write.entity, entity_id, write.values, why=why)
    kind = KINDS.get(write.part)
    possible = parts_of(write.entity)
    if kind not in possible:
        raise StepFailed(
            f"A {write.entity} has no part “{write.part}”.",
            remedy=f"It has: {', '.join(part.key for part in possible)}.",
        )
    return changing.create(step.session, write.part, write.values, owner=(write.entity, entity_id), why=why)
