"""Categories: list, look at with versions, deploy a new version."""

import re
from typing import Any

from flask import request
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from engine import law
from engine.case_list import categories as in_use
from engine.definitions import catalogued, category, checking, deploying, elsewhere
from engine.errors import Invalid, NotFound
from engine.templates import folders
from engine.templates.kinds import SUFFIXES
from models.case import Case
from models.category import Category, CategoryVersion
from webapp.access import requires
from webapp.api.idempotency import idempotent
from webapp.api.resource import FORM, Resource
from webapp.api.schemas.categories import CategoryListSchema, DeployedSchema, NewVersion, WholeCategorySchema
from webapp.api.uploads import MANY_FILES
from webapp.auth import actor
from webapp.database import session

resource = Resource("categories", __name__, "Kinds of case, and their deployed versions.")

_NAME = re.compile(r"(?:letters/)?[A-Za-z0-9][A-Za-z0-9_.\- ]{0,120}")  # it becomes the name of a file when pulled


@resource.get("/categories")
@requires("see categories")
@resource.response(200, CategoryListSchema)
def find() -> Any:
    """List the kinds of case that can be started."""
    numbers = {row.id: row.number for row in session().execute(select(CategoryVersion.id, CategoryVersion.number))}
    return {"items": [{**row._asdict(), "version": numbers[row.current_version_id]} for row in in_use(session())]}


@resource.get("/categories/<key>")
@requires("see categories")
@resource.response(200, WholeCategorySchema)
def one(key: str) -> Any:
    """Show a kind of case with its versions, the latest first, and how many open cases run on each."""
    found = session().scalar(select(Category).where(Category.key == key, Category.current_version_id.is_not(None)))
    if found is None:
        raise NotFound(f"There is no category “{key[:80]}”.")
    versions = [_version(row, found) for row in _versions(found.id)]
    current = next(version["number"] for version in versions if version["is_current"])
    told = {"key": found.key, "name": found.name, "description": found.description}
    return {**told, "version": current, "versions": versions}


@resource.post("/categories/<key>/versions")
@requires("deploy category")
@idempotent
@resource.doc(requestBody=MANY_FILES)
@resource.arguments(NewVersion, location=FORM)
@resource.response(201, DeployedSchema)
def deploy(given: dict[str, Any], key: str) -> Any:
    """Check the files of a category and deploy them as its newest version, on which new cases then run.

    Errors are told with 422, one for each place; warnings come with the answer. Running cases stay on their version.
    """
    files = _files(request.files.getlist("files"))
    common = law.common_ids(session())
    fields = catalogued.names_for(session(), files)
    shared = folders.here(session())
    # Before this process reads any; `deploy` finds the answer kept.
    checking.require_fine(files, common=common, fields=fields, shared=shared)
    _require_key(files, key)
    version = deploying.deploy(session(), files, by=actor(), note=given["note"])
    unknown = [("", fault) for fault in elsewhere.unknown_categories(session(), version)]
    found = [*checking.check_files(files, common=common, fields=fields, shared=shared).faults, *unknown]
    faults = [{"file": file, **{name: getattr(fault, name) for name in fault.__slots__}} for file, fault in found]
    columns = ("number", "content_hash", "deployed_at", "note")
    return {name: getattr(version, name) for name in columns} | {"category": key, "faults": faults}


def _files(uploads: list[FileStorage]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for upload in uploads:
        name = upload.filename or ""
        if name.endswith(SUFFIXES) and "/" not in name:
            name = f"letters/{name}"
        if not _NAME.fullmatch(name) or ".." in name or name in files:
            raise _refused(f"“{name[:80]}” is no name of a file of a category, or is there twice.")
        files[name] = upload.read()
    if not files:
        raise _refused("There are no files. Send each as a part `files` of multipart/form-data, with its name.")
    return files


def _require_key(files: dict[str, bytes], key: str) -> None:
    """Refuse the files of another category than the address names."""
    found = category.read_settings(files[category.SETTINGS_FILE]).key
    if found != key:
        raise _refused(f"{category.SETTINGS_FILE} says key = “{found[:80]}”, and the address says “{key[:80]}”.")


def _refused(sentence: str) -> Invalid:
    return Invalid("The files cannot be deployed.", errors={"files": sentence})


def _versions(category_id: int) -> Any:
    open_cases = (
        select(func.count()).where(Case.version_id == CategoryVersion.id, Case.status == "open").scalar_subquery()
    )
    statement = select(CategoryVersion, open_cases.label("open_cases"))
    return session().execute(
        statement.where(CategoryVersion.category_id == category_id).order_by(CategoryVersion.number.desc())
    )


def _version(row: Any, found: Category) -> dict[str, Any]:
    version = row.CategoryVersion
    columns = {name: getattr(version, name) for name in ("number", "content_hash", "deployed_at", "note")}
    return columns | {"is_current": version.id == found.current_version_id, "open_cases": row.open_cases}
