"""Drafts: what analysts change in the studio before it is deployed. The database holds them, whole, file by file.

Nobody's work is overwritten unseen: a file is saved against the revision that was opened.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from engine import law
from engine.definitions import deploying
from engine.definitions.category import RULES_FILE, SETTINGS_FILE, read_settings
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.instants import now
from engine.permissions import Actor, require
from models.category import Category, CategoryVersion, DefinitionFile, Draft, DraftFile
from models.staff import User

PATH = re.compile(r"(letters/)?[A-Za-z0-9][A-Za-z0-9_-]{0,79}\.(bpmn|dmn|form|docx|email|sms|toml)")
KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
NOT_KEYS = frozenset(
    {"new", "imports", "rules", "templates", "try", law.COMMON}
)  # addresses of the studio's own pages, and the common book
LARGEST = 10 * 1024 * 1024  # bytes of one file
LARGEST_ALL = 25 * 1024 * 1024
MOST_FILES = 500


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as it was opened: `revision` is 0 while no draft of the category holds it."""

    path: str
    content: bytes
    revision: int
    changed_by: str = ""
    changed_at: datetime | None = None


def find(session: Session, key: str) -> Draft | None:
    """Return the draft of a category, if there is one."""
    return session.scalar(select(Draft).where(Draft.category_key == key))


def files(session: Session, key: str) -> dict[str, bytes]:
    """Return the files of the draft, else those of the version that new cases use, by path.

    Raises:
        NotFound: there is no such category, nor a draft of one.
    """
    if find(session, key) is not None:
        rows = select(DraftFile.path, DraftFile.content).where(DraftFile.category_key == key)
        return {path: bytes(content) for path, content in session.execute(rows.order_by(DraftFile.path))}
    return deployed_files(session, key)


def deployed_files(session: Session, key: str) -> dict[str, bytes]:
    """Return the files of the version that new cases use."""
    version_id = _current_version(session, key)
    if version_id is None:
        raise NotFound(f"There is no category “{key}”.")
    return files_of_version(session, version_id)


def files_of_version(session: Session, version_id: int) -> dict[str, bytes]:
    """Return the files of a deployed version."""
    rows = select(DefinitionFile.path, DefinitionFile.content).where(DefinitionFile.version_id == version_id)
    return {path: bytes(content) for path, content in session.execute(rows.order_by(DefinitionFile.path))}


def open_file(session: Session, key: str, path: str) -> Opened:
    """Return one file as the studio works on it.

    Raises:
        NotFound: the category has no such file.
    """
    row = _row(session, key, path)
    if row is not None:
        by = session.get(User, row.changed_by_id)
        return Opened(path, bytes(row.content), row.revision, by.name if by else "", row.changed_at)
    content = None if find(session, key) is not None else deployed_files(session, key).get(path)
    if content is None:
        raise NotFound(f"The category “{key}” has no file {path}.")
    return Opened(path, content, 0)


def begin(session: Session, key: str, *, by: Actor) -> Draft:
    """Return the draft of a category, begun with the files of its current version when there is none."""
    require(by, "change categories")
    found = find(session, key)
    if found is not None:
        return found
    content = deployed_files(session, key)
    edition = law.current(session).editions.get(key)
    if edition is not None:  # rules may have been published since that version
        content[RULES_FILE] = law.text(session, edition).encode()
    draft = Draft(
        category_key=key,
        base_version_id=_current_version(session, key),
        rules_edition=edition.number if edition is not None else 0,
        started_at=now(),
        started_by_id=_who(by),
    )
    session.add(draft)
    _add_files(session, key, content, by)
    session.flush()  # so that what follows in this transaction finds the draft
    return draft


def create(session: Session, new_files: Mapping[str, bytes], *, by: Actor) -> Draft:
    """Begin the draft of a category that does not exist yet; its key is what its category.toml says.

    Raises:
        Invalid: there is no category.toml, or its key is not one.
        Conflict: the category exists already.
    """
    require(by, "change categories")
    if SETTINGS_FILE not in new_files:
        raise Invalid(f"There is no {SETTINGS_FILE} among the files.", remedy="Add it, or begin with a new category.")
    key = read_settings(new_files[SETTINGS_FILE]).key
    if not KEY.fullmatch(key) or key in NOT_KEYS:
        sentence = f"“{key}” cannot be the key of a category: it takes lower-case words joined by _."
        raise Invalid(sentence, errors={"key": sentence}, remedy="Choose another.")
    if find(session, key) is not None or _current_version(session, key) is not None:
        raise Conflict(f"There is a category “{key}” already.", remedy="Choose another key, or change that category.")
    _require_allowed(new_files)
    draft = Draft(category_key=key, base_version_id=None, started_at=now(), started_by_id=_who(by))
    session.add(draft)
    _add_files(session, key, new_files, by)
    session.flush()  # so that what follows in this transaction finds the draft
    return draft


def save(session: Session, key: str, path: str, content: bytes, *, revision: int, by: Actor) -> int:
    """Save a file that was opened at `revision` and return its new revision; the same content again changes nothing.

    Raises:
        Conflict: somebody saved it since.
        Invalid: it is too large, or no file of a category.
    """
    begin(session, key, by=by)
    row = session.scalar(_selected(key, path).with_for_update())  # two who save at once do so one after the other
    if row is None:
        raise NotFound(f"The category “{key}” has no file {path} any more.", remedy="Somebody deleted it.")
    if bytes(row.content) == content:
        return row.revision
    if revision not in (row.revision, 0) or (revision == 0 and row.revision > 1):
        who = session.get(User, row.changed_by_id)
        raise Conflict(
            f"{who.name if who else 'Somebody'} saved {path} after you opened it.",
            remedy="Download your version, open the page again, and put your changes in.",
        )
    _require_allowed({path: content})
    row.content, row.revision = content, row.revision + 1
    row.changed_by_id, row.changed_at = _who(by), now()
    return row.revision


def put(session: Session, key: str, new_files: Mapping[str, bytes], *, by: Actor) -> list[str]:
    """Add files, or exchange those that are there, whatever their revision; return the paths that changed."""
    begin(session, key, by=by)
    _require_allowed({**files(session, key), **new_files})
    rows = {row.path: row for row in session.scalars(select(DraftFile).where(DraftFile.category_key == key))}
    changed = [path for path, content in new_files.items() if path not in rows or bytes(rows[path].content) != content]
    for path in changed:
        row = rows.get(path)
        if row is None:
            _add_files(session, key, {path: new_files[path]}, by)
        else:
            row.content, row.revision = new_files[path], row.revision + 1
            row.changed_by_id, row.changed_at = _who(by), now()
    session.flush()  # so that what follows in this transaction reads them
    return changed


def remove(session: Session, key: str, path: str, *, by: Actor) -> None:
    """Take a file out of the draft. The settings stay: without them it is no category."""
    begin(session, key, by=by)
    if path == SETTINGS_FILE:
        raise Invalid(f"{SETTINGS_FILE} cannot be deleted.", remedy="Change it instead.")
    row = _row(session, key, path)
    if row is None:
        raise NotFound(f"The category “{key}” has no file {path}.")
    session.delete(row)
    session.flush()  # so that what follows in this transaction does not find it


def discard(session: Session, key: str, *, by: Actor) -> None:
    """Throw the draft away: the studio shows the deployed version again, and a new category is gone."""
    require(by, "change categories")
    if find(session, key) is None:
        raise NotFound(f"There is no draft of “{key}”.")
    session.execute(delete(DraftFile).where(DraftFile.category_key == key))
    session.execute(delete(Draft).where(Draft.category_key == key))


def deploy(session: Session, key: str, *, note: str, by: Actor, over_newer: bool = False) -> CategoryVersion:
    """Deploy the draft as a new version and end it. Cases that run stay on theirs.

    Raises:
        Invalid: the check found errors, or the settings name another category.
        Conflict: another version was deployed since the draft was begun, and `over_newer` does not allow for it.
    """
    require(by, "deploy category")
    draft = find(session, key)
    if draft is None:
        raise NotFound(f"There is no draft of “{key}”.", remedy="Change something first.")
    if draft.base_version_id != _current_version(session, key) and not over_newer:
        raise Conflict(
            f"Another version of “{key}” was deployed after this draft was begun.",
            remedy="Compare the two, and deploy this one over it if it is right.",
        )
    content = files(session, key)
    named = read_settings(content[SETTINGS_FILE]).key
    if named != key:
        raise Invalid(f"The settings name the category “{named}”, and this is “{key}”.", remedy="Change the key back.")
    version = deploying.deploy(session, content, by=by, note=note, rules_follow=draft.rules_edition)
    discard(session, key, by=by)
    return version


def _current_version(session: Session, key: str) -> int | None:
    return session.scalar(select(Category.current_version_id).where(Category.key == key))


def _row(session: Session, key: str, path: str) -> DraftFile | None:
    return session.scalar(_selected(key, path))


def _selected(key: str, path: str) -> Select[DraftFile]:
    return select(DraftFile).where(DraftFile.category_key == key, DraftFile.path == path)


def _add_files(session: Session, key: str, new_files: Mapping[str, bytes], by: Actor) -> None:
    session.add_all(
        DraftFile(category_key=key, path=path, content=content, changed_by_id=_who(by), changed_at=now())
        for path, content in new_files.items()
    )


def _require_allowed(new_files: Mapping[str, bytes]) -> None:
    for path, content in new_files.items():
        if not PATH.fullmatch(path):
            raise Invalid(
                f"“{path[:100]}” cannot be the name of a file of a category.",
                remedy="Use letters, digits, _ and -, and one of: .bpmn, .dmn, .form, .docx, .email, .sms, .toml.",
            )
        if len(content) > LARGEST:
            raise Invalid(f"{path} has {len(content) / 1024 / 1024:.1f} MB; at most 10 MB are kept.")
    if len(new_files) > MOST_FILES or sum(map(len, new_files.values())) > LARGEST_ALL:
        raise Invalid(f"A category has at most {MOST_FILES} files and 25 MB.", remedy="Take out what is not needed.")


def _who(by: Actor) -> int:
    if by.user_id is None:
        raise NotAllowed("The platform itself changes no drafts.", remedy="Deploy the files instead.")
    return by.user_id
