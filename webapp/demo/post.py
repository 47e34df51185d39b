"""What came in by e-mail and post: some of it filed by itself, the rest under Incoming, where somebody files it."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import select

from engine import jobs
from engine.filing.receiving import receive
from engine.inbound import sorting, taking
from engine.instants import LONDON, frozen_at, now
from engine.transactions import Sessions, reading
from models.case import Case, CaseLink
from models.people import ContactDetail, Person
from models.tenancies import Tenure, TenureMember
from webapp.demo.people import DOMAIN

STRANGER = "m.lowther@elsewhere.example"
LINES = (
    "26 Alder Walk, Brightwater",
    "",
    "Dear Sir or Madam,",
    "",
    "the light on the landing has been out for two weeks now, and my mother, who is 82,",
    "no longer dares to go downstairs in the evening. I telephoned twice and nobody came.",
    "Please let me know when it will be repaired.",
    "",
    "Yours faithfully",
)
PAGE, MARGIN, LINE, SIZE = (1240, 1754), 150, 46, 26  # of a page of A4 at 150 dots an inch


@dataclass(frozen=True, slots=True)
class Complainant:
    """Somebody with an open complaint and an e-mail address."""

    reference: str
    name: str
    address: str


def bring(sessions: Sessions) -> Iterator[int]:
    """Take it in, each piece at its own time; yields how many there are so far."""
    first, second = _complainants(sessions)
    tenant, neighbour = _tenant(sessions), Complainant("", "Megan Lowther", STRANGER)
    with frozen_at(_at(2)):
        taking.take_mail(sessions, _mail(tenant, "Smoke alarm", _ALARM))
    yield 1
    with frozen_at(_at(1)):
        taking.take_mail(sessions, _mail(neighbour, f"For your file {second.reference}", _FOR_ANOTHER))
    yield 2
    with frozen_at(_at(1, hour=11)):
        taking.take_scan(sessions, "scan 0412.pdf", receive("scan 0412.pdf", _scan()))
    yield 3
    with frozen_at(_at(0, hour=8)):
        film = _mail(tenant, "Film of the leak", "")
        taking.not_read(sessions, None, "The message has 63 MB; at most 50 MB are taken in.", head=film, size=FILM)
    yield 4
    # Now, as it is filed by itself: nothing happens in a case before what has happened.
    taking.take_mail(sessions, _mail(first, f"Re: Your complaint {first.reference}", _ANSWER))
    jobs.run_waiting(sessions, kinds=(sorting.KIND,))  # what is drawn of them is drawn while one looks on
    yield COUNT


FILM = 66_060_288  # bytes
COUNT = 5
_ANSWER = """Dear Complaints Team,

thank you for your letter. I am at home on Thursday and Friday after two, should somebody want to look at it.

Kind regards
{name}
"""
_ALARM = """Hello,

the smoke alarm in our hall chirps every minute although I have changed its battery. Can somebody come?

Thank you
{name}
"""
_FOR_ANOTHER = """Good morning,

I help my neighbour with her complaint, whose number is above. She asks me to tell you that she is in hospital until
the end of next week and cannot answer the telephone. May I speak for her meanwhile?

{name}
"""


def _complainants(sessions: Sessions) -> tuple[Complainant, Complainant]:
    """Return two who have an open complaint about which nothing is secret, the latest first."""
    found = (
        select(Case.reference, Person.first_name, Person.surname, ContactDetail.value)
        .join(CaseLink, (CaseLink.case_id == Case.id) & (CaseLink.entity_type == "person"))
        .join(Person, Person.id == CaseLink.entity_id)
        .join(ContactDetail, (ContactDetail.person_id == Person.id) & (ContactDetail.contact_type == "email"))
        .where(Case.status == "open", Case.restricted.is_(False), Case.reference.startswith("CMP-"))
        .order_by(Case.id.desc())
        .limit(2)
    )
    with reading(sessions) as session:
        one, other = (
            Complainant(row.reference, f"{row.first_name} {row.surname}", row.value) for row in session.execute(found)
        )
    return one, other


def _tenant(sessions: Sessions) -> Complainant:
    """Return a tenant without any case."""
    found = (
        select(Person.first_name, Person.surname, ContactDetail.value)
        .join(TenureMember, TenureMember.person_id == Person.id)
        .join(Tenure, Tenure.id == TenureMember.tenure_id)
        .join(ContactDetail, (ContactDetail.person_id == Person.id) & (ContactDetail.contact_type == "email"))
        .where(
            TenureMember.is_responsible,
            Tenure.ended_on.is_(None),
            Person.id.not_in(select(CaseLink.entity_id).where(CaseLink.entity_type == "person")),
        )
        .order_by(Person.id)
        .limit(1)
    )
    with reading(sessions) as session:
        row = session.execute(found).one()
    return Complainant("", f"{row.first_name} {row.surname}", row.value)


def _at(days: int, *, hour: int = 9) -> datetime:
    """Return an instant so many days ago, which has come already."""
    day = now().astimezone(LONDON).date() - timedelta(days=days)
    return min(datetime.combine(day, time(hour, 12), LONDON), now() - timedelta(minutes=1))


def _mail(sender: Complainant, subject: str, text: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"{sender.name} <{sender.address}>", f"hello@{DOMAIN}", subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{subject.lower().replace(' ', '.').replace(':', '')}@{sender.address.partition('@')[2]}>"
    message.set_content(text.format(name=sender.name))
    return message.as_bytes()


def _scan() -> bytes:
    """Return a letter as a scanner brings it: one page that is a picture."""
    from PIL import Image, ImageDraw, ImageFont  # here: it takes long to import

    page, file = Image.new("L", PAGE, 250), io.BytesIO()
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(SIZE)
    for number, line in enumerate(LINES):
        pen.text((MARGIN, MARGIN + number * LINE), line, fill=40, font=font)
    page.rotate(0.6, fillcolor=250).save(file, "PDF", resolution=150)
    return file.getvalue()
