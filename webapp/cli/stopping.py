"""Stops waitress gently: /readyz says so first, what is under way is finished, nothing new is taken."""

import logging
import signal
import sys
import threading
import time
from types import FrameType
from typing import Any

from webapp import node

LONGEST = 60.0  # seconds that requests under way may take
LOOK_EVERY = 0.05

log = logging.getLogger(__name__)


class Stopper:
    """Handles SIGTERM and SIGINT; the second one stops at once."""

    def __init__(self, server: Any, drain_seconds: float) -> None:
        self._server, self._drain_seconds = server, drain_seconds

    def listen(self) -> None:
        """Take over the signals."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if node.stopping.is_set():
            sys.exit(0)
        node.stopping.set()
        threading.Thread(target=self._drain, args=(number,), name="stop", daemon=True).start()

    def _drain(self, number: int) -> None:
        """Let the proxy see that nothing more is to be sent here, then wait for what is under way."""
        time.sleep(self._drain_seconds)
        for socket in self._sockets():
            socket.accepting = False  # its loop does not look at it any more
        ends_at = time.monotonic() + LONGEST
        while self._is_busy() and time.monotonic() < ends_at:
            time.sleep(LOOK_EVERY)
        signal.raise_signal(number)

    def _sockets(self) -> list[Any]:
        places = getattr(self._server, "map", None) or self._server._map
        return [place for place in list(places.values()) if hasattr(place, "accepting") and hasattr(place, "adj")]

    def _is_busy(self) -> bool:
        channels = [
            channel for socket in self._sockets() for channel in list(getattr(socket, "active_channels", {}).values())
        ]
        return any(channel.requests or channel.total_outbufs_len for channel in channels)
