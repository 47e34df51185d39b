"""What expressions of a case may read: local names of a token, then fields, then what surrounds the case.

Zeebe's rule: a name is looked up from the token's local scope outwards to the case document. Reserved names (case,
person, home, …) are refused as field keys, so they never hide a field.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.definitions.typing import Convert
from engine.forms.names import RESERVED
from engine.runtime.document import UNSET, Document


class Scope(Mapping[str, Any]):
    """A read-only view of the names in reach of a token; values are typed, and read only when asked for."""

    __slots__ = ("_converters", "_document", "_local", "_surrounding")

    def __init__(
        self,
        document: Document,
        *,
        local: Mapping[str, Any],
        surrounding: Callable[[str], Any],
        converters: Mapping[str, Convert],
    ) -> None:
        self._document = document
        self._local = local
        self._surrounding = surrounding
        self._converters = converters

    def __getitem__(self, name: str) -> Any:
        if name in self._local:
            return self._local[name]
        if name in RESERVED:
            return self._surrounding(name)
        value = self._document.get(name, UNSET)
        if value is UNSET:
            raise KeyError(name)
        convert = self._converters.get(name)
        return convert(value) if convert is not None else value

    def __contains__(self, name: object) -> bool:
        return name in self._local or name in RESERVED or (isinstance(name, str) and self._document.has(name))

    def __iter__(self) -> Iterator[str]:
        return iter({*self._local, *RESERVED})

    def __len__(self) -> int:
        return len({*self._local, *RESERVED})
