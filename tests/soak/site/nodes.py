"""Starts the nodes of an installation, kills them, and starts others in their place."""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.soak.site import FAULT, SIGNS

ROOT = Path(__file__).parents[3]
SECONDS_TO_START = 60.0
GAP_PATIENCE = 0.5  # seconds that the killer waits for somebody in a seeded fault's gap; some faults have none


@dataclass(slots=True)
class Node:
    """A node that runs: a web node with its port, or a worker without one."""

    words: tuple[str, ...]
    process: subprocess.Popen[bytes]
    port: int | None

    def pids(self) -> list[int]:
        """Return the processes of the node: itself, and those that it forked to serve."""
        try:
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        except OSError:
            children = []
        return [self.process.pid, *map(int, children)]

    def processor_seconds(self) -> float:
        """Return the processor time that the node has had so far."""
        return sum(map(_processor_seconds, self.pids()))


@dataclass(slots=True)
class Site:
    """The nodes of one installation on one database."""

    environment: dict[str, str]
    log: Path
    nodes: list[Node] = field(default_factory=list)
    kills: int = 0
    whole_nodes_killed: int = 0

    @property
    def ports(self) -> list[int]:
        """Return the ports of the web nodes."""
        return [node.port for node in self.nodes if node.port is not None]

    def start(self, *, web: int, workers: int) -> None:
        """Start so many nodes, and wait until the web nodes answer."""
        self.nodes += [self._web(free_port()) for _ in range(web)]
        self.nodes += [self._worker() for _ in range(workers)]
        for port in self.ports:
            wait_until_ready(port)

    def stop(self) -> None:
        """Ask every node to stop, and wait for it."""
        for node in self.nodes:
            node.process.terminate()
        for node in self.nodes:
            try:
                node.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                node.process.kill()
        self.nodes.clear()

    def kill_at_random(self, kills: int, chosen: random.Random) -> None:
        """Kill so many processes of the site, each replaced at once: by its node, or with its node by us."""
        while self.kills < kills:
            time.sleep(chosen.uniform(0.02, 1.0))
            if len(self.ports) == 1:  # the only node has to be there to be killed in the middle of something
                wait_until_ready(self.ports[0])
                time.sleep(chosen.uniform(0.0, 1.0))
            node, pid = self._victim(chosen)
            if not _kill(pid):
                if node.process.poll() is not None:
                    raise RuntimeError(f"The node {' '.join(node.words)} ended by itself; see {self.log}.")
                continue
            self.kills += 1
            if pid == node.process.pid:
                self.whole_nodes_killed += 1
                self._replace(node)

    def _victim(self, chosen: random.Random) -> tuple[Node, int]:
        node = chosen.choice(self.nodes)
        pids = node.pids()
        # Mostly the process that serves: one that it forked, where it does. Now and then the whole node.
        pid = pids[0] if len(pids) == 1 or chosen.random() < 0.1 else pids[-1]
        in_gap = self._wait_for_a_gap()
        for other in self.nodes if in_gap else ():
            for each in other.pids():
                if each in in_gap:
                    return other, each
        return node, pid

    def _wait_for_a_gap(self) -> set[int]:
        if not self.environment.get(FAULT):
            return set()
        give_up_at = time.monotonic() + GAP_PATIENCE
        while time.monotonic() < give_up_at:
            if found := {int(sign.name) for sign in Path(self.environment[SIGNS]).iterdir()}:
                return found
            time.sleep(0.002)
        return set()

    def _replace(self, node: Node) -> None:
        for pid in node.pids()[1:]:  # orphans would keep the port
            _kill(pid)
        node.process.wait()
        node.process = self._run(node.words)

    def _web(self, port: int) -> Node:
        words = ("web", str(port))
        return Node(words, self._run(words), port)

    def _worker(self) -> Node:
        return Node(("worker",), self._run(("worker",)), None)

    def _run(self, words: tuple[str, ...]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.soak.site.node", *words]
        with self.log.open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, env=os.environ | self.environment, stdout=log, stderr=log)


@contextmanager
def site(url: str, folder: Path, *, smtp_url: str = "", fault: str = "") -> Iterator[Site]:
    """Give an installation without nodes on a database that holds our tables; its nodes have stopped when this ends."""
    signs = folder / "signs"
    signs.mkdir(exist_ok=True)
    environment = {
        "DATABASE_URL": url,
        "CASEWRIGHT_SECRET_KEY": "a key for the soak alone",
        "CASEWRIGHT_FILES": str(folder / "files"),
        "CASEWRIGHT_KEYRING": str(folder / "keyring.json"),
        "SMTP_URL": smtp_url,
        "CASEWRIGHT_MAIL_FROM": "soak@landlord.example",
        FAULT: fault,
        SIGNS: str(signs),
    }
    made = Site(environment, folder / "nodes.log")
    try:
        yield made
    finally:
        made.stop()


def wait_until_ready(port: int) -> None:
    """Wait until a web node answers. Raises TimeoutError."""
    give_up_at = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up_at:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise TimeoutError(f"the web node on port {port} does not answer")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _processor_seconds(pid: int) -> float:
    try:
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
