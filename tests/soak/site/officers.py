"""Officers at their desks: each a thread that asks the site over HTTP, and asks again, with the same key, until it is
answered.
"""

import http.client
import json
import os
import random
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.soak import expectation
from tests.soak.diary import Diary

MOST_OPEN = 40
NEAREST = 8  # open tasks among which all officers choose: they are to get in each other's way
PATIENCE = 600.0  # seconds after which a request that nobody answers is given up and written down
TIMEOUT = 20.0


@dataclass(slots=True)
class Board:
    """What the officers know together."""

    ports: list[int]
    numbers: dict[str, int] = field(default_factory=dict)  # reference of a case to its number
    is_over: threading.Event = field(default_factory=threading.Event)  # no new cases: finish those that are open


class NotAnswered(Exception):
    """Nobody answered, for as long as an officer waits."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a node answered."""

    status: int
    body: Any
    is_repeat: bool


class Line:
    """A connection to the site: to whichever web node answers."""

    def __init__(self, ports: list[int], token: str) -> None:
        self._ports, self._token = ports, token
        self._connection: http.client.HTTPConnection | None = None
        self.asked_again = 0

    def ask(self, method: str, path: str, body: Any = None, *, key: str = "") -> Answer:
        """Return the answer; without one, or when the node cannot serve just now, ask again.

        Raises:
            NotAnswered: nobody answers for ten minutes.
        """
        give_up_at = time.monotonic() + PATIENCE
        while time.monotonic() < give_up_at:
            try:
                answer = self._once(method, path, body, key)
            except (OSError, http.client.HTTPException):
                answer = None
            if answer is not None and answer.status != 503:
                return answer
            self.hang_up()
            self.asked_again += 1
            time.sleep(random.uniform(0.02, 0.1))
        raise NotAnswered(f"{method} {path}")

    def _once(self, method: str, path: str, body: Any, key: str) -> Answer:
        if self._connection is None:
            port = random.choice(self._ports)
            self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        self._connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        response = self._connection.getresponse()
        content = response.read()
        is_repeat = response.getheader("Idempotency-Replayed") == "true"
        return Answer(response.status, json.loads(content) if content else None, is_repeat)

    def hang_up(self) -> None:
        """End the connection; the next request makes another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Officer(threading.Thread):
    """Starts cases and answers tasks, until the board says that it is over and nothing is open."""

    def __init__(self, place: int, folder: Path, token: str, board: Board) -> None:
        super().__init__(name=f"officer {place}", daemon=True)
        self.board = board
        self.line = Line(board.ports, token)
        self.diary = Diary(folder / f"{place}.diary")
        self.random = random.Random(os.urandom(8))
        self.is_done = False

    def run(self) -> None:
        """Do one thing after another; what no officer should meet is written down."""
        while not (self.board.is_over.is_set() and self.is_done):
            try:
                self._do_something()
            except Exception as error:
                told = {"type": type(error).__name__, "message": str(error)[:500], "verb": self.name}
                self.diary.write("error", **told)
                if isinstance(error, NotAnswered):
                    break
        self.line.hang_up()
        self.diary.close()

    def _do_something(self) -> None:
        open_tasks = self._items(f"/api/v1/tasks?assignee=any&status=open&limit={NEAREST}")
        if not self.board.is_over.is_set() and (len(open_tasks) < NEAREST or self.random.random() < 0.1):
            self._start()
        elif open_tasks:
            self._complete(self.random.choice(open_tasks))
        else:
            self.is_done = self.board.is_over.is_set() and self._nothing_is_open()
            time.sleep(0.1)

    def _start(self) -> None:
        number = int.from_bytes(os.urandom(4), "big")
        self.diary.write("ask start", number=number)
        answer = self.line.ask(
            "POST", "/api/v1/cases", {"category": "soak", "fields": {"number": number}}, key=f"soak-{number}"
        )
        self._expect(answer, 201)
        reference = answer.body["reference"]
        self.board.numbers[reference] = number
        self.diary.write("started", number=number, id=answer.body["id"], reference=reference)

    def _complete(self, task: dict[str, Any]) -> None:
        number = self.board.numbers.get(task["case"])
        if number is None:  # whoever started it has not been answered yet
            time.sleep(0.05)
            return
        name, task_id = task["element"], task["id"]
        key = f"{task_id}-{os.urandom(8).hex()}"
        self.diary.write("ask task", task_id=task_id, task=name, number=number, key=key)
        answers = {name: expectation.answer(number, name)}
        answer = self.line.ask("POST", f"/api/v1/tasks/{task_id}/completion", {"answers": answers}, key=key)
        if answer.status == 409:
            self.diary.write("beaten", task_id=task_id, message=str(answer.body.get("detail", "")))
            return
        self._expect(answer, 200)
        is_repeat = answer.is_repeat or answer.body["is_repeat"]
        self.diary.write("completed", number=number, task=name, is_repeat=is_repeat)

    def _nothing_is_open(self) -> bool:
        return not self._items("/api/v1/cases?status=open&limit=1")

    def _items(self, path: str) -> Any:
        answer = self.line.ask("GET", path)
        self._expect(answer, 200)
        return answer.body["items"]

    def _expect(self, answer: Answer, status: int) -> None:
        if answer.status != status:
            raise RuntimeError(f"answered {answer.status}, expected {status}: {str(answer.body)[:300]}")
