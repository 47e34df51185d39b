"""The case document: the values of a case's fields, read and written by section and only where a step touches them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine.definitions.category import OTHER_SECTION

Reader = Callable[[Iterable[str]], dict[str, dict[str, Any]]]
UNSET = object()


class Document:
    """Field values by section, loaded when asked for. Values are JSON-able, as stored.

    `changes` holds what this step changed: key to (value before, value after).
    """

    def __init__(self, section_of: Mapping[str, str], sections: dict[str, dict[str, Any]] | None = None) -> None:
        self._section_of = section_of
        self._sections = sections or {}
        self._reader: Reader | None = None
        self._wanted: frozenset[str] = frozenset()
        self.changes: dict[str, tuple[Any, Any]] = {}
        self.version = 0  # counts the changes, those taken back too
        self._undo: list[tuple[str, bool, Any, tuple[Any, Any] | None]] = []  # how each change is taken back
        self._refiled: set[str] = set()  # sections that have given or taken fields of a former version

    def open(self, reader: Reader, *, wanted: frozenset[str] = frozenset()) -> None:
        """Say how sections are read in this step, and which are likely wanted, so that one query brings them."""
        self._reader, self._wanted = reader, wanted
        self.changes, self._undo, self._refiled = {}, [], set()

    def follow(self, section_of: Mapping[str, str]) -> None:
        """Know of fields that were added: the section of none that there was has changed."""
        self._section_of = section_of

    def section(self, key: str) -> str:
        """Return the section in which a field is kept."""
        return self._section_of.get(key, OTHER_SECTION)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the stored value of a field."""
        return self._load(self.section(key)).get(key, default)

    def has(self, key: str) -> bool:
        """Say whether a field has ever been given a value."""
        return key in self._load(self.section(key))

    def put(self, key: str, value: Any) -> None:
        """Give a field a value and note what it was before."""
        section = self._load(self.section(key))
        before = section.get(key)
        if before == value and key in section:
            return
        self._undo.append((key, key in section, before, self.changes.get(key)))
        first, _ = self.changes.get(key, (before, None))
        self.changes[key] = (first, value)
        section[key] = value
        self.version += 1

    def mark(self) -> int:
        """Return the place to which `back_to` takes the step's changes back."""
        return len(self._undo)

    def back_to(self, mark: int) -> None:
        """Take back what was changed since `mark`."""
        while len(self._undo) > mark:
            self.version += 1
            key, was_there, before, change = self._undo.pop()
            section = self._sections[self.section(key)]
            if was_there:
                section[key] = before
            else:
                del section[key]
            if change is None:
                del self.changes[key]
            else:
                self.changes[key] = change

    def update(self, values: Mapping[str, Any]) -> None:
        """Give several fields their values."""
        for key, value in values.items():
            self.put(key, value)

    def everything(self, sections: Iterable[str]) -> dict[str, Any]:
        """Return all values of the named sections: for letters and the case page, not for a step."""
        self._read(set(sections) - self._sections.keys())
        return {key: value for name in sections for key, value in self._sections.get(name, {}).items()}

    def refile(self, stored: Iterable[str]) -> None:
        """Keep each field in its section, whatever section another version of the category had kept it in."""
        stored = list(stored)
        self._read(set(stored) - self._sections.keys())
        for name in stored:
            for key in [key for key in self._sections[name] if self.section(key) != name]:
                home = self.section(key)
                self._load(home)[key] = self._sections[name].pop(key)
                self._refiled |= {name, home}

    def touched(self) -> dict[str, dict[str, Any]]:
        """Return the sections that this step changed, whole."""
        names = {self.section(key) for key in self.changes} | self._refiled
        return {name: self._sections[name] for name in names}

    def _load(self, name: str) -> dict[str, Any]:
        if name not in self._sections:
            self._read({name} | (self._wanted - self._sections.keys()))
        return self._sections[name]

    def _read(self, names: set[str]) -> None:
        if not names:
            return
        found = self._reader(names) if self._reader is not None else {}
        for name in names:
            self._sections[name] = found.get(name, {})
