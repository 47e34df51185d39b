"""The fields of a form of the record, made of a kind's marshmallow schema: what each asks, and how it is read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from marshmallow import fields
from marshmallow.validate import Length, OneOf
from sqlalchemy.orm import Session

from engine.permissions import Actor
from engine.record.codes import TENURES
from engine.record.kinds import Kind
from engine.record.naming import name_of
from engine.record.schemas.base import Pounds
from models.people import Organisation
from webapp.record import lookups
from webapp.record.labels import SCHEMAS, label_of

LONG = 500  # from so many characters on, a text has several lines
EMPTY: tuple[Any, ...] = ("", None, [])
NEVER = frozenset({"document_id", "characteristics", "tenure_type_name", "ended_on"})
HINTS = {
    "reference": "Leave it empty to be given one.",
    "address_lines": "Without the postcode, one part a line.",
    "national_insurance_number": "Like QQ 12 34 56 C.",
    "contact_hours": "When it is safe or welcome.",
    "amount": "In pounds, like 112.40. A payment is less than nothing: -112.40.",
    "latitude": "In degrees, like 51.5074.",
    "longitude": "In degrees, like -0.1278.",
}
LOOKUP_HINTS = {
    "person": "Their reference, or their whole name.",
    "home": "Its reference, or its address.",
    "tenancy": "Its reference.",
}


@dataclass(frozen=True, slots=True)
class Input:
    """One question of a form: `name` as it is sent, and what kind of answer it takes."""

    name: str
    column: str
    label: str
    kind: str  # text, lines, address, long, day, choice, yes_no, number, money, lookup
    is_required: bool = False
    hint: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)
    refers: str = ""
    may_be_empty: bool = True  # a choice may be taken back


def inputs_of(session: Session, kind: Kind, *, without: Collection[str] = ()) -> list[Input]:
    """Return what a form of this kind asks, in the order of its schema; how it ends is asked by another."""
    left_out = NEVER | {kind.ends_by, *without}
    return [
        _input(session, kind.key, column, one)
        for column, one in SCHEMAS[kind.key].fields.items()
        if not one.dump_only and column not in left_out
    ]


def shown(session: Session, inputs: Collection[Input], row: Any, *, by: Actor) -> dict[str, Any]:
    """Return the values of a row as its form shows them: days in three parts, others by their references."""
    found: dict[str, Any] = {}
    for one in inputs:
        value = getattr(row, one.column)
        if one.kind == "day":
            found |= day_parts(one.name, value)
        elif one.kind == "lookup":
            found[one.name] = lookups.written(session, one.refers, value, by=by)
        elif one.kind == "lines":
            found[one.name] = "\n".join(str(line) for line in value or ())
        else:
            found[one.name] = "" if value is None else value
    return found


def sent(
    session: Session, inputs: Collection[Input], typed: Mapping[str, str], *, by: Actor
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values that a form sends, as its schema takes them, and a sentence for each that names nothing."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for one in inputs:
        text = str(typed.get(one.name, "")).replace("\r\n", "\n").strip()
        match one.kind:
            case "day":
                values[one.name] = _day(one.name, typed)
            case "yes_no":
                values[one.name] = one.name in typed
            case "lines":
                values[one.name] = [line.strip(" ,") for line in text.splitlines() if line.strip(" ,")]
            case "number":
                values[one.name] = int(text) if text.removeprefix("-").isdecimal() else text or None
            case "money":
                values[one.name] = text.replace("£", "").replace(",", "") or None
            case "choice" if one.refers:
                values[one.name] = int(text) if text.isdecimal() and len(text) < 16 else None
            case "address":
                values[one.name] = ", ".join(part.strip(" ,") for part in text.splitlines() if part.strip(" ,"))
            case "lookup":
                values[one.name], errors[one.name] = lookups.found(session, one.refers, text, by=by)
            case _:
                values[one.name] = text
    errors |= {
        one.name: "This is required."
        for one in inputs
        if one.is_required and values[one.name] in EMPTY and not errors.get(one.name)
    }
    return _meant(inputs, values), {name: sentence for name, sentence in errors.items() if sentence}


def day_parts(name: str, value: date | None) -> dict[str, str]:
    """Return a day as the three boxes of its question."""
    parts = (("day", value.day), ("month", value.month), ("year", value.year)) if value is not None else ()
    return {f"{name}-{part}": str(number) for part, number in parts}


def _meant(inputs: Collection[Input], values: dict[str, Any]) -> dict[str, Any]:
    """Leave out choices that were not made and cannot be taken back: they take what is usual."""
    unmade = {one.name for one in inputs if values[one.name] in ("", None) and not one.may_be_empty}
    return {name: value for name, value in values.items() if name not in unmade}


def _input(session: Session, kind: str, column: str, one: Any) -> Input:
    refers = str(one.metadata.get("refers", ""))
    name, label = one.data_key or column, label_of(kind, column)
    hint = HINTS.get(column, "") if kind != "charge" or column != "amount" else "In pounds, like 112.40."
    if refers == "organisation":
        return Input(name, column, label, "choice", one.required, hint, _organisations(session), refers)
    if refers:
        return Input(name, column, label, "lookup", one.required, LOOKUP_HINTS[refers], refers=refers)
    if "words" in one.metadata:
        options = list(one.metadata["words"].items())
        empty = any("" in check.choices for check in one.validators if isinstance(check, OneOf))
        return Input(name, column, label, "choice", one.required, hint, options, may_be_empty=empty)
    if (kind, column) == ("tenancy", "tenure_type"):
        return Input(name, column, label, "choice", one.required, hint, list(TENURES.items()))
    if (kind, column) == ("contact_detail", "value"):
        return Input(name, column, label, "address", one.required, "An address with its postcode on the last line.")
    return Input(name, column, label, _answer(one), one.required, hint)


def _answer(one: Any) -> str:
    match one:
        case fields.Date():
            return "day"
        case fields.Boolean():
            return "yes_no"
        case Pounds():
            return "money"
        case fields.Integer():
            return "number"
        case fields.List():
            return "lines"
        case fields.String() if any(isinstance(check, Length) and (check.max or 0) >= LONG for check in one.validators):
            return "long"
    return "text"


def _day(name: str, typed: Mapping[str, str]) -> str | None:
    year, month, day = (str(typed.get(f"{name}-{part}", "")).strip() for part in ("year", "month", "day"))
    return f"{year.zfill(4)}-{month.zfill(2)}-{day.zfill(2)}" if year or month or day else None


def _organisations(session: Session) -> list[tuple[str, str]]:
    rows = session.query(Organisation).where(Organisation.ended_on.is_(None)).order_by(Organisation.name).limit(1_000)
    return [(str(row.id), name_of("organisation", row)) for row in rows]
