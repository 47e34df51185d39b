"""Changes to rules and calendar: each is a row with all that is in force after it, one after the other."""

import hashlib
import secrets
from dataclasses import replace
from datetime import date
from typing import cast

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from engine.calendars import Closure, Nation
from engine.errors import Conflict
from engine.instants import now
from engine.law.current import COMMON, EDITION, LAW, Edition, Law, current, text
from engine.permissions import PLATFORM, Actor
from engine.rules.common import FILE as SHIPPED
from models.base import table
from models.law import BankHoliday, ClosedDays

CLOSED, HOLIDAY = table(ClosedDays), table(BankHoliday)


def write(session: Session, law: Law, *, kind: str, what: str, reason: str, by: Actor) -> Law:
    """Put `law`, which was made of what `locked` returned, in force; return it with its mark."""
    mark = f"{law.revision + 1}:{secrets.token_hex(8)}"
    session.execute(
        insert(LAW),
        {
            "revision": law.revision + 1,
            "mark": mark,
            "kind": kind,
            "what": what,
            "reason": reason,
            "at": now(),
            "by_id": by.user_id,
            "by_name": by.name,
            "state": law.to_json(),
        },
    )
    return replace(law, mark=mark)


def locked(session: Session) -> Law:
    """Return what is in force, and keep others from changing it until this transaction ends."""
    # The first row stands for all of them: it is never changed, so nobody who reads waits for it.
    session.execute(select(LAW.c.revision).order_by(LAW.c.revision).limit(1).with_for_update())
    return current(session)


def add_edition(session: Session, law: Law, source: str, content: str, *, origin: str, reason: str, by: Actor) -> Law:
    """Store a text that was checked as the next edition of `source`, and return the law with it; not yet in force."""
    digest = hashlib.sha256(content.encode()).hexdigest()
    number = (session.scalar(select(func.max(EDITION.c.number)).where(EDITION.c.source == source)) or 0) + 1
    edition_id = session.execute(
        insert(EDITION).returning(EDITION.c.id),
        {
            "source": source,
            "number": number,
            "content": content,
            "sha256": digest,
            "origin": origin,
            "reason": reason,
            "published_at": now(),
            "published_by_id": by.user_id,
            "published_by_name": by.name,
        },
    ).scalar_one()
    return replace(law, editions={**law.editions, source: Edition(edition_id, source, number, digest)})


def with_calendar(session: Session, law: Law) -> Law:
    """Return the law with the closures and proclaimed holidays that stand in their tables."""
    closures = session.execute(
        select(CLOSED.c.name, CLOSED.c.first_on, CLOSED.c.last_on)
        .where(CLOSED.c.ended_at.is_(None))
        .order_by(CLOSED.c.first_on, CLOSED.c.id)
    )
    holidays = session.execute(select(HOLIDAY).where(HOLIDAY.c.ended_at.is_(None)).order_by(HOLIDAY.c.on_day))
    proclaimed: dict[str, dict[date, str]] = {}
    for row in holidays:
        proclaimed.setdefault(row.nation, {})[row.on_day] = row.name
    return replace(
        law, closures=tuple(Closure(row.name, row.first_on, row.last_on) for row in closures), proclaimed=proclaimed
    )


def with_nation(law: Law, nation: str) -> Law:
    """Return the law of another nation."""
    return replace(law, nation=cast(Nation, nation))


def ship_common(session: Session) -> None:
    """Publish the common rules that came with this release, where none are in force yet."""
    if COMMON in current(session).editions:
        return
    law = locked(session)
    if COMMON not in law.editions:
        law = add_edition(
            session, law, COMMON, SHIPPED.read_text("utf-8"), origin="shipped", reason="As shipped", by=PLATFORM
        )
        write(session, law, kind="rules", what="The common rules came with Casewright.", reason="", by=PLATFORM)


def publish_deployed(
    session: Session, source: str, content: str, *, before: str | None, note: str, by: Actor, follows: int | None = None
) -> None:
    """Publish the rules of a category that is deployed, if the deployment changes them.

    `before` is the text in the version deployed before: one that travels along unchanged takes nothing back that was
    published in between. `follows` is the number of the edition that the text was made from, where that is known.

    Raises:
        Conflict: both the deployment and a publication in between changed them.
    """
    law = locked(session)
    edition = law.editions.get(source)
    in_force = text(session, edition) if edition is not None else None
    unchanged = (in_force, before, _content(session, source, follows))
    if edition is not None and content in unchanged:
        return
    if edition is not None and in_force != before and follows != edition.number:
        raise Conflict(
            f"The rules of “{source}” were published (edition {edition.number}) after the version that this deployment "
            "follows, and it would take that back.",
            remedy=f"Take edition {edition.number} into rules.toml, change it there, and deploy again.",
        )
    law = add_edition(session, law, source, content, origin="deployed", reason=note, by=by)
    number = law.editions[source].number
    what = f"Edition {number} of the rules of “{source}” came with a deployment."
    write(session, law, kind="rules", what=what, reason=note, by=by)


def _content(session: Session, source: str, number: int | None) -> str | None:
    return session.scalar(select(EDITION.c.content).where(EDITION.c.source == source, EDITION.c.number == number))
