"""Checks the expressions of a decision model before anything is decided: names, functions, arguments, types."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine import feel
from engine.feel.types import Type

MAX_DEPTH = 5  # of the entries of types that are told apart
_PLAIN = frozenset(
    (
        "number", "string", "boolean", "date", "time", "date and time", "days and time duration",
        "years and months duration", "list",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placed:
    """An expression of a model: `where` it stands, the names that are bound `around` it, and what it has to give.

    `asked` is the type of the value that a cell of conditions is put to. In an `is_open` place any name may be known.
    """

    where: str
    expression: feel.Expression
    around: frozenset[str] = frozenset()
    is_open: bool = False
    asked: str = ""
    gives: str = ""

    def problems(self, known: Mapping[str, str], *, is_open: bool) -> Iterator[feel.Problem]:
        """Yield what is wrong, where `known` are the names in reach of the whole element, with their types."""
        names = {**known, **dict.fromkeys(self.around, "Any"), "?": self.asked or "Any"}
        if self.is_open or is_open:
            names |= dict.fromkeys(self.expression.names - names.keys(), "Any")
        yield from feel.check(self.expression, names, functions=feel.HOST, types=_EVERY_TYPE)
        found = feel.kind_of(self.expression, names)
        if self.gives and found and not _fits(found, self.gives):
            yield feel.Problem(f"This gives a {found}, but a {self.gives} is wanted.", 1, 1, "error", "kinds")


def _fits(found: str, wanted: str) -> bool:
    """Tell whether a value may become one of the type that is wanted (10.3.2.9.4: single items, dates)."""
    return found in (wanted, "null", "list") or wanted == "list" or (found, wanted) == ("date", "date and time")


class _EveryType(Mapping[str, Type]):
    """Types of which nothing is said: those that a model does not know are told when it is read."""

    def __getitem__(self, name: str) -> Type:
        return Type("Any")

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


_EVERY_TYPE = _EveryType()


def kinds_of(name: str, kind: Type | None, depth: int = 0) -> dict[str, str]:
    """Return a name as the check knows it, with its type, and the entries of a context as paths."""
    if kind is None or depth > MAX_DEPTH:
        return {name: "Any"}
    if kind.name == "context" and kind.entries:
        entries: dict[str, str] = {}
        for entry, part in kind.entries.items():
            entries |= kinds_of(f"{name}.{entry}", part, depth + 1)
        return entries
    return {name: plain(kind)}


def plain(kind: Type | None) -> str:
    """Return the name of a type as far as the check can use it, else Any."""
    return kind.name if kind is not None and kind.name in _PLAIN else "Any"
