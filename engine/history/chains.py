"""Checks the chain of one case: each event's content, its seal over the one before, no gaps, and the end of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import EngineError
from engine.history.findings import Finding, count_in_words, day_in_words, event_in_words
from engine.history.rows import Row
from engine.history.seal import Keyring, digest, line, mac_of_line
from models.database import from_json

Anchored = Mapping[int, tuple[str, str]]  # number of events to (seal of the last, ISO day of the anchor)


@dataclass(slots=True)
class Chain:
    """The chain of one case while it is read from its first event to its last."""

    ring: Keyring
    anchored: Anchored
    case_id: int = 0
    reference: str = ""
    expected: int = 1  # the next sequence
    previous: str | None = ""  # the seal before; None when that event is missing
    is_broken: bool = False  # the event before has a seal that is not its own
    events: int = 0
    erased: dict[int, Row] = field(default_factory=dict)
    approved: set[int] = field(default_factory=set)

    def check(self, rows: Iterable[Row]) -> Iterator[Finding]:
        """Yield what is wrong with the events of one case, in order."""
        row = None
        for row in rows:
            if self.events == 0:
                self.case_id, self.reference = row.case_id, row.reference or f"the case with the id {row.case_id}"
            self.events += 1
            if not self._is_fine(row):
                yield from self._event(row)
        if row is not None:
            yield from self._erasures()
            yield from self._end(row)

    def _is_fine(self, row: Row) -> bool:
        """Say whether nothing needs a closer look, as with nearly every event; kept short, since it runs for each."""
        case_id, sequence, at, type_, actor_id, actor_name, payload, salt, said, key_id, said_mac, _, _, _ = row
        key = self.ring.keys.get(key_id)
        if sequence != self.expected or key is None or self.previous is None or type_ == "payload_erased":
            return False
        try:
            header = line(case_id, sequence, at, type_, actor_id, actor_name, said)
        except TypeError:  # bytes where text belongs
            return False
        if digest(payload, salt) != said or mac_of_line(key, header, self.previous) != said_mac:  # type: ignore[arg-type]
            return False
        if sequence in self.anchored:
            return False
        self.previous, self.expected, self.is_broken = said_mac, sequence + 1, False
        return True

    def _event(self, row: Row) -> Iterator[Finding]:
        """Say what is wrong with an event, if anything is, and go on to the next."""
        row = _readable(row)
        if not isinstance(row.sequence, int) or row.sequence < self.expected:
            yield self._found("twice", row, "stands twice, or out of its order: it was added by somebody else.")
            return
        if row.sequence > self.expected:
            yield self._gap(row)
        yield from self._seal(row)
        if row.sequence in self.anchored and self.anchored[row.sequence][0] != row.mac:
            day = day_in_words(self.anchored[row.sequence][1])
            yield self._found(
                "anchor", row, f"is not the one that the anchor of {day} holds: history was written anew."
            )
        self.previous, self.expected = row.mac, row.sequence + 1

    def _seal(self, row: Row) -> Iterator[Finding]:
        """Check the content and the seal of one event; what is wrong with it is said once."""
        key = self.ring.key(row.key_id)
        if key is None:
            self.is_broken = True
            yield self._found(
                "unknown_key", row, f"was sealed with the key “{row.key_id}”, which is not in the keyring."
            )
            return
        header = line(row.case_id, row.sequence, row.at, row.type, row.actor_id, row.actor_name, row.digest)
        is_sealed = self.previous is None or mac_of_line(key, header, self.previous) == row.mac
        is_erased = row.payload is None and row.salt is None
        if is_erased:
            self.erased[row.sequence] = row
        if not is_erased and digest(f"{row.payload}", f"{row.salt}") != row.digest:
            yield self._altered(row, "content")
        elif not is_sealed:
            yield self._unsealed(row)
        elif row.type == "payload_erased" and not is_erased:
            self.approved.update(_approved_by(row))
        self.is_broken = not is_sealed

    def _unsealed(self, row: Row) -> Finding:
        if row.reference is not None and row.sequence > _whole(row.event_count):
            return self._found("added", row, f"stands after the end of the case's history: {_NOT_OURS}")
        if self.is_broken:
            return self._found("unlinked", row, "does not follow on the event before it: one of the two was altered.")
        return self._altered(row, "time, author, type or place")

    def _altered(self, row: Row, what: str) -> Finding:
        return self._found("altered", row, f"was altered after it was written: its {what} is not what was sealed.")

    def _gap(self, row: Row) -> Finding:
        first, last = self.expected, row.sequence - 1
        self.previous, self.expected = None, row.sequence
        which = (
            f"Event {first} of {self.reference} is"
            if first == last
            else f"Events {first} to {last} of {self.reference} are"
        )
        return self._about("missing", f"{which} missing: what stood there was removed.", first)

    def _erasures(self) -> Iterator[Finding]:
        for sequence, row in self.erased.items():
            if sequence not in self.approved:
                yield self._found("erased", row, "has lost its content without an approved erasure.")

    def _end(self, last: Row) -> Iterator[Finding]:
        """Compare the end of the chain with the head on the case row, and with the anchors."""
        if last.reference is None:
            yield self._about(
                "case", f"{self.reference.capitalize()} is gone; {count_in_words(self.events, 'event')} of it are left."
            )
            return
        length = self.expected - 1
        counted = _whole(last.event_count)
        longest = max([counted, *self.anchored])
        if length < longest:
            yield self._tail(length, longest)
        elif not self.is_broken and (length > counted or last.mac != last.event_mac):
            sentence = (
                f"The end of the history of {self.reference} is not what its case row says: one of them was altered."
            )
            yield self._about("head", sentence)

    def _tail(self, length: int, longest: int) -> Finding:
        lost = longest - length
        when = self.anchored.get(longest)
        had = f"the anchor of {day_in_words(when[1])} holds {longest:,}" if when else f"there were {longest:,}"
        last = "last event" if lost == 1 else f"last {lost:,} events"
        are = "is" if lost == 1 else "are"
        return self._about(
            "tail", f"The {last} of {self.reference} {are} missing: {had}, and {length:,} are left.", length + 1
        )

    def _found(self, kind: str, row: Row, sentence: str) -> Finding:
        event = event_in_words(self.reference, row.sequence, row.type, row.at)
        number = row.sequence if isinstance(row.sequence, int) else None
        return Finding(kind, f"{event} {sentence}", self.case_id, self.reference, number)

    def _about(self, kind: str, sentence: str, sequence: int | None = None) -> Finding:
        return Finding(kind, sentence, self.case_id, self.reference, sequence)


_NOT_OURS = "it was added by somebody else."


def _readable(row: Row) -> Row:
    """Put text where text belongs, whatever stands there."""
    return row._replace(
        at=f"{row.at}",
        type=f"{row.type}",
        actor_name=f"{row.actor_name}",
        digest=f"{row.digest}",
        key_id=f"{row.key_id}",
        mac=f"{row.mac}",
    )


def _whole(value: object) -> int:
    """Return a number of events; none where no number stands."""
    return value if isinstance(value, int) else 0


def _approved_by(row: Row) -> list[int]:
    """Return the sequences that a sealed event of an approved erasure names."""
    try:
        payload: Any = from_json(row.payload or "")
        return [int(sequence) for sequence in payload["sequences"]]
    except (EngineError, ValueError, TypeError, KeyError):
        return []
