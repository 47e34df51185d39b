"""E-mails, texts and letters while nodes that race for them are killed at random: none is lost and none doubled.

What counts is what the mail server, the gateway and GOV.UK Notify have, and not what was written down of it. A mail
server cannot be asked what it has: a repeat has the same Message-ID, by which the receiver drops it.
"""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine import cases
from engine.communications import queueing
from engine.documents.store import FolderStore
from engine.instants import now
from engine.starting import Subject
from models.communication import Communication
from models.document import Document, DocumentVersion
from models.work import Incident, OutboxMessage
from tests.diagrams import category, service
from tests.environment import gateways
from tests.factories import Factories
from tests.integration.communications.conftest import Correspondence
from tests.pictures import pdf
from tests.soak import sending_herd
from tests.soak.inspection import Letterbox
from tests.soak.racing import run_apart

CASES, LETTERS, TEXTS, KILLS = 100, 100, 200, 100
PAUSE = 0.05  # seconds between taking a message and the answer, as of a server far away
WRITES = service("send_email", to="tenants", subject="=string(number)", text="Hello.")
NUMBER = "07700900120"

pytestmark = pytest.mark.soak


@pytest.fixture
def servers(letterbox: tuple[Letterbox, str]) -> Iterator[tuple[Letterbox, gateways.Notify, gateways.Gateway]]:
    """A mail server, GOV.UK Notify and a gateway, each slow to answer."""
    with gateways.serving(gateways.Notify()) as notify, gateways.serving(gateways.Gateway()) as gateway:
        letterbox[0].pause = notify.pause = gateway.pause = PAUSE
        yield letterbox[0], notify, gateway


@pytest.mark.parametrize("fault", sorted(sending_herd.FAULTS))
def test_killing_who_sends_loses_and_doubles_nothing(
    factories: Factories,
    letterbox: tuple[Letterbox, str],
    servers: tuple[Letterbox, gateways.Notify, gateways.Gateway],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    fault: str,
) -> None:
    _, notify, gateway = servers
    _wish(factories, FolderStore(tmp_path / "files"))
    settings = {"files": str(tmp_path / "files"), "kills": KILLS, "seed": 7, "fault": fault}
    settings |= {"smtp_url": letterbox[1], "sms_url": gateway.url, "notify_url": notify.url}
    settings |= {"url": factories.engine.url.render_as_string(hide_password=False)}
    factories.engine.dispose()

    begun = time.monotonic()
    run_apart("sending_herd", settings, tmp_path)
    wrong = [*_wrong(factories), *_wrongly_taken(*servers)]

    found = sum(path.startswith("/v2/notifications?") for _, path in notify.asked)
    again = letterbox[0].repeats + gateway.keys.total() - len(gateway.keys) + found
    with capsys.disabled():
        counts = f"{len(letterbox[0].taken)} e-mails, {len(gateway.taken)} texts, {len(notify.taken)} letters"
        said = f", with the fault “{fault}” {len(wrong)} wrong, such as {wrong[:1]}" if fault else ""
        took = f"{KILLS} kills, {time.monotonic() - begun:.0f} s, {again} taken up again after a kill"
        print(f"\n{factories.engine.dialect.name}: {counts}, {took}{said}")
    assert (wrong == []) is (fault == "")
    assert again > 0 or fault == "ask_nobody"


def _wish(factories: Factories, store: FolderStore) -> None:
    """Start cases that each write to two tenants, and queue letters and texts that are written."""
    factories.organisation()
    letters = Correspondence(factories)
    for number, tenant in enumerate((letters.ada, letters.bea)):
        letters.reach(tenant, "email", f"tenant{number}@resident.example")
    letters.reach(letters.ada, "phone", NUMBER)
    factories.deploy(category("start > write:service > end", key="soak", inside={"write": WRITES}))
    for number in range(CASES):
        with factories.transaction() as session:
            subjects = [Subject("person", letters.ada.id), Subject("home", letters.home.id)]
            cases.start(session, "soak", subjects=subjects, fields={"number": number}, by=letters.by)
    kept = store.put(pdf())
    with factories.transaction() as session:
        for number in range(LETTERS):
            _queue_letter(session, letters.ada.id, kept, number)
        for number in range(TEXTS):
            text = {"channel": "sms", "address": NUMBER, "subject": "", "text": f"Text {number}"}
            _queue(session, letters.ada.id, {"key": f"text{number}", **text})


def _queue_letter(session: Any, person_id: int, sha256: str, number: int) -> None:
    document = Document(title=f"Letter {number}", kind="letter", source="uploaded", created_at=now())
    session.add(document)
    session.flush()
    version = {"sha256": sha256, "size": len(pdf()), "content_type": "application/pdf", "file_name": "letter.pdf"}
    session.add(DocumentVersion(document_id=document.id, number=1, created_at=now(), **version))
    row = {"key": f"letter{number}", "channel": "letter", "address": "1 High Street, ZZ99 3QT"}
    row |= {"subject": f"Letter {number}", "template": "letter", "document_id": document.id}
    _queue(session, person_id, row | {"address_lines": ["1 High Street", "ZZ99 3QT"]})


def _queue(session: Any, person_id: int, row: dict[str, Any]) -> None:
    row = {**row, "case_id": None, "status": "waiting", "created_at": now()}
    session.add(Communication(**row, person_id=person_id))
    session.flush()
    queueing.queue(session, row, status="waiting", at=now())


def _wrong(factories: Factories) -> Iterator[str]:
    """Yield what our own books say that is not as it must be."""
    with factories.transaction() as session:
        for one in session.scalars(select(Communication).where(Communication.status != "sent")):
            yield f"{one.channel} {one.subject} is {one.status}: {one.reason}"
        for left in session.scalars(select(OutboxMessage).where(OutboxMessage.status != "sent")):
            yield f"{left.key} is {left.status}: {left.error}"
        for incident in session.scalars(select(Incident)):
            yield f"incident: {incident.message}"


def _wrongly_taken(box: Letterbox, notify: gateways.Notify, gateway: gateways.Gateway) -> Iterator[str]:
    """Yield which messages others have more or less often than they must."""
    mails = Counter((to, subject.split(" (")[0]) for to, subject in box.taken.values())
    wanted_mails = Counter((f"tenant{n}@resident.example", str(number)) for n in (0, 1) for number in range(CASES))
    for wanted, found in (
        (wanted_mails, mails),
        (Counter(f"Text {number}" for number in range(TEXTS)), Counter(one["text"] for one in gateway.taken)),
        (Counter(f"letter{number}" for number in range(LETTERS)), Counter(one["reference"] for one in notify.taken)),
    ):
        yield from (f"lost: {key}" for key in wanted - found)
        yield from (f"too many: {key}" for key in found - wanted)
