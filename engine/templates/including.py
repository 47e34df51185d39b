"""Which blocks and standard paragraphs a template includes, directly and through one another."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256

from sqlalchemy.orm import Session

from engine.documents import templates
from engine.templates.current import InForce, by_kind, content
from engine.templates.kinds import INCLUDED

MOST_KEPT = 2048

_names: OrderedDict[str, tuple[str, ...]] = OrderedDict()  # by the digest of the template that includes them
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
    """Return the names that a template itself includes; each content is read once per process."""
    digest = f"{kind} {digest or sha256(template).hexdigest()}"
    if digest not in _names:
        names = tuple(templates.included(template, kind=kind))
        with _keeping:
            _names[digest] = names
            while len(_names) > MOST_KEPT:
                _names.popitem(last=False)
    return _names.get(digest, ())
