"""E-mails and scans while three nodes race for them and are killed at random: each is taken in once, and none lost."""

import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.documents.store import FolderStore
from engine.inbound import folder as folders
from engine.inbound import mailbox as mailboxes
from models.inbound import InboundArrival, InboundItem, InboundPart
from tests.environment.mail_server import Mailbox
from tests.factories import Factories
from tests.integration.inbound.conftest import write
from tests.pictures import pdf, picture
from tests.soak.racing import run_apart

MAILS, SCANS, KILLS = 120, 80, 150

pytestmark = pytest.mark.soak


@pytest.mark.parametrize("fault", ["", "unclaimed"])
def test_nodes_that_race_and_are_killed_lose_and_double_nothing(
    factories: Factories, mailbox: Mailbox, tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    inbox, files = tmp_path / "inbox", factories.app.extensions["casewright"].files
    inbox.mkdir()
    mailbox.put(*(_mail(number) for number in range(MAILS)))
    for number in range(SCANS):
        (inbox / f"scan{number}.pdf").write_bytes(pdf(1 + number % 3))
    settings = {"imap_url": mailbox.url, "folder": str(inbox), "files": str(files), "kills": KILLS, "seed": 11}
    settings |= {"url": factories.engine.url.render_as_string(hide_password=False), "fault": fault}
    factories.close()

    begun = time.monotonic()
    run_apart("inbound_herd", settings, tmp_path)
    wrong = _wrong(factories, mailbox, inbox, files)

    with capsys.disabled():
        name, said = factories.engine.dialect.name, f", with the fault “{fault}”: {len(wrong)} wrong" if fault else ""
        print(f"\n{name}: {MAILS} e-mails, {SCANS} scans, {KILLS} kills, {time.monotonic() - begun:.0f} s{said}")
    assert (wrong == []) is (fault == "")


def _mail(number: int) -> bytes:
    attached = {f"page{number}.png": picture("PNG")} if number % 3 == 0 else {}
    return write(f"Message {number}", "words " * number, attach=attached, Message_ID=f"<{number}@soak.example>")


def _wrong(factories: Factories, mailbox: Mailbox, inbox: Path, files: Path) -> list[str]:
    """Return what is not as it must be, by what was put there and not by what was written down of it."""
    with factories.transaction() as session:
        items = session.scalars(select(InboundItem)).all()
        parts = session.scalars(select(InboundPart)).all()
        begun = session.scalars(select(InboundArrival.key).where(InboundArrival.state != "taken")).all()
    wanted = Counter([f"Message {number}" for number in range(MAILS)] + [f"scan{number}" for number in range(SCANS)])
    came, wrong = Counter(item.subject for item in items), [f"not ended: {key}" for key in begun]
    wrong += [f"{subject}: {came[subject]} times" for subject in wanted | came if came[subject] != wanted[subject]]
    wrong += [f"{item.subject} is {item.state}: {item.reason}" for item in items if item.state != "new"]
    pieces = Counter(part.item_id for part in parts)
    wanted_pieces = {item.id: 1 + (item.channel == "email" and int(item.subject[8:]) % 3 == 0) for item in items}
    wrong += [f"item {key}: {pieces[key]} files" for key, count in wanted_pieces.items() if pieces[key] != count]
    store = FolderStore(files)
    wrong += [f"{part.file_name} is not in the store" for part in parts if not store.verify(part.sha256 or "")]
    wrong += [f"{len(mailbox.lying())} still lie in the mailbox"] if mailbox.lying() else []
    # Two nodes that move the same message at the same moment leave two copies with some servers: none is missing.
    moved = len(set(mailbox.lying(mailboxes.TAKEN)))
    wrong += [f"{moved} were moved in the mailbox"] if moved != MAILS else []
    lying = [path.name for path in inbox.iterdir() if path.is_file()]
    taken = [path.name for path in (inbox / folders.TAKEN).iterdir() if not path.name.endswith(folders.WHY)]
    wrong += [f"still in the folder: {name}" for name in lying]
    wrong += [f"{len(taken)} files were moved"] if len(taken) != SCANS else []
    return wrong
