"""How the tree of tokens is walked."""

from SpiffWorkflow.task import Task


def parents_first(root: Task) -> list[Task]:
    """Return a token and all below it, each after its parent and in the order of its brothers; however deep."""
    found, waiting = [], [root]
    while waiting:
        task = waiting.pop()
        found.append(task)
        waiting.extend(reversed(task.children))
    return found
