"""A node that reminds and sends mail until it is killed; what time it is, it reads from a file.

Started as `python -m tests.soak.reminding_node SETTINGS`.
"""

import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import sessionmaker

from engine import configuration, instants, outbox, reminding
from models.database import connect


def main(settings: dict[str, Any]) -> None:
    """Do what is due again and again."""
    files = Path(settings["files"])
    configuration.configure(files=files, keyring_path=files.parent / "keyring.json")
    sessions = sessionmaker(connect(settings["url"]), expire_on_commit=False, autoflush=False)
    clock = Path(settings["clock"])
    while True:
        instants.set_offset(timedelta(seconds=float(clock.read_text() or 0)))
        try:
            reminding.tell_what_is_due(sessions)
            outbox.deliver(sessions, smtp_url=settings["smtp_url"], sender="soak@landlord.example")
        except OperationalError:  # the other node held the database for longer than one waits; the next round does it
            pass
        time.sleep(0.02)


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
