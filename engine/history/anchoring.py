"""Writes the heads of all chains outside the database, once a day, and compares the database with them.

Whoever holds the database alone can cut the end of a history, or take a whole case away, without breaking a seal. An
anchor is what they would have to change too: a file a day with the head of every case, sealed, and holding the hash of
the one before. Keep the folder on another machine, or copy it to one that only adds.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import configuration
from engine.errors import NotPossible
from engine.history.chains import Anchored
from engine.history.findings import Finding, count_in_words, day_in_words
from engine.history.rows import CaseHead
from engine.history.seal import Keyring
from engine.instants import london, unmoved_now
from models.case import Case
from models.database import canonical_json

FORMAT = "casewright anchor 1"
NEWEST = 31  # anchors that a verification compares


@dataclass(frozen=True, slots=True)
class Anchors:
    """The newest anchors: by case id, how long its history was and the seal at its end; and what is wrong with them."""

    days: tuple[str, ...] = ()
    heads: dict[int, dict[int, tuple[str, str]]] = field(default_factory=dict)
    references: dict[int, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def of(self, case_id: int) -> Anchored:
        """Return what the anchors hold of a case."""
        return self.heads.get(case_id, {})

    def gone(self, known: set[int]) -> Iterator[Finding]:
        """Yield the cases that stand in an anchor and no longer in the database."""
        for case_id in sorted(self.heads.keys() - known):
            count, (_, day) = max(self.heads[case_id].items())
            reference = self.references[case_id]
            had = f"the anchor of {day_in_words(day)} holds it with {count_in_words(count, 'event')}"
            yield Finding("case", f"The case {reference} was removed: {had}.", case_id, reference)


def anchor(session: Session, folder: Path | None = None) -> Path:
    """Write the heads of all cases to a file of today in `folder`, and return it; a day's first anchor stays."""
    folder = folder or configuration.current().anchors
    day = london(unmoved_now()).date().isoformat()
    path = folder / f"{day}.json"
    if path.exists():
        return path
    heads = session.execute(select(Case.id, Case.reference, Case.event_count, Case.event_mac).order_by(Case.id))
    content = {
        "format": FORMAT,
        "day": day,
        "made_at": unmoved_now().isoformat(),
        "cases": {str(row.id): [row.reference, row.event_count, row.event_mac] for row in heads},
        "previous": _link(folder),
    }
    _write(path, _sealed(content, configuration.current().keyring))
    return path


def read_anchors(folder: Path, ring: Keyring) -> Anchors:
    """Return the newest anchors of `folder`, each checked for its seal and for the one before it."""
    paths = _paths(folder)
    anchors = Anchors(days=tuple(path.stem for path in paths[-NEWEST:]))
    findings: list[Finding] = []
    for path in paths[-NEWEST:]:
        content = _opened(path, ring)
        if content is None:
            findings.append(_about(path, "was altered: its seal does not fit what it holds."))
            continue
        _take(anchors, content)
        if (fault := _fault_of_link(path, content["previous"])) is not None:
            findings.append(fault)
    return Anchors(anchors.days, anchors.heads, anchors.references, tuple(findings))


def _paths(folder: Path) -> list[Path]:
    return sorted(folder.glob("????-??-??.json"))


def _link(folder: Path) -> dict[str, str] | None:
    paths = _paths(folder)
    return {"file": paths[-1].name, "sha256": _hash(paths[-1])} if paths else None


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _sealed(content: dict[str, Any], ring: Keyring) -> dict[str, Any]:
    content = {**content, "key_id": ring.current}
    return {**content, "mac": _mac(content, ring.keys[ring.current])}


def _mac(content: dict[str, Any], key: bytes) -> str:
    return hmac.digest(key, f"anchor|{canonical_json(content)}".encode(), "sha256").hex()


def _write(path: Path, content: dict[str, Any]) -> None:
    """Put the whole file in its place at once; of two processes that write the same day, the first stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with temporary.open("w") as file:
        file.write(canonical_json(content))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)
    except FileExistsError:
        return
    except OSError as error:
        raise NotPossible(f"The anchor {path.name} cannot be written: {error.strerror}.") from error
    finally:
        temporary.unlink()


def _opened(path: Path, ring: Keyring) -> dict[str, Any] | None:
    """Return what an anchor holds; none when its seal does not fit, or it is no anchor at all."""
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
        claimed = str(content.pop("mac"))
        key = ring.key(content["key_id"])
        is_ours = key is not None and hmac.compare_digest(_mac(content, key), claimed)
        return content if is_ours and content["format"] == FORMAT and content["day"] == path.stem else None
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        return None


def _take(anchors: Anchors, content: dict[str, Any]) -> None:
    for case_id, (reference, count, mac) in content["cases"].items():
        anchors.heads.setdefault(int(case_id), {}).setdefault(count, (mac, content["day"]))
        anchors.references[int(case_id)] = reference


def _fault_of_link(path: Path, previous: dict[str, str] | None) -> Finding | None:
    """Compare an anchor with the one that it says came before it."""
    before = [other for other in _paths(path.parent) if other.name < path.name]
    if previous is None:
        return _about(path, "says that it is the first, and it is not.") if before else None
    named = path.parent / previous["file"]
    if not named.exists():
        return _about(named, "is missing: the one after it names it.")
    if _hash(named) != previous["sha256"]:
        return _about(named, "is not the one that the next names: it was written anew.")
    return None


def _about(path: Path, sentence: str) -> Finding:
    return Finding("anchor", f"The anchor of {day_in_words(path.stem)} ({path.name}) {sentence}")


def missing_references(heads: list[CaseHead], categories: list[Any]) -> Iterator[Finding]:
    """Yield the references that were handed out and that no case has: they are numbered without gaps.

    `categories` are (id, reference_prefix, last_number), read before the cases.
    """
    for category_id, prefix, last_number in categories:
        present = {head.reference for head in heads if head.category_id == category_id}
        for number in range(1, last_number + 1):
            reference = f"{prefix}-{number:06d}"
            if reference not in present:
                yield Finding("case", f"The case {reference} was removed: its number was handed out.", None, reference)
