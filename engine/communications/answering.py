"""What an answer to a message that came in begins with: where it is written, to whom, how, and about what."""

from sqlalchemy.orm import Session

from engine.communications import showing
from engine.communications.wishes import Place, Wish
from engine.errors import Conflict, NotFound
from engine.permissions import Actor


def answer(session: Session, number: int, *, once: str, by: Actor) -> Wish:
    """Return an answer that says nothing yet; `once` as in `Wish`.

    Raises:
        NotFound: there is no such message that came in, or none that the actor may see.
        Conflict: it is filed neither on a case nor with a person.
    """
    row = showing.page(session, number, by=by).row
    if row.direction != "in":
        raise NotFound("There is no such message to answer here.")
    if row.case_id is None and row.person_id is None:
        raise Conflict("It is filed neither on a case nor with a person.", remedy="File it, and answer it there.")
    kind = "person" if row.person_id else "organisation" if row.organisation_id else "address"
    key = f"{kind}:{row.person_id or row.organisation_id or row.address.casefold()}"
    subject = row.subject if row.subject.casefold().startswith("re:") else f"Re: {row.subject}".strip()
    place = Place(case_id=row.case_id) if row.case_id is not None else Place(person_id=row.person_id)
    return Wish(place, row.channel, (key,), once, subject=subject[:200], in_reply_to_id=row.id)
