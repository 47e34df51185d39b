"""Work that nobody waits for, behind one small port: start it, stop it, ask how it is.

On SQLite one process does it all: the ticker claims what is due. On PostgreSQL any number of processes do: the ticker
fires timers and sends mail, procrastinate has jobs run.
"""

from math import inf
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from engine.inbound.polling import Inbound
from engine.transactions import Sessions
from webapp.settings import Settings
from webapp.ticker import Ticker

if TYPE_CHECKING:
    from webapp.wakeups import Wakeups


class Background:
    """What this process does beside serving, or instead of it."""

    def __init__(self, sessions: Sessions, settings: Settings) -> None:
        self._wakeups = _wakeups(sessions, settings.database_url)
        has_wakeups = self._wakeups is not None
        inbound = Inbound(sessions, imap_url=settings.imap_url, folder=settings.inbox)
        self._ticker = Ticker(
            sessions,
            smtp_url=settings.smtp_url,
            sender=settings.mail_from,
            channels=settings.channels,
            has_wakeups=has_wakeups,
            inbound=inbound,
        )

    def start(self) -> None:
        """Begin to work, in threads."""
        self._ticker.start()
        if self._wakeups is not None:
            self._wakeups.start()

    def silent_for(self) -> float:
        """Return the seconds since something was last done; endless when a part of it has ended."""
        if self._wakeups is not None and not self._wakeups.is_alive:
            return inf
        return self._ticker.silent_for()

    def stop(self) -> None:
        """Finish what is under way, take nothing new, and stop."""
        self._ticker.stop()
        if self._wakeups is not None:
            self._wakeups.stop()


def _wakeups(sessions: Sessions, database_url: str) -> "Wakeups | None":
    if make_url(database_url).get_backend_name() == "sqlite":
        return None
    from webapp.wakeups import Wakeups  # here: SQLite has no need of it, and it takes long to import

    return Wakeups(sessions, database_url)
