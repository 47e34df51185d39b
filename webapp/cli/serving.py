"""Serves the site, and does what is due."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from webapp import logs, memory, node
from webapp.cli.opening import Opened, opened
from webapp.cli.output import Bar
from webapp.cli.upgrading import bring_up_embedded
from webapp.settings import read

THREADS = 8


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--homes", default=2_000, show_default=True, help="Homes of the sample landlord, at the first start.")
@click.option("--empty", is_flag=True, help="Do not load the sample landlord at the first start.")
def run(host: str, port: int, homes: int, empty: bool) -> None:
    """Serve the site on one machine, and do what is due.

    At the first start the database is made and a sample landlord loaded. A SQLite database of an earlier version is
    brought to this one, after it was copied beside itself.
    """
    from webapp.demo import loading

    if copy := bring_up_embedded(read().database_url):
        click.echo(f"The database was of an earlier version, and is of this one now. As it was: {copy}", err=True)
    now = opened(create=True)
    logs.configure(now.settings.log)
    server = _listen(host, port, now)  # first: a port that is taken should not be found out after the loading
    if not empty and loading.is_empty(now.sessions):
        click.echo("First start: loading the sample landlord, Brightwater Homes.", err=True)
        with Bar() as tell:
            loading.load(now.sessions, count=homes, on_progress=tell)
    click.echo("\n".join(_greeting(now, host, port)))
    memory.settle()
    with _working_beside(now):
        _serve_until_stopped(server, now.settings.drain)


@click.command()
@click.option("--bind", default="", help="Address and port; CASEWRIGHT_BIND, or 127.0.0.1:8000.")
def web(bind: str) -> None:
    """Serve the site by gunicorn, in several processes; `casewright worker` does what is due.

    Its settings are in webapp/deployment/gunicorn.py: WEB_CONCURRENCY says how many processes.
    """
    opened(create=True)
    chosen = {"CASEWRIGHT_BIND": bind} if bind else {}
    command = [sys.executable, "-m", "gunicorn", "--config", "python:webapp.deployment.gunicorn"]
    os.execve(sys.executable, command, {**os.environ, **chosen})  # noqa: S606 (it becomes gunicorn)


@click.command()
def worker() -> None:
    """Do what is due (timers, left jobs, mail) until it is stopped. Any number may run beside each other."""
    now = opened(create=True)
    logs.configure(now.settings.log)
    work = _background(now)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: node.stopping.set())
    work.start()
    click.echo("Working. Stop with Ctrl-C.", err=True)
    node.stopping.wait()
    work.stop()
    click.echo("Stopped.", err=True)


def _listen(host: str, port: int, now: Opened) -> Any:
    """Bind the port before anything is promised. Raises OSError when it is taken."""
    import waitress

    from webapp import create_app
    from webapp.limits import LARGEST_REQUEST

    try:
        return waitress.create_server(
            create_app(),
            host=host,
            port=port,
            threads=THREADS,
            ident="Casewright",
            max_request_body_size=LARGEST_REQUEST,
            clear_untrusted_proxy_headers=not now.settings.proxies,
        )
    except OSError as error:
        raise click.ClickException(
            f"Cannot listen on {host}:{port}: {error.strerror}. Choose another --port."
        ) from None


def _background(now: Opened) -> Any:
    from webapp.background import Background

    return Background(now.sessions, now.settings)


@contextmanager
def _working_beside(now: Opened) -> Iterator[None]:
    """Do what is due as long as the server runs; it begins in a thread, so that the first page need not wait for it."""
    begun: list[Any] = []

    def start() -> None:
        node.work = _background(now)
        node.work.start()
        begun.append(node.work)

    starting = threading.Thread(target=start, name="start of the background work")
    starting.start()
    try:
        yield
    finally:
        starting.join()
        for work in begun:
            work.stop()


def _greeting(now: Opened, host: str, port: int) -> list[str]:
    """Return the address and, for sample data, how to sign in for each role."""
    from engine.permissions import book
    from engine.transactions import reading
    from webapp.demo import clock, people

    shown = f"[{host}]" if ":" in host else host
    lines = [f"\nCasewright serves on http://{shown}:{port} — stop with Ctrl-C."]
    with reading(now.sessions) as session:
        if not clock.is_demo(session):
            return lines
        moved, roles = clock.offset(session), book(session).names
    lines += ["", f"Sample data: everybody's password is “{people.PASSWORD}”.", ""]
    for colleague in people.COLLEAGUES:
        if colleague.shown:
            role = roles.get(colleague.role, colleague.role)
            lines.append(f"  {role:<28} {colleague.email:<36} {colleague.job_title}")
    if moved:
        lines += ["", f"The demo clock is moved by {moved}. Back to the real time: casewright demo clock reset"]
    return [*lines, ""]


def _serve_until_stopped(server: Any, drain_seconds: float) -> None:
    from webapp.cli.stopping import Stopper

    Stopper(server, drain_seconds).listen()
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        server.close()
    click.echo("Stopped.", err=True)
