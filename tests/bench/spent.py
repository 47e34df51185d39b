"""The processor time of a server, and of the processes of PostgreSQL that work for it (Linux; elsewhere 0)."""

from pathlib import Path

from sqlalchemy import Engine, text

_BACKENDS = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = :kind")


class Spent:
    """Counts what a server's processes, with those that they started, and the database's have taken so far."""

    def __init__(self, server: int, engine: Engine) -> None:
        self._server = server
        self._engine = engine
        self._places: list[Path] = []
        self._asked = 0

    def seconds(self) -> float:
        """Return the processor time in seconds. Which processes there are is looked up again from time to time."""
        if self._asked % 100 == 0:
            self._places = [*self._threads_of_server(), *self._threads_of(self._backends())]
        self._asked += 1
        return sum(map(_nanoseconds, self._places)) / 1e9

    def _threads_of_server(self) -> list[Path]:
        found, waiting = [], [self._server]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                waiting += [int(child) for child in children.read_text().split()]
        return self._threads_of(found)

    def _threads_of(self, pids: list[int]) -> list[Path]:
        return [place for pid in pids for place in Path(f"/proc/{pid}/task").glob("*/schedstat")]

    def _backends(self) -> list[int]:
        if self._engine.dialect.name != "postgresql":
            return []
        with self._engine.connect() as connection:
            return list(connection.scalars(_BACKENDS, {"kind": "client backend"}))


def _nanoseconds(place: Path) -> int:
    try:
        return int(place.read_text().split()[0])
    except OSError:
        return 0  # it has ended
