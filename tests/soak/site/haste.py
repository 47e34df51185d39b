"""Clients that ask without a pause, over REST, by sockets of their own: what they take themselves is little."""

import json
import socket
import threading
import time

from tests.bench import diagrams


class Hasty(threading.Thread):
    """One client: completes its cases task by task, until the time is up."""

    def __init__(self, port: int, token: str, first_tasks: list[int], until: float) -> None:
        super().__init__(daemon=True)
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = f"Host: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        self._first_tasks = first_tasks
        self._until = until
        self.done = 0
        self.wrong: list[str] = []

    def run(self) -> None:
        """Complete one case after the other."""
        while self._first_tasks and time.monotonic() < self._until:
            task_id, number = self._first_tasks.pop(), 1
            while task_id and time.monotonic() < self._until:
                answer = self._complete(task_id, number)
                task_id, number = (answer["opened"] or [0])[0], number + 1
        self._socket.close()

    def _complete(self, task_id: int, number: int) -> dict[str, list[int]]:
        body = json.dumps({"answers": dict.fromkeys(diagrams.answers_of(number), 600)})
        line = f"POST /api/v1/tasks/{task_id}/completion HTTP/1.1\r\n"
        self._socket.sendall(f"{line}{self._head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        status, content = self._answer()
        if status != b"200":
            self.wrong.append(f"task {task_id} answered {status!r}: {content[:200]!r}")
            return {"opened": []}
        self.done += 1
        answer: dict[str, list[int]] = json.loads(content)
        return answer

    def _answer(self) -> tuple[bytes, bytes]:
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._received()
        head, _, content = received.partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
        )
        while len(content) < length:
            content += self._received()
        return head.split(b" ")[1], content

    def _received(self) -> bytes:
        found = self._socket.recv(65536)
        if not found:
            raise ConnectionError("the node hung up")
        return found
