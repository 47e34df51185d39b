"""Writes a case's state down, brings it back, and goes on from it to the end."""

import base64
from collections import Counter
from typing import Any

from engine.definitions import category
from engine.errors import StepFailed
from engine.runtime import choosing, snapshot
from engine.runtime.instance import Kept
from tests.integration.runtime.walking import STARTED_AT, Walker

MOST_ACTS = 60


def written(files: dict[str, bytes], walker: Walker) -> dict[str, Any]:
    """Return what stands for a case: its category, the snapshot, its fields, and how long it has run."""
    return {
        "files": {path: content.decode() for path, content in files.items()},
        "snapshot": base64.b64encode(walker.snapshot()).decode(),
        "fields": walker.instance.document.everything(["other"]),
        "hours": (walker.at - STARTED_AT).total_seconds() / 3600,
    }


def awakened(state: dict[str, Any]) -> Walker:
    """Return a case that goes on from a state."""
    files = {path: text.encode() for path, text in state["files"].items()}
    walker = Walker(category.read(files))
    workflow, kept = snapshot.load(base64.b64decode(state["snapshot"]), walker.definition.specs)
    walker.instance = walker.instance_class(walker.definition, workflow, walker.instance.document, Kept(**kept))
    walker.incidents = {
        token: (element, StepFailed("It failed before.")) for token, element in walker.instance.kept.incidents.items()
    }
    walker.instance.document.update(state["fields"])
    walker.wait(state["hours"])
    return walker


def to_the_end(walker: Walker) -> dict[str, int]:
    """Do what waits, one after another and the first first; return what was done how often, and what has failed."""
    done: Counter[str] = Counter(walker.seen.passed)
    for _ in range(MOST_ACTS):
        failed = walker.instance.kept.incidents.values()
        waiting = [element for element in walker.seen.open if element not in failed]
        if walker.seen.completed or not (waiting or walker.seen.waiting):
            break
        if waiting:
            token = walker.tokens(waiting[0])[0]
            ways = (choosing.offer(token) or {"ways": []})["ways"] if choosing.is_choice(token) else []
            walker.do(waiting[0], **({choosing.ANSWER: ways[0][0]} if ways else {}))
        else:
            walker.wait(24)
        done.update(walker.seen.passed)
    done.update(f"failed: {element}" for element in walker.instance.kept.incidents.values())
    return {**done, "completed": int(walker.seen.completed)}
