"""Has what belongs into a limited child done in this process: a child takes longer to start than a node lives here."""

from typing import Any

import simplejson

from engine.documents import child, frames, limited


def answers(jobs: Any) -> Any:
    """Return what stands in for `limited.run`, with the jobs that the child would have."""

    def run(request: dict[str, Any], body: bytes, *, seconds: float = 0.0) -> tuple[dict[str, Any], bytes]:
        sent = simplejson.loads(frames.packed(request), use_decimal=True)
        header, content = child.answer(jobs, sent, body)
        return limited._checked(simplejson.loads(header, use_decimal=True)), content

    return run
