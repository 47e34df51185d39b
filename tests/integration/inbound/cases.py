"""A case about a tenant to whom we wrote, and what they and others write back."""

from typing import Any

from sqlalchemy import insert, select, update

from engine import cases
from engine.inbound import taking
from engine.instants import now
from engine.outbox import message, message_id
from engine.starting import Subject
from models.case import Case, CaseEvent
from models.communication import Communication
from models.document import Document
from models.work import Notification, OutboxMessage, UserTask
from tests.diagrams import category
from tests.factories import Factories
from tests.integration.inbound.conftest import Post, write

ADA = "ada@resident.example"
ADA_HERSELF = f"Ada Okafor <{ADA}>"
KEY = "1:a-token:letter:person:1"
WAITING = "start > hear:intermediateCatchEvent > read > end"
_EVENT = '<bpmn:messageEventDefinition messageRef="answer"/>'
ROOTS = '<bpmn:message id="answer" name="reply_received"/>'


class Correspondence(Post):
    """A landlord who wrote an e-mail to Ada about her case, which waits for her answer."""

    def __init__(self, factories: Factories) -> None:
        super().__init__(factories)
        self.user = factories.user("officer", name="Priya Shah")
        self.by = factories.actor(self.user)
        self.ada = factories.person(email=ADA)
        self.tenancy = factories.tenancy(self.ada)
        factories.deploy(category(WAITING, inside={"hear": _EVENT}, roots=ROOTS))
        with factories.transaction() as session:
            about = [Subject("person", self.ada.id)]
            self.case = cases.start(session, "sample", subjects=about, by=self.by)
            session.execute(insert(OutboxMessage), self._sent())
            session.execute(insert(Communication), self._communication())

    def take(self, message: bytes) -> Any:
        """Take a message in, sort it, and return what became of it."""
        with self.factories.app.app_context():
            taken = taking.take_mail(self.factories.sessions, message)
        self.read()
        return next(item for item in self.items() if item.id == taken.item_id)

    def answer(
        self, text: str = "Yes, Tuesday suits me.", *, sender: str = f"Ada Okafor <{ADA}>", **headers: str
    ) -> Any:
        """Take in an answer to our message."""
        given = {"In_Reply_To": message_id(KEY), **headers}
        return self.take(write("Re: Your repair", text, sender=sender, **given))

    def restrict(self, *, owner_id: int | None = None) -> None:
        """Restrict the case, to its owner unless another is given."""
        with self.factories.transaction() as session:
            values = {"restricted": True} | ({"owner_id": owner_id} if owner_id is not None else {})
            session.execute(update(Case).values(**values))

    def communications(self, direction: str = "in") -> list[Communication]:
        """Return what was written to us, or by us."""
        return [one for one in self.rows(Communication) if one.direction == direction]

    def documents(self) -> list[Document]:
        """Return the documents of the case."""
        return [one for one in self.rows(Document) if one.case_id == self.case.id]

    def told(self) -> list[tuple[int, str]]:
        """Return who was told what."""
        return [(one.user_id, one.text) for one in self.rows(Notification)]

    def events(self) -> list[str]:
        """Return the types of the case's events, in order."""
        return [event.type for event in self.rows(CaseEvent) if event.case_id == self.case.id]

    def open(self) -> list[str]:
        """Return the elements at which a task is open."""
        with self.factories.transaction() as session:
            return list(session.scalars(select(UserTask.element_id).where(UserTask.status == "open")))

    def _sent(self) -> dict[str, Any]:
        row = message(KEY, ADA, "Your repair", "When may we come?", at=now(), case_id=self.case.id)
        return row | {"mail_id": message_id(KEY), "status": "sent", "sent_at": now(), "channel": "communication"}

    def _communication(self) -> dict[str, Any]:
        about = {"case_id": self.case.id, "person_id": self.ada.id, "recipient": "Mrs Ada Okafor", "address": ADA}
        return {
            "key": KEY,
            "channel": "email",
            "status": "sent",
            "subject": "Your repair",
            "created_at": now(),
            **about,
        }


def bounce(*, address: str = ADA, status: str = "5.1.1", action: str = "failed", number: str = "") -> bytes:
    """Return the report of a mail server about our message."""
    lines = [
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>",
        "To: hello@landlord.example",
        "Subject: Undelivered Mail Returned to Sender",
        "Date: Thu, 03 Dec 2026 10:00:00 +0000",
        f"Message-ID: <{status}.{action}@mx.example>",
        "Auto-Submitted: auto-replied",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
        "",
        "--x",
        "Content-Type: text/plain",
        "",
        "I am sorry to have to inform you",
        "--x",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example",
        "",
        f"Final-Recipient: rfc822; {address}",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; 550 {status} no such user",
        "",
        "--x",
        "Content-Type: message/rfc822",
        "",
        f"Message-ID: {number or message_id(KEY)}",
        "Subject: Your repair",
        "",
        "When may we come?",
        "--x--",
    ]
    return "\r\n".join(lines).encode()
