"""Keeps on record what was completed and may be undone by compensation; see `engine.definitions.specs.compensation`.

The record is by scope: "" for the whole case, else the token of the sub-process. Each entry is [specification, local
names, entries of the sub-process that it was], in the order of completion. It is kept with the tokens.
"""

from typing import Any

Entry = list[Any]
Record = dict[str, list[Entry]]


def scope_of(workflow: Any) -> str:
    """Return the key of a process or sub-process in the record."""
    return workflow.parent_task_id.hex if workflow.parent_task_id is not None else ""


def taken(record: Record, scope: str, activity: str) -> list[Entry]:
    """Take from the record what is undone now: an activity as often as it was done, or all of its scope."""
    entries = record.pop(scope, [])
    if not activity:
        return entries
    left = [entry for entry in entries if not _is_of(entry, activity)]
    if left:
        record[scope] = left
    return [entry for entry in entries if _is_of(entry, activity)]


def _is_of(entry: Entry, activity: str) -> bool:
    return bool(entry[0].removesuffix(" [child]") == activity)
