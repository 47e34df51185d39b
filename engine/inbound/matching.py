"""Finds what an e-mail answers: the message of ours by its number, and the cases whose references it names.

This is asked for the platform, of all cases, and decides who may see the item at all; what is put before a person is
found for that person, by `proposing`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.documents.mail import Mail
from models.base import table
from models.case import Case
from models.work import OutboxMessage

OUTBOX, CASE = table(OutboxMessage), table(Case)
REFERENCE = re.compile(r"(?<![\w-])([A-Za-z]{1,10}-\d{3,10})(?![\w-])")
MOST_REFERENCES = 30
LOOKED_THROUGH = 20_000  # characters of the text


@dataclass(frozen=True, slots=True)
class Match:
    """What an e-mail belongs to, as far as it says."""

    answered: Any = None  # the row of our message: key, case_id, payload
    named: list[Any] = field(default_factory=list)  # rows of cases: id, reference, restricted, status
    is_own: bool = False  # it is a message of ours that came back

    @property
    def case_ids(self) -> list[int]:
        """Return the cases that it belongs to: that of our message first, then those that it names."""
        answered = [self.answered.case_id] if self.answered is not None and self.answered.case_id else []
        return list(dict.fromkeys([*answered, *(row.id for row in self.named)]))


def match(session: Session, mail: Mail) -> Match:
    """Return what an e-mail belongs to."""
    numbers = mail.report.numbers if mail.report else mail.answers
    is_own = bool(mail.number) and not mail.report and _of_ours(session, [mail.number]) is not None
    return Match(_of_ours(session, numbers), _named(session, f"{mail.subject}\n{mail.text[:LOOKED_THROUGH]}"), is_own)


def kept_for(session: Session, case_ids: Sequence[int]) -> int | None:
    """Return the case by which it is decided who may see an item: a restricted one before all others."""
    rows = session.execute(select(CASE.c.id, CASE.c.restricted).where(CASE.c.id.in_(case_ids))).all()
    order = {case_id: place for place, case_id in enumerate(case_ids)}
    ordered = sorted(rows, key=lambda row: (not row.restricted, order[row.id]))
    return ordered[0].id if ordered else None


def references(text: str) -> list[str]:
    """Return what looks like the reference of a case, in capitals, each once."""
    return list(dict.fromkeys(found.upper() for found in REFERENCE.findall(text)))[:MOST_REFERENCES]


def _of_ours(session: Session, numbers: Sequence[str]) -> Any:
    if not numbers:
        return None
    columns = (OUTBOX.c[name] for name in ("id", "key", "case_id", "payload", "mail_id"))
    rows = session.execute(select(*columns).where(OUTBOX.c.mail_id.in_(numbers))).all()
    return min(rows, key=lambda row: numbers.index(row.mail_id), default=None)


def _named(session: Session, text: str) -> list[Any]:
    """Return the cases that a text names, those that were merged as the one that goes on for them."""
    wanted = references(text)
    if not wanted:
        return []
    goes_on = func.coalesce(CASE.c.merged_into_id, CASE.c.id)
    ids = dict(session.execute(select(CASE.c.reference, goes_on).where(CASE.c.reference.in_(wanted))).all())
    columns = (CASE.c[name] for name in ("id", "reference", "restricted", "status"))
    rows = {row.id: row for row in session.execute(select(*columns).where(CASE.c.id.in_(ids.values())))}
    return list({ids[one]: rows[ids[one]] for one in wanted if one in ids}.values())
