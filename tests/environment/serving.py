"""Serves an application to a real browser as the product does: by waitress, here on a free port."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import waitress
from flask import Flask
from waitress import wasyncore

from webapp.cli.serving import THREADS


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application and give its address ("http://127.0.0.1:40123"); it has stopped when this ends."""
    open_sockets: dict[int, Any] = {}
    server = waitress.create_server(app, map=open_sockets, host="127.0.0.1", port=0, threads=THREADS)
    thread = threading.Thread(target=server.run, name="site")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.trigger.pull_trigger(lambda: wasyncore.close_all(open_sockets))  # in the thread that uses them
        thread.join()
        server.task_dispatcher.shutdown()
