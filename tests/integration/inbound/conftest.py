"""What came in, and those who file it."""

from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine import jobs
from engine.inbound.polling import Came, Inbound
from models.inbound import InboundItem, InboundPart
from tests.environment.mail_server import Mailbox
from tests.factories import Factories

Write = Callable[..., bytes]


def write(
    subject: str = "The boiler",
    text: str = "It is cold again.",
    *,
    sender: str = "Ada Okafor <ada@resident.example>",
    html: str = "",
    attach: dict[str, bytes] | None = None,
    **headers: str,
) -> bytes:
    """Return an e-mail; `Message_ID="<1@x.example>"` is a header."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "hello@landlord.example", subject
    message["Date"] = "Thu, 03 Dec 2026 10:00:00 +0000"
    for name, value in ({"Message_ID": f"<{abs(hash((subject, text, sender)))}@resident.example>"} | headers).items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content in (attach or {}).items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


@dataclass
class Post:
    """A landlord whose e-mail and scans are taken in."""

    factories: Factories
    mailbox: Mailbox | None = None
    folder: Path | None = None

    def read(self, *, still: float = 0.0) -> list[Came]:
        """Look once, as a node does when its time has come, and do the jobs that this leaves."""
        if not hasattr(self, "_reader"):
            url = self.mailbox.url if self.mailbox else ""
            self._reader = Inbound(self.factories.sessions, imap_url=url, folder=self.folder, still=still)
        came = self._reader.look(is_forced=True)
        jobs.run_waiting(self.factories.sessions, kinds=jobs.APART)
        return came

    def items(self) -> list[InboundItem]:
        """Return what came in, the first that came first."""
        with self.factories.transaction() as session:
            return list(session.scalars(select(InboundItem).order_by(InboundItem.id)))

    def item(self) -> InboundItem:
        """Return the one that came in."""
        [one] = self.items()
        return one

    def parts(self, item: InboundItem | None = None) -> list[InboundPart]:
        """Return the files of an item, or of the one that came in."""
        item_id = (item or self.item()).id
        with self.factories.transaction() as session:
            wanted = select(InboundPart).where(InboundPart.item_id == item_id).order_by(InboundPart.position)
            return list(session.scalars(wanted))

    def rows(self, model: Any) -> list[Any]:
        """Return the rows of a table."""
        with self.factories.transaction() as session:
            return list(session.scalars(select(model).order_by(*model.__mapper__.primary_key)))


@pytest.fixture
def post(factories: Factories, mailbox: Mailbox) -> Post:
    """A landlord with a mailbox."""
    return Post(factories, mailbox)


@pytest.fixture
def dropped(factories: Factories, tmp_path: Path) -> Post:
    """A landlord with a folder for scans."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return Post(factories, folder=folder)
