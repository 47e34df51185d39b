"""How the portal writes states, sizes and the values of fields."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import url_for
from flask.blueprints import BlueprintSetupState
from markupsafe import Markup, escape

from engine.case_subjects import About
from engine.definitions.category import Definition
from engine.documents.formats import write_money
from engine.forms import Field, typed
from engine.instants import london, now
from engine.permissions import may
from engine.search import FoundPerson
from webapp import words
from webapp.auth import actor
from webapp.filters import until

LARGEST_AMOUNT = 10**15  # a larger number was worked out wrongly, and is shown as it is
END_OF_DAY = time(23, 59)  # an instant so late stands for its day


def register(state: BlueprintSetupState) -> None:
    """Give templates what every page of the portal writes with."""
    state.app.jinja_env.globals.update(
        allowed=allowed,
        by_day=by_day,
        case_address=case_address,
        due_state=due_state,
        task_address=task_address,
        pairs=pairs,
        same_pairs=same_pairs,
        subjects_of=subjects_of,
        subject_texts=subject_texts,
        faults_of=faults_of,
    )
    state.app.jinja_env.filters.update(size=size, moment=moment, moment_within=moment_within, greeting=greeting)
    state.app.jinja_env.filters["capitalize_first"] = capitalize_first


def allowed(verb: str) -> bool:
    """Say whether the member of staff may do `verb`, so that a page offers no more than they can have."""
    return may(actor(), verb)


def due_state(due_at: datetime | None, amber_at: datetime | None = None) -> str:
    """Return how a deadline stands now: overdue, warning (also when due today), on_target, or none without one."""
    if due_at is None:
        return "none"
    if due_at < now():
        return "overdue"
    is_today = london(due_at).date() == london(now()).date()
    return "warning" if is_today or (amber_at is not None and amber_at <= now()) else "on_target"


class ByDay(NamedTuple):
    """By when something is to be done, as pages write it: how far off, the day, for machines, how it stands."""

    phrase: str
    day: str
    iso: str
    state: str


def by_day(due_at: datetime, amber_at: datetime | None = None) -> ByDay:
    """Return how a deadline is written; lists ask for it line by line."""
    state = due_state(due_at, amber_at)
    return ByDay(until(due_at), words.near_day(due_at), due_at.isoformat(), state.replace("_", "-"))


def task_address(task_id: int) -> str:
    """Return the address of a task: for lists, in which `url_for` takes longer than all the rest of a line."""
    return f"/tasks/{task_id}"


def case_address(reference: str) -> str:
    """Return the address of a case, for lists."""
    return f"/cases/{quote(reference, safe='')}"


def pairs(rows: Iterable[Any], value: str, text: str) -> list[tuple[Any, str]]:
    """Return (value, text) of rows, as a select takes them."""
    return [(getattr(row, value), getattr(row, text)) for row in rows]


def same_pairs(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Return each text twice, as a select takes it when the value is what people read."""
    return [(text, text) for text in texts]


def faults_of(errors: Mapping[str, str], places: Mapping[str, str]) -> list[dict[str, str]]:
    """Return faults as the error summary takes them; `places` gives the id of a field that is not called so."""
    return [{"text": text, "href": f"#{places[name]}" if name in places else ""} for name, text in errors.items()]


def subjects_of(found: FoundPerson) -> list[str]:
    """Return what a case about a person is about: the person, and the tenancy that they live in now."""
    return [f"person:{found.person.id}", *([f"tenancy:{found.tenure.id}"] if found.tenure else [])]


def subject_texts(about: About) -> list[str]:
    """Return what a case is about, as the address that starts another one carries it on."""
    kinds = (("person", about.people), ("tenancy", about.tenancies), ("home", about.homes))
    return [f"{kind}:{row.id}" for kind, rows in kinds for row in rows if (kind, row.id) in about.roles]


def size(count: int) -> str:
    """Write 38 KB or 2.4 MB."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} KB"
    return f"{count / 1_000_000:.1f} MB"


def moment(at: datetime) -> str:
    """Write today at 2:05pm, yesterday at 10am, else the day with the time."""
    days = (london(now()).date() - london(at).date()).days
    near = {0: "Today", 1: "Yesterday"}.get(days)
    written = words.instant(at)
    return f"{near} at {written.rpartition(' at ')[2]}" if near else written


def moment_within(at: datetime) -> str:
    """Write the same within a sentence: today at 2:05pm."""
    written = moment(at)
    return written[:1].lower() + written[1:]


def greeting(at: datetime) -> str:
    """Write Good morning, Good afternoon or Good evening."""
    hour = london(at).hour
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def summary_rows(definition: Definition, stored: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the fields that the category puts first and that have a value, as `summary_list` takes them."""
    written = [(key, value_of(definition, key, stored.get(key))) for key in definition.settings.summary_fields]
    return [{"key": label_of(definition, key), "value": value} for key, value in written if value]


def capitalize_first(text: str) -> str:
    """Return a text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def label_of(definition: Definition, key: str) -> str:
    """Return what a field is called, or its key in words."""
    field = definition.fields.get(key)
    return field.label if field and field.label else key.replace("_", " ").strip().capitalize()


def value_of(definition: Definition, key: str, value: Any, files: Mapping[str, str] | None = None) -> str | Markup:
    """Return the stored value of a field as people read it: choices by their label, days in words, lists line by line.

    `files` gives the titles of documents by id, for fields that hold files.
    """
    return value_in(definition.fields, key, value, files)


def value_in(known: Mapping[str, Field], key: str, value: Any, files: Mapping[str, str] | None = None) -> str | Markup:
    """Return the same for a field among those that are known by path."""
    return _written(known, key, known.get(key), value, files or {})


def _written(
    known: Mapping[str, Field], key: str, field: Field | None, value: Any, files: Mapping[str, str]
) -> str | Markup:
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Mapping):
        return _lines([_members(known, key, value, files)])
    if isinstance(value, list):
        return _list(known, key, field, value, files)
    kind = field.type if field else "text"
    if kind in ("choice", "multiple_choice"):
        return _label(field, value)
    if field is not None and field.prefix == "£" and _is_amount(value):
        return write_money(value)
    if kind == "long_text":
        return Markup('<span class="cw-pre">{}</span>').format(value)
    return _plain(kind, value)


def _is_amount(value: Any) -> bool:
    return isinstance(value, Decimal | int) and -LARGEST_AMOUNT < value < LARGEST_AMOUNT


def _plain(kind: str, value: Any) -> str:
    kind = _told_kind(kind, value)
    found = typed(kind, value) if kind in ("date", "datetime") else value
    if isinstance(found, datetime):
        return words.day(found) if london(found).time() >= END_OF_DAY else words.instant(found)
    if isinstance(found, date):
        return words.day(found)
    if isinstance(found, Decimal | int):
        return f"{found:,}"
    return str(found)


def _told_kind(kind: str, value: Any) -> str:
    """Return the kind of a value that was worked out; it is told by how it is written."""
    if kind not in ("any", "text") or not isinstance(value, str):
        return kind
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d\S*", value):
        return "datetime"
    return "date" if kind == "any" and re.fullmatch(r"\d{4}-\d\d-\d\d", value) else kind


def _list(
    known: Mapping[str, Field], key: str, field: Field | None, value: list[Any], files: Mapping[str, str]
) -> str | Markup:
    if field is not None and field.type == "file":
        return _lines([_file(str(entry), files) for entry in value])
    if any(isinstance(entry, Mapping) for entry in value):
        return _lines([_members(known, f"{key}[]", entry, files) for entry in value])
    return ", ".join(_label(field, entry) for entry in value)


def _members(known: Mapping[str, Field], key: str, value: Any, files: Mapping[str, str]) -> Markup:
    """Return the parts of a row or group in one line: Damage: broken latch; Cost: 120."""
    if not isinstance(value, Mapping):
        return escape(value)
    parts = []
    for name, inner in value.items():
        path = f"{key}.{name}"
        field = known.get(path)
        written = _written(known, path, field, inner, files)
        if written:
            label = field.label if field and field.label else name.replace("_", " ").capitalize()
            parts.append(Markup("<span class='cw-muted'>{}:</span> {}").format(label, written))
    return Markup("; ").join(parts)


def _file(document_id: str, files: Mapping[str, str]) -> Markup:
    if not document_id.isdigit():
        return escape(document_id)
    address = url_for("portal.documents.page", document_id=int(document_id))
    return Markup('<a href="{}">{}</a>').format(address, files.get(document_id, f"Document {document_id}"))


def _lines(entries: list[Markup]) -> Markup:
    if len(entries) == 1:
        return entries[0]
    return Markup('<ul class="cw-lines">{}</ul>').format(
        Markup("").join(Markup("<li>{}</li>").format(e) for e in entries)
    )


def _label(field: Field | None, value: Any) -> str:
    for option in field.options if field else ():
        if option.value == value:
            return str(getattr(option.label, "source", option.label))
    return str(value).replace("_", " ").capitalize() if field is not None else str(value)
