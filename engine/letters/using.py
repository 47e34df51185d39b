"""Which letters use a field: of every category as new cases use it, and of the shared templates in force."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.documents.templates import inspect
from engine.instants import today
from engine.templates import current
from models.category import Category, DefinitionFile

MOST_KEPT = 5_000  # templates whose fields are remembered

_fields: OrderedDict[str, tuple[str, ...]] = OrderedDict()  # by the digest of the template
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
    fields: tuple[str, ...]


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


def in_use(session: Session) -> Iterator[Letter]:
    """Yield every letter that new cases may get, with the fields that it uses; each content is read once a process."""
    yield from _of_categories(session)
    for one in current.in_force(session, today()).values():
        names = fields_of(one.sha256, lambda one=one: current.content(session, one))  # type: ignore[misc]
        yield Letter("", "", "", one.kind, one.key, one.title, names)


def _of_categories(session: Session) -> Iterator[Letter]:
    is_letter = DefinitionFile.path.endswith(".docx")
    rows = session.execute(
        select(DefinitionFile.id, DefinitionFile.path, DefinitionFile.sha256, Category.key, Category.name)
        .join(Category, Category.current_version_id == DefinitionFile.version_id)
        .where(Category.retired_at.is_(None), is_letter)
        .order_by(Category.name, DefinitionFile.path)
    ).all()
    for row in rows:
        name = row.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        title = name.replace("_", " ").capitalize()
        names = fields_of(row.sha256, lambda row=row: _content(session, row.id))  # type: ignore[misc]
        yield Letter(row.key, row.name, row.path, "letter", name, title, names)


def _content(session: Session, file_id: int) -> bytes:
    return bytes(session.scalar(select(DefinitionFile.content).where(DefinitionFile.id == file_id)) or b"")


def fields_of(digest: str, read: Callable[[], bytes]) -> tuple[str, ...]:
    """Return the fields that a template uses; `read` gives its content, where the digest is not known yet."""
    found = _fields.get(digest)
    if found is None:
        found = tuple(sorted(_paths(use.path for use in inspect(read()).fields)))
        with _keeping:
            _fields[digest] = found
            while len(_fields) > MOST_KEPT:
                _fields.popitem(last=False)
    return found


def _paths(paths: Iterable[str]) -> set[str]:
    return {path.removesuffix("[]") for path in paths}
