"""One node: the product's own commands, with a seeded fault where the harness is to be shown to find it.

`python -m tests.soak.site.node web PORT | worker`; the fault's name and the folder of its signs are in the environment.
"""

import os
import sys
from pathlib import Path

from tests.soak import faults
from tests.soak.site import FAULT, SIGNS


def main(arguments: list[str]) -> None:
    """Become the node that `arguments` name."""
    faults.show = _show
    faults.seed(os.environ.get(FAULT, ""))
    if arguments[0] == "web" and os.environ["DATABASE_URL"].startswith("postgresql"):
        _serve_by_gunicorn(int(arguments[1]))
    elif arguments[0] == "web":
        _command("run", "--empty", "--port", arguments[1])
    else:
        _command("worker")


def _serve_by_gunicorn(port: int) -> None:
    from gunicorn.app.wsgiapp import run

    os.environ["WEB_CONCURRENCY"] = "1"
    sys.argv = ["gunicorn", "-c", "python:webapp.deployment.gunicorn", "-b", f"127.0.0.1:{port}"]
    run()


def _command(*words: str) -> None:
    from webapp.cli import main as casewright

    sys.argv = ["casewright", *words]
    casewright()


def _show(state: int) -> None:
    """Tell the killer, by a file of this process's name, that a seeded fault stands in its gap."""
    sign = Path(os.environ[SIGNS], str(os.getpid()))
    if state == faults.IN_A_GAP:
        sign.touch()
    else:
        sign.unlink(missing_ok=True)


if __name__ == "__main__":
    main(sys.argv[1:])
