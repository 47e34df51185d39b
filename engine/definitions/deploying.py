"""Deploys categories as immutable versions, reads them back, and writes them out as files."""

import hashlib
import threading
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import law
from engine.definitions import binding, catalogued, checking
from engine.definitions import category as reading
from engine.definitions.category import Definition, content_hash
from engine.errors import NotFound
from engine.instants import now
from engine.law import changing
from engine.permissions import Actor, require
from engine.templates import folders
from engine.templates.kinds import SUFFIXES as TEMPLATE_SUFFIXES
from models.category import Category, CategoryVersion, DefinitionFile
from models.staff import Team

DEFINITION_SUFFIXES = (".toml", ".bpmn", ".dmn", ".form", *TEMPLATE_SUFFIXES)

_loaded: dict[int, Definition] = {}
_loading = threading.Lock()


def files_of(folder: Path, letters: Path | None = None) -> dict[str, bytes]:
    """Return the files of a category folder and its letters, e-mails and text messages, as `deploy` takes them.

    They are read from `letters`, or from `doc_templates/<name>/` beside the folder's parent.
    """
    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder}.", remedy="Give the path of a category's folder.")
    letters = letters or folder.parent.parent / "doc_templates" / folder.name
    files = {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.suffix in DEFINITION_SUFFIXES}
    if letters.is_dir():
        files |= {
            f"letters/{p.name}": p.read_bytes() for p in sorted(letters.iterdir()) if p.suffix in TEMPLATE_SUFFIXES
        }
    return files


def deploy(
    session: Session, files: Mapping[str, bytes], *, by: Actor, note: str = "", rules_follow: int | None = None
) -> CategoryVersion:
    """Store `files` as the newest version of their category and use it for new cases.

    Diagrams are stored as they run: native, normalised and drawn; what needs no change is kept byte for byte.
    The same content again is the version that it already is. Teams that the category names are made. Rules that differ
    from those of the version before are published; `rules_follow` is the edition that they were made from.

    Raises:
        Invalid: the check found errors; `errors` gives each place with its sentence and remedy.
        Conflict: the rules were published since the version before, and these would take that back.
    """
    require(by, "deploy category")
    common = law.common_ids(session)
    known, shared = catalogued.names_for(session, files), folders.here(session)
    # In a limited process, before anything is read in this one.
    checking.require_fine(files, common=common, fields=known, shared=shared)
    native = checking.native_files(files, common=common, fields=known, shared=shared)
    return store(session, native, by=by, note=note, rules_follow=rules_follow)


def store(
    session: Session, files: Mapping[str, bytes], *, by: Actor, note: str = "", rules_follow: int | None = None
) -> CategoryVersion:
    """Store `files` that were checked; what the check cannot see, the runtime answers with an incident."""
    definition = reading.read(files)
    category = _category(session, definition)
    digest = content_hash(files)
    latest = _latest(session, category)
    if latest is not None and latest.content_hash == digest:
        category.current_version_id = latest.id
        return latest
    _publish_rules(session, definition, latest, by=by, note=note, rules_follow=rules_follow)
    folders.ship(session)
    version = CategoryVersion(
        category_id=category.id,
        number=latest.number + 1 if latest else 1,
        content_hash=digest,
        deployed_at=now(),
        deployed_by_id=by.user_id,
        note=note,
    )
    session.add(version)
    session.flush()  # its id goes into the rows of its files
    session.add_all(
        DefinitionFile(version_id=version.id, path=path, content=content, sha256=hashlib.sha256(content).hexdigest())
        for path, content in sorted(files.items())
    )
    category.current_version_id = version.id
    _make_teams(session, definition)
    session.flush()  # so that the next statement of the caller finds the version
    return version


def _publish_rules(
    session: Session,
    definition: Definition,
    latest: CategoryVersion | None,
    *,
    by: Actor,
    note: str,
    rules_follow: int | None,
) -> None:
    """Put the rules in force that a deployment brings, and the common ones where there are none yet."""
    changing.ship_common(session)
    content = definition.files.get(reading.RULES_FILE, b"")
    if not content.strip():
        return
    of_latest = DefinitionFile.version_id == (latest.id if latest is not None else None)
    before = session.scalar(select(DefinitionFile.content).where(of_latest, DefinitionFile.path == reading.RULES_FILE))
    changing.publish_deployed(
        session,
        definition.settings.key,
        content.decode(),
        before=bytes(before).decode() if before is not None else None,
        note=note,
        by=by,
        follows=rules_follow,
    )


def load(session: Session, version_id: int, *, catalogue: str | None = None) -> Definition:
    """Return the definition of a deployed version, parsed once per process.

    `catalogue` is the mark of its category's fields, as it was read with the case: they are part of it then.
    """
    found = _load(session, version_id)
    return binding.bound(session, found, catalogue) if catalogue else found


def _load(session: Session, version_id: int) -> Definition:
    found = _loaded.get(version_id)
    if found is not None:
        return found
    rows = session.execute(
        select(DefinitionFile.path, DefinitionFile.content).where(DefinitionFile.version_id == version_id)
    ).all()
    if not rows:
        raise NotFound(f"There is no version {version_id} of any category.")
    number = session.scalar(select(CategoryVersion.number).where(CategoryVersion.id == version_id)) or 0
    with _loading:
        if version_id not in _loaded:
            files = {path: bytes(content) for path, content in rows}
            definition = reading.read(files, version_id=version_id, version_number=number)
            _ = definition.specs  # parsed now, under the lock: the parser is not safe in two threads
            _loaded[version_id] = definition
    return _loaded[version_id]


def forget() -> None:
    """Drop the definitions that this process has parsed; tests that exchange the database need it."""
    _loaded.clear()
    binding.forget()


def pull(session: Session, key: str, folder: Path) -> list[Path]:
    """Write the current version of a category as files, so that a landlord can keep them in git."""
    category = session.scalar(select(Category).where(Category.key == key))
    if category is None or category.current_version_id is None:
        raise NotFound(f"There is no category “{key}”.")
    files = dict(load(session, category.current_version_id).files)
    edition = law.current(session).editions.get(key)
    if edition is not None:  # rules may have been published since that version
        files[reading.RULES_FILE] = law.text(session, edition).encode()
    written = []
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        written.append(target)
    return written


def _category(session: Session, definition: Definition) -> Category:
    settings = definition.settings
    category = session.scalar(select(Category).where(Category.key == settings.key))
    if category is None:
        category = Category(key=settings.key, reference_prefix=settings.reference_prefix, name="")
        session.add(category)
    category.name, category.description = settings.name, settings.description
    session.flush()  # its id goes into the version
    return category


def _latest(session: Session, category: Category) -> CategoryVersion | None:
    return session.scalar(
        select(CategoryVersion)
        .where(CategoryVersion.category_id == category.id)
        .order_by(CategoryVersion.number.desc())
        .limit(1)
    )


def _make_teams(session: Session, definition: Definition) -> None:
    names = {*definition.settings.teams.values(), *(e.lane for e in definition.elements.values() if e.lane)}
    known = set(session.scalars(select(Team.name).where(Team.name.in_(names))))
    for name in sorted(names - known):
        key = name.lower().replace(" ", "_")
        session.add(Team(key=key, name=name))
