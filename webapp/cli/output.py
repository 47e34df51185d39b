"""How commands report: sentences for people, one JSON object a line for scripts, a bar for what takes long."""

from collections.abc import Callable
from typing import Any

import click

as_json_option = click.option("--json", "as_json", is_flag=True, help="Report as JSON, one object a line.")


def report(facts: dict[str, Any], *lines: str, as_json: bool) -> None:
    """Print the facts as one line of JSON, or the lines."""
    if as_json:
        from models.database import to_json

        click.echo(to_json(facts))
    else:
        for line in lines:
            click.echo(line)


class Bar:
    """A progress bar on the error output, which is for people; silent when nobody looks and when `quiet`."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._progress: Any = None
        self._parts: dict[str, Any] = {}

    def __enter__(self) -> Callable[[str, int, int], None]:
        if not self._quiet:
            from rich.console import Console
            from rich.progress import Progress

            self._progress = Progress(console=Console(stderr=True))
            self._progress.start()
        return self._tell

    def __exit__(self, *error: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def _tell(self, what: str, done: int, total: int) -> None:
        if self._progress is None:
            return
        if what not in self._parts:
            self._parts[what] = self._progress.add_task(what, total=total)
        self._progress.update(self._parts[what], completed=done, total=total)
