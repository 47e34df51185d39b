"""Arranges the steps of one scope in columns from left to right, and in rows with few crossings.

The way of Sugiyama: flows that lead back are set aside, each step stands right of all that lead to it, long flows pass
through a place of their own in every column, and each column is ordered by where its neighbours stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Edge = tuple[str, str]

SWEEPS = 4
MOST_PLACES = 20_000  # of long flows; a drawing with more is drawn without them


@dataclass
class Arrangement:
    """Where each step stands: its column and, within its lane, its row. Long flows have places of the same kind."""

    columns: list[list[str]] = field(default_factory=list)
    column: dict[str, int] = field(default_factory=dict)
    row: dict[str, int] = field(default_factory=dict)
    lane: dict[str, int] = field(default_factory=dict)
    passes: dict[Edge, list[str]] = field(default_factory=dict)  # the places of a long flow, from left to right
    back: set[Edge] = field(default_factory=set)  # flows that lead to the left


def arrange(nodes: Sequence[str], edges: Sequence[Edge], lanes: Mapping[str, int]) -> Arrangement:
    """Return columns and rows for `nodes`, which `edges` connect; `lanes` says in which lane each stands, if any."""
    found = Arrangement()
    found.back = _back(nodes, edges)
    forward = [edge for edge in dict.fromkeys(edges) if edge not in found.back]
    found.column = _columns(nodes, forward)
    found.lane = {node: lanes.get(node, 0) for node in nodes}
    pieces = _pieces(found, forward)
    found.columns = [[] for _ in range(max(found.column.values(), default=-1) + 1)]
    for node, column in found.column.items():
        found.columns[column].append(node)
    before, after = _neighbours(pieces)
    _order(found, before, after)
    _rows(found, before)
    return found


def _back(nodes: Sequence[str], edges: Sequence[Edge]) -> set[Edge]:
    """Return the flows that close a circle, met by following the flows from the first steps."""
    out: dict[str, list[str]] = {}
    for source, target in edges:
        out.setdefault(source, []).append(target)
    targets = {target for source, target in edges if source != target}
    back: set[Edge] = set()
    state: dict[str, int] = {}  # 1: on the way, 2: done
    for first in (*(n for n in nodes if n not in targets), *nodes):
        waiting = [(first, iter(out.get(first, ())))] if first not in state else []
        state.setdefault(first, 1)
        while waiting:
            here, following = waiting[-1]
            target = next(following, "")
            if not target:
                state[here] = 2
                waiting.pop()
            elif state.get(target) == 1:
                back.add((here, target))
            elif target not in state:
                state[target] = 1
                waiting.append((target, iter(out.get(target, ()))))
    return back


def _columns(nodes: Sequence[str], forward: Sequence[Edge]) -> dict[str, int]:
    """Return for each step the length of the longest path to it."""
    out: dict[str, list[str]] = {}
    open_into = dict.fromkeys(nodes, 0)
    for source, target in forward:
        out.setdefault(source, []).append(target)
        open_into[target] += 1
    column = dict.fromkeys(nodes, 0)
    waiting = [node for node in nodes if not open_into[node]]
    for here in waiting:
        for target in out.get(here, ()):
            column[target] = max(column[target], column[here] + 1)
            open_into[target] -= 1
            if not open_into[target]:
                waiting.append(target)
    return column


def _pieces(found: Arrangement, forward: Sequence[Edge]) -> list[Edge]:
    """Cut long flows at every column that they pass, and return all pieces."""
    spans = sum(found.column[target] - found.column[source] for source, target in forward)
    pieces: list[Edge] = []
    for number, edge in enumerate(forward):
        source, target = edge
        places = []
        for column in range(found.column[source] + 1, found.column[target]) if spans <= MOST_PLACES else ():
            place = f"\0{number}/{column}"
            found.column[place], found.lane[place] = column, found.lane[source]
            places.append(place)
        found.passes[edge] = places
        chain = [source, *places, target]
        pieces += pairwise(chain)
    return pieces


def _neighbours(pieces: Sequence[Edge]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for source, target in pieces:
        before.setdefault(target, []).append(source)
        after.setdefault(source, []).append(target)
    return before, after


def _order(found: Arrangement, before: dict[str, list[str]], after: dict[str, list[str]]) -> None:
    """Sort each column by where its neighbours stand, to and fro; lanes stay together."""
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        neighbours, columns = (before, found.columns) if forward else (after, found.columns[::-1])
        place = {node: float(n) for column in found.columns for n, node in enumerate(column)}
        for column in columns:
            wanted = {node: _mean([place[n] for n in neighbours.get(node, ())], place[node]) for node in column}
            column.sort(key=lambda node: (found.lane[node], wanted[node]))
            place.update((node, float(n)) for n, node in enumerate(column))


def _mean(numbers: list[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise


def _rows(found: Arrangement, before: dict[str, list[str]]) -> None:
    """Give each step the row of what leads to it, or the next free one below."""
    for column in found.columns:
        last: dict[int, int] = {}
        for node in column:
            lane = found.lane[node]
            leading = sorted(found.row[n] for n in before.get(node, ()) if found.lane[n] == lane)
            wanted = leading[(len(leading) - 1) // 2] if leading else 0
            found.row[node] = last[lane] = max(last.get(lane, -1) + 1, wanted)
