"""Settings of gunicorn for a web node: `casewright web`, or `gunicorn -c python:webapp.deployment.gunicorn`.

Web nodes do no background work: `casewright worker` does, beside them or on machines of its own.
"""

import logging
import os
import signal
import tempfile
import threading
from types import FrameType
from typing import Any

# Read before prometheus_client is imported: each process keeps its figures here, and whoever is asked adds them up.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="casewright-metrics-"))

bind = os.environ.get("CASEWRIGHT_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count() or 1)
worker_class = "gthread"
threads = 8
timeout = 60  # seconds without a sign of life, after which a process is replaced
graceful_timeout = 45  # seconds that requests under way may take when it stops
keepalive = 65  # a proxy keeps its connections for a minute: it is to close them first
max_requests = 50_000  # then a fresh process, in case a library leaks
max_requests_jitter = 5_000
preload_app = True  # imports once and shares it; no connection is opened and no thread started before the fork
wsgi_app = "webapp:create_app()"
accesslog = None  # we write our own
errorlog = "-"
control_socket_disable = True  # systemd and signals are control enough
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 (gunicorn's heartbeat, not on a disk)

SECONDS_TO_DRAIN = float(os.environ.get("CASEWRIGHT_DRAIN") or 0)


def post_fork(server: Any, worker: Any) -> None:
    """Write log lines as the site is set to."""
    from webapp import logs

    logs.configure(os.environ.get("CASEWRIGHT_LOG", ""))


def post_worker_init(worker: Any) -> None:
    """Answer /readyz with 503 once the master is told to stop; leave what is there out of searches for garbage."""
    from webapp import memory, node

    memory.settle()
    signal.signal(signal.SIGUSR2, lambda *_: node.stopping.set())


def when_ready(server: Any) -> None:
    """Have SIGTERM first tell the proxy, by /readyz, to send nothing more, and stop a little later."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        if stopping.is_set() or not SECONDS_TO_DRAIN:
            server.signal(number, frame)
            return
        stopping.set()
        for process_id in list(server.WORKERS):
            os.kill(process_id, signal.SIGUSR2)
        threading.Timer(SECONDS_TO_DRAIN, os.kill, (os.getpid(), signal.SIGTERM)).start()

    signal.signal(signal.SIGTERM, stop)


def child_exit(server: Any, worker: Any) -> None:
    """Keep no figures of a process that is gone, but for what it had counted."""
    try:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)
    except Exception:  # the figures are no reason to disturb the master
        logging.getLogger(__name__).warning("the figures of process %s could not be closed", worker.pid)
