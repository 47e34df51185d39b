"""How the certificates of a home stand: the latest of a kind is what counts, and it lasts or has run out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from engine.instants import today
from models.places import Certificate

SOON = timedelta(weeks=8)  # a gas safety check may be made up to two months before the last one runs out


@dataclass(frozen=True, slots=True)
class Standing:
    """A certificate and how it stands: overdue, warning (runs out within eight weeks), on_target, none or former."""

    certificate: Certificate
    state: str

    @property
    def counts(self) -> bool:
        """Say whether it is the latest of its kind."""
        return self.state != "former"


def standings(certificates: Iterable[Certificate], *, on: date | None = None) -> list[Standing]:
    """Return certificates as they stand on a day (today): what has run out first, what was replaced last."""
    day, seen, found = on or today(), set(), []
    for one in sorted(certificates, key=lambda one: (one.issued_on, one.id), reverse=True):
        is_former = one.ended_on is not None or one.kind in seen
        seen |= set() if one.ended_on is not None else {one.kind}
        found.append(Standing(one, "former" if is_former else _state(one, day)))
    return sorted(found, key=lambda one: (_ORDER[one.state], one.certificate.expires_on or date.max))


def _state(certificate: Certificate, day: date) -> str:
    if certificate.expires_on is None:
        return "none"
    if certificate.expires_on < day:
        return "overdue"
    return "warning" if certificate.expires_on < day + SOON else "on_target"


_ORDER = {state: place for place, state in enumerate(("overdue", "warning", "on_target", "none", "former"))}
