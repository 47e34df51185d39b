"""Which letters use a field: of every category as new cases use it, and of the shared templates in force."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from engine import templates
from engine.documents.tags import Problem
from engine.documents.templates import inspect
from engine.instants import today
from engine.templates import current
from engine.templates.including import names_in
from engine.templates.kinds import INCLUDED, SUFFIXES, own
from models.category import Category, DefinitionFile

MOST_KEPT = 5_000  # templates whose fields are remembered

# By the digest of a template: its fields, and the blocks that it includes.
_known: OrderedDict[str, tuple[tuple[str, ...], tuple[str, ...]]] = OrderedDict()
_keeping = threading.Lock()


@dataclass(frozen=True, slots=True)
class Letter:
    """A template that is in use: a category's, by its `path`, or a shared one, by its kind and key."""

    category: str  # its key; "" for a shared one
    category_name: str
    path: str
    kind: str
    key: str
    title: str
    sha256: str
    fields: tuple[str, ...]
    includes: tuple[str, ...] = ()  # names of blocks, itself


@dataclass(frozen=True, slots=True)
class Use:
    """A letter that uses what was asked for, and by which names."""

    letter: Letter
    paths: tuple[str, ...]


def uses(session: Session, asked: str) -> list[Use]:
    """Return the letters that use a field: by its whole name, else by one of its parts (`arrears`, `full_name`)."""
    wanted = asked.strip().strip("{} ").split("|")[0].strip().lower()
    if not wanted:
        return []
    found = (Use(letter, tuple(path for path in letter.fields if _is(wanted, path))) for letter in in_use(session))
    return [use for use in found if use.paths]


def _is(wanted: str, path: str) -> bool:
    plain = path.lower().replace("[]", "")
    if plain == wanted or plain.startswith(f"{wanted}."):
        return True
    return "." not in wanted and any(wanted == part or part.startswith(f"{wanted}_") for part in plain.split("."))


def including_letters(session: Session, name: str) -> list[Letter]:
    """Return the letters in use that include a block or standard paragraph, directly or in another block."""
    versions = current.in_force(session, today())
    blocks = current.by_kind(versions, *INCLUDED)
    within = {key: set(names_in(current.content(session, one), one.sha256)) for key, one in blocks.items()}
    wanted = {name}
    while more := {key for key, names in within.items() if names & wanted} - wanted:
        wanted |= more
    return [letter for letter in in_use(session) if letter.key != name and wanted & set(letter.includes)]


def faults_with(session: Session, letter: Letter, name: str, content: bytes) -> list[Problem]:
    """Return what would be wrong with the tags of a letter in use that includes `content` as the block `name`."""
    blocks = {**templates.blocks_here(session), name: content}
    return inspect(letter_content(session, letter), blocks, kind=letter.kind).problems


def letter_content(session: Session, letter: Letter) -> bytes:
    """Return the Word file of a letter in use."""
    if not letter.category:
        return current.content(session, current.in_force(session, today())[letter.kind, letter.key])
    found = session.scalar(_files().where(Category.key == letter.category, DefinitionFile.path == letter.path))
    return bytes(found or b"")


def _files() -> Select[bytes]:
    return (
        select(DefinitionFile.content)
        .join(Category, Category.current_version_id == DefinitionFile.version_id)
        .where(Category.retired_at.is_(None))
    )


def in_use(session: Session) -> Iterator[Letter]:
    """Yield every letter that new cases may get, with the fields that it uses; each content is read once a process."""
    yield from _of_categories(session)
    for one in current.in_force(session, today()).values():
        content = partial(current.content, session, one)
        yield Letter("", "", "", one.kind, one.key, one.title, one.sha256, *_read(one.sha256, content, one.kind))


def _of_categories(session: Session) -> Iterator[Letter]:
    is_letter = or_(*(DefinitionFile.path.endswith(suffix) for suffix in SUFFIXES))
    rows = session.execute(
        select(DefinitionFile.id, DefinitionFile.path, DefinitionFile.sha256, Category.key, Category.name)
        .join(Category, Category.current_version_id == DefinitionFile.version_id)
        .where(Category.retired_at.is_(None), is_letter)
        .order_by(Category.name, DefinitionFile.path)
    ).all()
    for row in rows:
        kind, name = own(row.path) or ("letter", row.path)
        title = name.replace("_", " ").capitalize()
        read = _read(row.sha256, partial(_content, session, row.id), kind)
        yield Letter(row.key, row.name, row.path, kind, name, title, row.sha256, *read)


def _content(session: Session, file_id: int) -> bytes:
    return bytes(session.scalar(select(DefinitionFile.content).where(DefinitionFile.id == file_id)) or b"")


def fields_of(digest: str, content: bytes, kind: str = "letter") -> tuple[str, ...]:
    """Return the fields that a template uses itself, without the blocks that it includes."""
    return _read(digest, lambda: content, kind)[0]


def _read(digest: str, read: Callable[[], bytes], kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the fields that a template uses and the blocks that it includes; `read` gives one not known yet."""
    mark = f"{kind} {digest}"
    found = _known.get(mark)
    if found is None:
        content = read()
        found = (
            tuple(sorted({use.path.removesuffix("[]") for use in inspect(content, kind=kind).fields})),
            names_in(content, digest, kind=kind),
        )
        with _keeping:
            _known[mark] = found
            while len(_known) > MOST_KEPT:
                _known.popitem(last=False)
    return found
