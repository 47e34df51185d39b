"""500 reminders while the mail server is down for 300 seconds and two nodes are killed: none lost, none doubled."""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from engine import staff, tasks
from engine.instants import now
from engine.permissions import PLATFORM
from models.case import CaseEvent
from models.work import Notification, OutboxMessage
from tests.diagrams import category
from tests.factories import NOBODY_SIGNS_IN_WITH_IT, Factories
from tests.integration.engine.test_outbox import free_port
from tests.soak.inspection import Letterbox

ROOT = Path(__file__).parents[2]
MESSAGES = 500
CASES = 10
KILLS = 12
PATIENCE = 200.0

pytestmark = pytest.mark.soak


class Nodes:
    """Two processes that remind and send, killed and begun anew."""

    def __init__(self, settings: dict[str, Any], folder: Path) -> None:
        self._settings = folder / "settings.json"
        self._settings.write_text(json.dumps(settings))
        self._log = (folder / "nodes.log").open("w")
        self.running = [self._begin(), self._begin()]

    def kill_one(self, choose: random.Random) -> None:
        """Kill one of them wherever it is, and begin another."""
        place = choose.randrange(len(self.running))
        self.running[place].kill()
        self.running[place].wait()
        self.running[place] = self._begin()

    def end(self) -> None:
        """Kill both."""
        for node in self.running:
            assert node.poll() is None, "a node stopped by itself: see nodes.log"
        for node in self.running:
            node.kill()
            node.wait()
        self._log.close()

    def _begin(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.soak.reminding_node", str(self._settings)]
        return subprocess.Popen(command, cwd=ROOT, stderr=self._log)


def test_a_mail_server_that_is_down_loses_and_doubles_nothing(
    factories: Factories, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    addresses = _office(factories)
    box, port, clock, choose = Letterbox(), free_port(), tmp_path / "clock", random.Random(7)
    clock.write_text("0")
    files = factories.app.extensions["casewright"].files
    url = factories.engine.url.render_as_string(hide_password=False)
    begun, kills = time.monotonic(), 0
    settings = {"url": url, "files": str(files), "clock": str(clock), "smtp_url": f"smtp://127.0.0.1:{port}"}
    nodes = Nodes(settings, tmp_path)

    for seconds in range(0, 301, 30):  # the server is down; the nodes try, and are killed
        clock.write_text(str(seconds))
        time.sleep(1)
        nodes.kill_one(choose)
        kills += 1
    _wait(lambda: _count(factories, OutboxMessage) == MESSAGES)
    assert box.taken == {}
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    while _count(factories, OutboxMessage, OutboxMessage.status == "waiting"):
        assert time.monotonic() - begun < PATIENCE, "the mail does not leave"
        clock.write_text(str(float(clock.read_text()) + 61))
        time.sleep(1)
        if kills < KILLS:
            nodes.kill_one(choose)
            kills += 1
    nodes.end()
    server.stop()

    assert Counter(to for to, _ in box.taken.values()) == Counter(addresses)
    assert _count(factories, OutboxMessage, OutboxMessage.status == "sent") == MESSAGES
    assert _count(factories, Notification) == MESSAGES
    assert _count(factories, CaseEvent, CaseEvent.type == "reminder_given") == MESSAGES
    with capsys.disabled():
        print(
            f"\n{factories.engine.dialect.name}: {MESSAGES} reminders, {kills} kills, {box.repeats} repeats "
            f"by the same Message-ID, {time.monotonic() - begun:.0f} s"
        )


def _office(factories: Factories) -> list[str]:
    """Make as many members of staff as messages, each with a task that is overdue; return their addresses."""
    factories.deploy(category("start > ask > end"))
    by = factories.actor(factories.user("officer", "administrator"))
    with factories.transaction() as session:
        people = [
            staff.add_user(
                session, email=f"officer.{number}@landlord.example", name=f"Officer {number}",
                password_hash=NOBODY_SIGNS_IN_WITH_IT, roles=("officer",), job_title="", phone="", by=PLATFORM,
            )
            for number in range(MESSAGES)
        ]  # fmt: skip
        addresses = [person.email for person in people]
    started = [_start(factories, by) for _ in range(CASES)]
    with factories.transaction() as session:
        for number, address in enumerate(addresses):
            tasks.add(session, started[number % CASES], name=f"Task {number}", to=address, due_at=now(), by=by)
    return addresses


def _start(factories: Factories, by: Any) -> int:
    from engine import cases

    with factories.transaction() as session:
        return cases.start(session, "sample", by=by).id


def _count(factories: Factories, model: Any, *where: Any) -> int:
    with factories.transaction() as session:
        return len(session.scalars(select(model.id).where(*where)).all())


def _wait(is_so: Any) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < give_up_at
        time.sleep(0.2)
