"""What this process is: whether it is about to stop, and the background work that it does, if any."""

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webapp.background import Background

stopping = threading.Event()
work: "Background | None" = None
