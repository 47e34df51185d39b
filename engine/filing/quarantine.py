"""Files that were refused: kept apart from documents, released or destroyed by an administrator for a reason."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, insert, null, select, update
from sqlalchemy.orm import Session, aliased

from engine.documents.receiving import Received
from engine.documents.refusals import UploadRefused
from engine.documents.uploads import CheckedFile, shown_name
from engine.errors import Invalid, NotFound
from engine.filing import adding
from engine.filing.places import Place
from engine.filing.receiving import quarantine, store
from engine.instants import now
from engine.permissions import Actor, require, visible_cases
from models.base import table
from models.case import Case
from models.document import QuarantinedFile
from models.staff import User
from models.work import AdministrativeAction

HELD = table(QuarantinedFile)
STATES = {"held": "Kept apart", "released": "Released", "destroyed": "Destroyed"}
UNKNOWN = "application/octet-stream"  # what was refused is never shown in a page, and always saved as a file
LONGEST_REASON = 500


def set_apart(
    session: Session, refusal: UploadRefused, place: Place, *, title: str = "", kind: str = "other", by: Actor
) -> int | None:
    """Write down a refused file with where it was meant for; none when its bytes were not kept."""
    if refusal.held is None:
        return None
    row = {
        "file_name": shown_name(refusal.held.name),
        "sha256": refusal.held.sha256,
        "size": refusal.held.size,
        "code": refusal.code,
        "reason": str(refusal),
        "received_at": now(),
        "received_by_id": by.user_id,
        "case_id": place.case_id,
        "links": [list(link) for link in place.links],
        "title": title[: adding.LONGEST_TITLE],
        "kind": kind,
        "state": "held",
        "decision_reason": "",
    }
    number: int = session.execute(insert(HELD).returning(HELD.c.id), row).scalar_one()
    return number


def lines(by: Actor, *, state: str = "held") -> Any:
    """Return the statement that lists refused files; a case that `by` may not see is not named."""
    require(by, "administer")
    if state not in STATES:
        raise Invalid(f"There is no state “{state[:40]}” of a file.", remedy=f"There are: {', '.join(STATES)}.")
    sender, judge = aliased(User), aliased(User)
    shown = case((visible_cases(by), Case.reference), else_=null()).label("reference")
    return (
        select(*HELD.c, shown, sender.name.label("sender"), judge.name.label("judge"))
        .outerjoin(Case, Case.id == HELD.c.case_id)
        .outerjoin(sender, sender.id == HELD.c.received_by_id)
        .outerjoin(judge, judge.id == HELD.c.decided_by_id)
        .where(HELD.c.state == state)
    )


def count(session: Session) -> int:
    """Return how many files wait for a decision."""
    return int(session.scalar(select(func.count()).select_from(HELD).where(HELD.c.state == "held")) or 0)


def one(session: Session, number: int, *, by: Actor) -> Any:
    """Return a refused file whose bytes are still there. Raises NotFound."""
    require(by, "administer")
    row = session.execute(select(HELD).where(HELD.c.id == number, HELD.c.state == "held")).first()
    if row is None:
        raise NotFound("There is no such file, or somebody has decided on it already.")
    return row


def release(session: Session, number: int, *, reason: str, by: Actor) -> int:
    """Make a document of a refused file, where it was meant for, and return its id; it can only be saved as a file.

    Raises:
        Invalid: no reason.
        NotFound: somebody has decided on it already.
    """
    row, reason = _taken(session, number, reason, by)
    with quarantine().open(row.sha256) as file:
        content = file.read()
    checked = CheckedFile(UNKNOWN, row.file_name, row.file_name.rpartition(".")[2])
    received = Received(checked, store().put(content), row.size, place_removed=False)
    place = Place(row.case_id, tuple((str(kind), int(number)) for kind, number in row.links))
    document_id = adding.file_released(session, received, place, title=row.title, kind=row.kind, reason=reason, by=by)
    _decide(session, row, "released", reason, by, document_id=document_id)
    return document_id


def destroy(session: Session, number: int, *, reason: str, by: Actor) -> None:
    """Give a refused file up for good; its bytes go after the commit (`forget_bytes`). Raises as `release` does."""
    row, reason = _taken(session, number, reason, by)
    _decide(session, row, "destroyed", reason, by)


def forget_bytes(session: Session, digests: Sequence[str]) -> None:
    """Destroy the bytes of files that were decided on; what another refused file has too is left."""
    held = set(session.scalars(select(HELD.c.sha256).where(HELD.c.sha256.in_(digests), HELD.c.state == "held")))
    for sha256 in set(digests) - held:
        quarantine().remove(sha256)


def _taken(session: Session, number: int, reason: str, by: Actor) -> tuple[Any, str]:
    require(by, "administer")
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        asked = "Enter why" if not reason else f"The reason must be {LONGEST_REASON} characters or fewer"
        raise Invalid("A refused file is decided on only for a reason.", errors={"reason": asked})
    wanted = select(HELD).where(HELD.c.id == number, HELD.c.state == "held").with_for_update()
    row = session.execute(wanted).first()
    if row is None:
        raise NotFound("There is no such file, or somebody has decided on it already.")
    return row, reason


def _decide(session: Session, row: Any, state: str, reason: str, by: Actor, *, document_id: int | None = None) -> None:
    decision = {"state": state, "decided_at": now(), "decided_by_id": by.user_id, "decision_reason": reason}
    session.execute(update(HELD).where(HELD.c.id == row.id).values(**decision, document_id=document_id))
    action = {"at": now(), "user_id": by.user_id, "action": f"refused file {state}", "subject": row.file_name}
    session.execute(insert(AdministrativeAction), {**action, "reason": reason})
