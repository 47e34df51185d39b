"""Addresses of answers: `("works", 2, "cost")`, shown as `works[2].cost`, posted as `works-2-cost`."""

from collections.abc import Mapping
from typing import Any

Path = tuple[str | int, ...]

MISSING = object()


def shown(path: Path) -> str:
    """Return the path as messages and faults write it."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def posted(path: Path) -> str:
    """Return the path as the name of an input on a page."""
    text, after_number = "", False
    for part in path:
        joint = "-" if isinstance(part, int) or after_number else "."
        text += f"{joint}{part}"
        after_number = isinstance(part, int)
    return text[1:]


def get(tree: Any, path: Path) -> Any:
    """Return what stands at `path`, `MISSING` when nothing does."""
    for part in path:
        if isinstance(part, int):
            if not isinstance(tree, list) or part >= len(tree):
                return MISSING
            tree = tree[part]
        elif not isinstance(tree, Mapping) or part not in tree:
            return MISSING
        else:
            tree = tree[part]
    return tree


def put(tree: Any, path: Path, value: Any) -> None:
    """Set what stands at `path`, making the objects on the way; a list must already be long enough."""
    for part in path[:-1]:
        tree = tree[part] if isinstance(part, int) else tree.setdefault(part, {})
        if not isinstance(tree, (dict, list)):
            return
    if isinstance(tree, dict) or (isinstance(path[-1], int) and path[-1] < len(tree)):
        tree[path[-1]] = value


def delete(tree: Any, path: Path) -> None:
    """Take out what stands at `path`, and the objects that it leaves empty."""
    parent = get(tree, path[:-1])
    if not isinstance(parent, dict) or path[-1] not in parent:
        return
    del parent[path[-1]]
    if not parent and len(path) > 1 and isinstance(path[-2], str):
        delete(tree, path[:-1])


def copied(tree: Any) -> Any:
    """Return a copy of the objects and lists of `tree`; what they hold is shared."""
    if isinstance(tree, Mapping):
        return {name: copied(part) for name, part in tree.items()}
    return [copied(part) for part in tree] if isinstance(tree, list) else tree
