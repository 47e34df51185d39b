"""Two hundred officers who read their lists and answer their tasks in the portal, with time to think between."""

import http.client
import random
import re
import threading
import time
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')
_NUMBERS = re.compile(r'name="([abc]_\d+)"')
_TASK = re.compile(r'href="/tasks/(\d+)"')


@dataclass(slots=True)
class Taken:
    """How long each kind of page took, in seconds, and what was answered that should not have been."""

    lists: list[float] = field(default_factory=list)
    tasks: list[float] = field(default_factory=list)
    completions: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Desk(threading.Thread):
    """An officer who is signed in: reads the list, opens a task, thinks, answers it."""

    def __init__(
        self, port: int, cookie: str, task_ids: list[int], until: float, thinking: tuple[float, float]
    ) -> None:
        """Work until the time `until`; `thinking` are the least and the most seconds between two tasks."""
        super().__init__(daemon=True)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookie = f"casewright={cookie}"
        self._task_ids = task_ids
        self._until = until
        self._thinking = thinking
        self.taken = Taken()

    def run(self) -> None:
        """Work until the time is up."""
        self._think(0.0)  # not all at once
        while time.monotonic() < self._until and self._task_ids:
            try:
                self._work(self._task_ids.pop())
            except (OSError, http.client.HTTPException) as error:
                self.taken.wrong.append(f"{type(error).__name__}: {error}")
            self._think(self._thinking[0])

    def _work(self, task_id: int) -> None:
        self._timed(self.taken.lists, "GET", "/")
        page = self._timed(self.taken.tasks, "GET", f"/tasks/{task_id}")
        form = page.partition(f'action="/tasks/{task_id}/completion"')[2].partition("</form>")[0]
        answers = {name: unescape(value) for name, value in _HIDDEN.findall(form)} | dict.fromkeys(
            _NUMBERS.findall(form), "600"
        )
        answer = self._timed(self.taken.completions, "POST", f"/tasks/{task_id}/completion", urlencode(answers))
        following = _TASK.search(answer)
        if following:
            self._task_ids.append(int(following[1]))
        self._connection.close()  # the node would, long before the officer has thought; a browser makes another

    def _timed(self, into: list[float], method: str, path: str, body: str = "") -> str:
        headers = {"Cookie": self._cookie, "Content-Type": "application/x-www-form-urlencoded"}
        begun = time.perf_counter()
        self._connection.request(method, path, body or None, headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        into.append(time.perf_counter() - begun)
        self._keep_form_cookie(response)
        if response.status != (200 if method == "GET" else 303):
            self.taken.wrong.append(f"{method} {path} answered {response.status}: {text[:200]}")
        return text

    def _keep_form_cookie(self, response: http.client.HTTPResponse) -> None:
        given = response.getheader("Set-Cookie")
        if given:
            self._cookie = f"{self._cookie.split(';')[0]}; {given.split(';')[0]}"

    def _think(self, least: float) -> None:
        waiting = random.uniform(least, self._thinking[1])
        time.sleep(max(0.0, min(waiting, self._until - time.monotonic())))
