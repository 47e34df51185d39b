"""Furnishes a test's database with what an earlier test of this worker made in its own, which is ten times as quick.

All is kept that a database, its files and its keyring hold, and what the maker returned.
"""

import pickle
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from engine.definitions import deploying
from engine.definitions.category import Definition
from engine.instants import today
from tests.environment.emptying import Contents

FILES, KEYRING = "files", "keyring.json"
_kept: dict[tuple[object, ...], "Furniture"] = {}


class Furniture:
    """What stands in a database, and beside it in its folder."""

    def __init__(self, engine: Engine, folder: Path, made: object) -> None:
        self._made = pickle.dumps(made)  # each test gets a copy of its own
        self.definitions: dict[int, Definition] = dict(deploying._loaded)
        self._keyring = (folder / KEYRING).read_bytes()
        self._files = {file.relative_to(folder): file.read_bytes() for file in _files(folder)}
        self._contents = _contents(engine)

    def put_up(self, engine: Engine, folder: Path) -> Any:
        """Have all this be there, and nothing else; return what the maker returned."""
        if isinstance(self._contents, bytes):
            _write_sqlite(engine, self._contents)
        else:
            with engine.begin() as connection:
                self._contents.put_back(connection)
        (folder / KEYRING).write_bytes(self._keyring)
        shutil.rmtree(folder / FILES, ignore_errors=True)
        for path, content in self._files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        return pickle.loads(self._made)


def furnished(
    name: str, engine: Engine, folder: Path, make: Callable[[], object]
) -> tuple[Any, Mapping[int, Definition]]:
    """Return what `make` makes in an empty database, and the definitions that it has read by their numbers.

    It is made once in each worker and on each day; the database then is as it was after that.
    """
    key = name, engine.dialect.name, today()
    if key in _kept:
        return _kept[key].put_up(engine, folder), _kept[key].definitions
    made = make()
    _kept[key] = Furniture(engine, folder, made)
    return made, _kept[key].definitions


def _files(folder: Path) -> list[Path]:
    return [path for path in (folder / FILES).rglob("*") if path.is_file()]


def _contents(engine: Engine) -> bytes | Contents:
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(engine.url.database))) as connection:
            return connection.serialize()
    with engine.begin() as connection:
        return Contents(connection)


def _write_sqlite(engine: Engine, content: bytes) -> None:
    engine.dispose()
    place = Path(str(engine.url.database))
    for beside in place.parent.glob(f"{place.name}-*"):  # journals
        beside.unlink()
    place.write_bytes(content)
