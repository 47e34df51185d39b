"""What the service tasks that change a clock are given: which clock, on what ground, and when."""

from collections.abc import Callable
from datetime import date, datetime

from marshmallow import Schema, ValidationError, fields, validate

from engine.service_tasks.base import Call, ClockChange, Effects


def dated(text: str) -> None:
    """Refuse a text that is neither a date nor a date and time."""
    try:
        date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
    except ValueError:
        raise ValidationError("Give a date, such as 2026-12-03, or a date and time.") from None


def date_or_none(label: str, said: str) -> fields.String:
    """Return an input that takes a date or a date and time, or nothing."""
    metadata = {"label": label, "help": said, "is_date": True}
    return fields.String(load_default="", validate=_dated_or_empty, metadata=metadata)


def _dated_or_empty(text: str) -> None:
    if text:
        dated(text)


class OfClock(Schema):
    """Which clock of the case is meant."""

    rule = fields.String(
        required=True, metadata={"label": "Rule", "help": "such as complaint.stage1_response", "names": "rule"}
    )
    counts_from = date_or_none("The clock that counts from", "a date; else that of this rule which is due first")


class OnGround(OfClock):
    """Which clock, on which ground of its rule, and why."""

    ground = fields.String(
        load_default="", metadata={"label": "Ground", "help": "its id in the rule; else the one that has the reason"}
    )
    reason = fields.String(required=True, validate=validate.Length(min=1), metadata={"label": "Reason"})


def asking(action: str) -> Callable[[Call], Effects]:
    """Return what asks for a change of the clock that is meant; the clock's rule decides whether it is lawful."""

    def run(call: Call) -> Effects:
        named = {name: call.inputs[name] for name in ("ground", "reason", "at") if name in call.inputs}
        return Effects(clocks=(ClockChange(action, call.inputs["rule"], call.inputs["counts_from"], **named),))

    return run
