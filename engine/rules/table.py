"""One table of a rules file, read key by key; every fault is noted with its place, none stops the reading."""

from collections.abc import Iterator
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

LONGEST_TEXT = 500
MOST_ENTRIES = 50


class Table:
    """A TOML table, where it stands in the file, and the faults found so far."""

    def __init__(self, content: Any, where: str, faults: dict[str, str]) -> None:
        """Keep `faults`, shared by all tables of the file: place to sentence."""
        self.where = where
        self.faults = faults
        self._asked: set[str] = set()
        self._content: dict[str, Any] = content if isinstance(content, dict) else {}
        if not isinstance(content, dict):
            self.fault("", f"Expected a table of keys and values, found {_found(content)}.")

    def fault(self, key: str, sentence: str) -> None:
        """Note what is wrong with `key`; the first sentence about a place is the one kept."""
        self.faults.setdefault(f"{self.where}.{key}".strip("."), sentence)

    def has(self, key: str) -> bool:
        """Say whether `key` is given; asking makes the key known."""
        self._asked.add(key)
        return key in self._content

    def says(self, key: str, words: str) -> bool:
        """Say whether `key` is given and is exactly `words`."""
        return self.has(key) and self._content[key] == words

    def text(self, key: str, *, needed: bool = True) -> str:
        """Return a line of text; "" if it is absent and not `needed`."""
        value = self._value(key, needed=needed)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT or not value.isprintable():
            self.fault(key, f"Expected one line of 1 to {LONGEST_TEXT} printable characters, found {_found(value)}.")
            return ""
        return value.strip()

    def key(self, key: str, *, dots: bool = False, needed: bool = True) -> str:
        """Return a name in snake_case, with dots between its parts if `dots`."""
        value = self.text(key, needed=needed)
        parts = value.split(".") if dots else [value]
        if value and not all(part.isascii() and part.isidentifier() and part.islower() for part in parts):
            self.fault(key, f"Expected small letters, digits and underscores (report_made), found {_found(value)}.")
        return value

    def choice(self, key: str, options: tuple[str, ...], *, default: str | None = None) -> Any:
        """Return one of `options`, or `default` if the key is absent; without a default the key is needed."""
        value = self._value(key, needed=default is None)
        if value is None:
            return options[0] if default is None else default
        if value not in options:
            self.fault(key, f"Expected one of {_quoted(options)}, found {_found(value)}.{_nearest(value, options)}")
            return options[0]
        return value

    def whole_number(self, key: str, *, least: int, most: int, needed: bool = True) -> int | None:
        """Return a whole number from `least` to `most`; None if it is absent or faulty."""
        value = self._value(key, needed=needed)
        if value is None:
            return None
        if type(value) is not int or not least <= value <= most:
            self.fault(key, f"Expected a whole number from {least} to {most:,}, found {_found(value)}.")
            return None
        return value

    def truth(self, key: str, *, default: bool) -> bool:
        """Return true or false, or `default` if the key is absent."""
        value = self._value(key, needed=False)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.fault(key, f"Expected true or false, found {_found(value)}.")
        return default

    def day(self, key: str) -> date | None:
        """Return a day, written 2024-04-01 without quotes; None if it is absent or faulty."""
        value = self._value(key, needed=False)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        self.fault(key, f"Expected a day such as 2024-04-01, without quotes and time, found {_found(value)}.")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of lines of text; () if it is absent."""
        value = self._value(key, needed=False)
        if value is None:
            return ()
        if not isinstance(value, list) or len(value) > MOST_ENTRIES:
            self.fault(key, f"Expected a list of at most {MOST_ENTRIES} texts, found {_found(value)}.")
            return ()
        entries = Table({str(n): entry for n, entry in enumerate(value)}, f"{self.where}.{key}", self.faults)
        return tuple(entries.text(str(n)) for n in range(len(value)))

    def link(self, key: str) -> str:
        """Return an https address; "" if it is absent."""
        value = self.text(key, needed=False)
        if value and not _is_https(value):
            self.fault(key, f"Expected an address that starts with https://, found {_found(value)}.")
            return ""
        return value

    def table(self, key: str) -> "Table | None":
        """Return the table under `key`, or None if it is absent."""
        return Table(self._content[key], f"{self.where}.{key}", self.faults) if self.has(key) else None

    def tables(self, key: str, *, most: int = MOST_ENTRIES) -> "Iterator[Table]":
        """Yield each table of the list under `key`, named by its id where it has one."""
        value = self._content[key] if self.has(key) else []
        if not isinstance(value, list) or len(value) > most:
            self.fault(key, f"Expected at most {most} tables headed [[…{key}]], found {_found(value)}.")
            return
        for number, entry in enumerate(value, start=1):
            own = entry.get("id") if isinstance(entry, dict) else None
            name = own if isinstance(own, str) and own.isprintable() and len(own) <= LONGEST_TEXT else f"{number}"
            yield Table(entry, f"{self.where}.{key}[{name}]".strip("."), self.faults)

    def refuse_unknown(self) -> None:
        """Note every key that nobody asked for, with the nearest that is known."""
        for key in self._content.keys() - self._asked:
            known = tuple(sorted(self._asked))
            nearest = _nearest(key, known) or f" Known here: {', '.join(known)}."
            self.fault(key, f"There is no such key here.{nearest}")

    def _value(self, key: str, *, needed: bool) -> Any:
        if not self.has(key):
            if needed:
                self.fault(key, "This key is needed, and missing.")
            return None
        return self._content[key]


def _is_https(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and " " not in address
    except ValueError:
        return False


def _found(value: Any) -> str:
    """Show a value of the file in at most 60 characters; a table or list by its kind only."""
    if isinstance(value, dict | list):
        return f"a {'table' if isinstance(value, dict) else 'list'} of {len(value)}"
    shown = str(value) if not isinstance(value, bool) else str(value).lower()
    printable = "".join(c if c.isprintable() else "�" for c in shown[:60])
    return f"“{printable}{'…' if len(shown) > 60 else ''}”"


def _quoted(options: tuple[str, ...]) -> str:
    return ", ".join(f"“{option}”" for option in options)


def _nearest(value: Any, options: tuple[str, ...]) -> str:
    close = get_close_matches(str(value)[:LONGEST_TEXT], options, n=1, cutoff=0.5)
    return f" Did you mean “{close[0]}”?" if close else ""
