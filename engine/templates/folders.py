"""Shared templates as files: what ships, what `casewright deploy` takes, and what `casewright pull` writes."""

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import tomlkit
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid, NotFound
from engine.instants import today
from engine.permissions import PLATFORM, Actor, require
from engine.templates import current, storing
from engine.templates.kinds import KINDS, named, path_of
from models.templates import SharedTemplate, SharedTemplateVersion

TITLES_FILE = "templates.toml"  # its presence says that a folder holds shared templates
SHIPPED = Path(__file__).parents[2] / "doc_templates" / "common"
FIRST_DAY = date(2000, 1, 1)  # what ships is in force for whatever day is asked

Titles = Mapping[str, Mapping[str, str]]  # path to title and description


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder of shared templates, by their path in it. Raises NotFound."""
    if not (folder / TITLES_FILE).is_file():
        raise NotFound(
            f"The folder {folder} holds no shared templates: it has no {TITLES_FILE}.",
            remedy="Give the path of a folder with one; it may be empty.",
        )
    paths = [folder / TITLES_FILE]
    for kind in KINDS.values():
        paths += sorted((folder / kind.folder).glob(f"*{kind.suffix}"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@cache
def shipped() -> dict[str, bytes]:
    """Return the shared templates as they ship; those in force may be others."""
    return files_of(SHIPPED)


def templates_in(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the templates among files, without what tells about them."""
    return {path: content for path, content in files.items() if path != TITLES_FILE}


def titles_in(files: Mapping[str, bytes]) -> Titles:
    """Return what a folder says of its templates' titles and descriptions. Raises Invalid."""
    try:
        said = tomllib.loads(files.get(TITLES_FILE, b"").decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{TITLES_FILE} cannot be read: {error}.", remedy="Correct the line that it names.") from error
    found = {}
    for folder, entries in said.items():
        for key, entry in entries.items() if isinstance(entries, dict) else ():
            if not isinstance(entry, dict):
                raise Invalid(
                    f"{TITLES_FILE} says “{folder}.{key}” in a way that it cannot be read.",
                    remedy=f'Write [{folder}.{key}], and below it title = "…" and description = "…".',
                )
            found[f"{folder}/{key}"] = {name: str(entry.get(name, "")) for name in ("title", "description")}
    return found


def ship(session: Session) -> None:
    """Publish the shared templates that came with this release and that nobody has under their names here."""
    known = {path_of(kind, key) for kind, key in session.execute(select(SharedTemplate.kind, SharedTemplate.key))}
    titles = titles_in(shipped())
    for path, content in templates_in(shipped()).items():
        if path not in known:
            kind, key = named(path)
            told = titles.get(path.rpartition(".")[0], {})
            made = storing.save(session, kind, key, content, by=PLATFORM, note="As shipped", origin="shipped", **told)
            storing.put_in_force(session, made, by=PLATFORM, start=FIRST_DAY)


def here(session: Session) -> dict[str, bytes]:
    """Return what a category deployed today may use: what is in force, and what ships and comes with it."""
    known = {path_of(kind, key) for kind, key in session.execute(select(SharedTemplate.kind, SharedTemplate.key))}
    coming = {path: content for path, content in templates_in(shipped()).items() if path not in known}
    return {**coming, **current.files(session, today())}


def deploy(
    session: Session, files: Mapping[str, bytes], *, by: Actor, note: str = "", effective_from: date | None = None
) -> list[SharedTemplateVersion]:
    """Publish the files that differ from what was published of their templates last; return the versions made.

    All or none: what was published in the studio since is not taken back. A file that is what an earlier version said
    travelled along unchanged, and is left alone.

    Raises:
        Invalid: a path is no template's, or a check found errors; `errors` gives each place with its sentence.
        Conflict: both the files and a publication in the studio changed a template.
    """
    require(by, "deploy category")
    titles, start, made = titles_in(files), effective_from or today(), []
    storing.require_days(start)
    for path, content in sorted(templates_in(files).items()):
        kind, key = named(path)
        if _is_news(session, kind, key, content):
            told = titles.get(path.rpartition(".")[0], {})
            version = storing.save(session, kind, key, content, by=by, note=note, origin="deployed", **told)
            made.append(storing.put_in_force(session, version, by=by, start=start))
    for version in made:  # all of them are in force now: they may include one another
        storing.require_sound(session, version)
    return made


def pull(session: Session, folder: Path) -> list[Path]:
    """Write the shared templates in force today as files, so that a landlord can keep them in git."""
    contents = current.files(session, today())
    written = []
    for path, content in {TITLES_FILE: _titles(session, contents), **contents}.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        written.append(target)
    return written


def _titles(session: Session, contents: Mapping[str, bytes]) -> bytes:
    columns = (SharedTemplate.kind, SharedTemplate.key, SharedTemplate.title, SharedTemplate.description)
    told: dict[str, dict[str, dict[str, str]]] = {}
    for row in session.execute(select(*columns).order_by(SharedTemplate.kind, SharedTemplate.key)):
        if path_of(row.kind, row.key) in contents:
            folder = told.setdefault(KINDS[row.kind].folder, {})
            folder[row.key] = {"title": row.title, "description": row.description}
    return tomlkit.dumps(told).encode()


def _is_news(session: Session, kind: str, key: str, content: bytes) -> bool:
    """Say whether a file is to be published. Raises Conflict when that would take back what the studio published."""
    template = storing.find(session, kind, key)
    published = [v for v in storing.versions(session, template) if v.published_at] if template is not None else []
    digest = hashlib.sha256(content).hexdigest()
    if any(version.sha256 == digest for version in published):
        return False
    if published and published[0].origin == "saved":
        raise Conflict(
            f"Version {published[0].number} of “{key}” was published in the studio, and this deployment would take "
            "that back.",
            remedy="Pull the shared templates, make your change in what was pulled, and deploy that.",
        )
    return True
