"""Values laid over the scope of a token: what the case would know if it were given them."""

from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str, ...]
Values = dict[Path, Any]


class Laid(Mapping[str, Any]):
    """A scope with values laid over it, by path."""

    def __init__(self, under: Mapping[str, Any], values: Values) -> None:
        self._under = under
        self._over: dict[str, Any] = {}
        for path, value in values.items():
            root = path[0]
            self._over[root] = put(self._over.get(root, under.get(root)), path[1:], value)

    def __getitem__(self, name: str) -> Any:
        return self._over[name] if name in self._over else self._under[name]

    def __contains__(self, name: object) -> bool:
        return name in self._over or name in self._under

    def __iter__(self) -> Iterator[str]:
        return iter({*self._over, *self._under})

    def __len__(self) -> int:
        return len({*self._over, *self._under})


def put(held: Any, path: Path, value: Any) -> Any:
    """Return `held` with a value at `path`; objects on the way are copied, and anything else gives way to one."""
    if not path:
        return value
    base = dict(held) if isinstance(held, Mapping) else {}
    return {**base, path[0]: put(base.get(path[0]), path[1:], value)}


def get(scope: Any, path: Path) -> Any:
    """Return what a scope holds at a path; null when it holds nothing there."""
    for name in path:
        scope = scope.get(name) if isinstance(scope, Mapping) else None
    return scope
