"""Which blocks a template includes, directly and through one another, and which pictures it shows."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256

from sqlalchemy.orm import Session

from engine.documents.templates import Asked, asked
from engine.templates.current import InForce, by_kind, content
from engine.templates.kinds import INCLUDED

MOST_KEPT = 2048

_asked: OrderedDict[str, Asked] = OrderedDict()  # by the digest of the template
_keeping = threading.Lock()


def included(
    session: Session, template: bytes, versions: Mapping[tuple[str, str], InForce], *, kind: str = "letter"
) -> dict[str, InForce]:
    """Return the versions in force of what `template` includes, by name; what there is none of, merging will tell."""
    known, found = by_kind(versions, *INCLUDED), {}
    waiting = list(names_in(template, kind=kind))
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found[name] = known[name]
            waiting += names_in(content(session, known[name]), known[name].sha256)
    return {name: found[name] for name in sorted(found)}


def names_in(template: bytes, digest: str = "", *, kind: str = "letter") -> tuple[str, ...]:
    """Return the names that a template itself includes."""
    return _asked_by(template, digest, kind).blocks


def pictures_in(template: bytes, digest: str = "", *, kind: str = "letter") -> tuple[str, ...]:
    """Return the pictures that a template itself asks for."""
    return _asked_by(template, digest, kind).pictures


def pictures_with(template: bytes, blocks: Mapping[str, bytes], *, kind: str = "letter") -> frozenset[str]:
    """Return the pictures that a template asks for, and that those of the `blocks` do which it includes."""
    found, names = set(pictures_in(template, kind=kind)), set(names_in(template, kind=kind))
    waiting = list(names)
    while waiting:
        block = blocks.get(waiting.pop(), b"")
        if not block:
            continue
        found |= set(pictures_in(block))
        fresh = set(names_in(block)) - names
        names |= fresh
        waiting += fresh
    return frozenset(found)


def _asked_by(template: bytes, digest: str, kind: str) -> Asked:
    """Return what a template asks for; each content is read once per process."""
    mark = f"{kind} {digest or sha256(template).hexdigest()}"
    found = _asked.get(mark)
    if found is None:
        found = asked(template, kind=kind)
        with _keeping:
            _asked[mark] = found
            while len(_asked) > MOST_KEPT:
                _asked.popitem(last=False)
    return found
