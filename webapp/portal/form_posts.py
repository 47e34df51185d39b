"""What every page with a form of the category does: read what was posted, keep its files, draw it again."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select

from engine import filing
from engine.definitions.category import Definition
from engine.errors import Invalid
from engine.filing.places import Place
from engine.forms import Field, Form
from models.database import from_json, to_json
from models.document import Document
from webapp import uploads
from webapp.auth import actor
from webapp.database import session
from webapp.forms import Posted, StoredFile, answers_from


@dataclass
class Sent:
    """What a page sent: `typed` as it was typed, for drawing it again; `posted` to go on with."""

    posted: Posted
    typed: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)


def is_refresh() -> bool:
    """Say whether a button asked for the form again, with a row more or fields that an answer changed."""
    return request.form.get("_command", "").partition(":")[0] in ("add", "remove", "update")


def sent(form: Form) -> Sent:
    """Return what was posted on a form of a category."""
    posted = answers_from(form, request.form, request.files)
    return Sent(posted, copy.deepcopy(posted.answers))


def keep_files(sent: Sent, case_id: int | None) -> list[int]:
    """Keep the files that were sent, put their ids into the answers, and return the ids.

    A file that is refused becomes the error of its field.
    """
    kept: list[int] = []
    for path, files in sent.posted.uploads.items():
        ids = []
        for upload in files:
            try:
                received = uploads.receive(upload, Place(case_id), kind="evidence")
                ids.append(filing.file(session(), received, Place(case_id), kind="evidence", by=actor()))
            except Invalid as error:
                sent.errors[path] = f"{error.message} {error.remedy}".strip()
        sent.posted.attach(path, [str(document_id) for document_id in ids])
        kept += ids
    return kept


def stored_files(definition: Definition, *value_sets: Mapping[str, Any] | None) -> dict[str, StoredFile]:
    """Return the files that these field values name, by id, for showing them in a form."""
    return files_of(definition.fields, *value_sets)


def files_of(known: Mapping[str, Field], *value_sets: Mapping[str, Any] | None) -> dict[str, StoredFile]:
    """Return the same where the fields are known by path."""
    keys = {key.split("[")[0].split(".")[0] for key, item in known.items() if item.type == "file"}
    ids = {text for values in value_sets for key in keys for text in _ids((values or {}).get(key))}
    if not ids:
        return {}
    wanted = [int(text) for text in ids if len(text) < 16]
    rows = session().execute(select(Document.id, Document.title).where(Document.id.in_(wanted)))
    return {str(row.id): StoredFile(row.title, url_for("portal.documents.page", document_id=row.id)) for row in rows}


def drawn(template: str, parts: Mapping[str, Any]) -> Markup:
    """Return one of our own templates, which escape what they are given, as HTML for another one."""
    return Markup(render_template(template, **parts))  # noqa: S704


def _ids(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return {text for inner in value.values() for text in _ids(inner)}
    if isinstance(value, list):
        return {text for inner in value for text in _ids(inner)}
    return {str(value)} if isinstance(value, int | str) and str(value).isdecimal() else set()


def seen_text(values: Mapping[str, Any]) -> str:
    """Return field values as the page keeps them: what the officer saw when the form was opened."""
    return to_json(dict(values))


def seen_values() -> dict[str, Any]:
    """Return what the posted page says that its officer saw."""
    try:
        found = from_json(request.form.get("_seen", "{}"))
    except ValueError as error:
        raise Invalid("The page was changed on its way here.", remedy="Reload it and send it again.") from error
    return found if isinstance(found, dict) else {}
