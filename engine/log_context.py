"""What log lines say about where they come from: the request, the member of staff by id, the case, the job.

Ids and references only: no name, no address, nothing that anybody has typed.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_facts: ContextVar[Mapping[str, object]] = ContextVar("what log lines say", default={})  # noqa: B039 (never changed)


@contextmanager
def about(**facts: object) -> Iterator[None]:
    """Let the log lines inside say these facts too."""
    token = _facts.set({**_facts.get(), **facts})
    try:
        yield
    finally:
        _facts.reset(token)


def note(**facts: object) -> None:
    """Let the log lines from here on, in this thread or request, say these facts too."""
    _facts.set({**_facts.get(), **facts})


def clear() -> None:
    """Begin anew: what the thread did before is over."""
    _facts.set({})


def facts() -> Mapping[str, object]:
    """Return what is to be said."""
    return _facts.get()


def request_id() -> str:
    """Return the id of the request that is worked at, or that left the job; empty where nobody asked."""
    return str(_facts.get().get("request", ""))
