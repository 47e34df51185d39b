"""Prepares a fresh clone: `python3 webapp/setup/prepare.py STEP`, called by the Makefile.

Needs nothing but Python's own library, because nothing else is there yet.
"""

import sys

if sys.version_info < (3, 11):
    found = ".".join(map(str, sys.version_info[:3]))
    sys.exit(f"Casewright needs Python 3.11 or newer; this is {found}. Try: make run PYTHON=python3.12")

import bundles
import debian
import environment
import locks
import notices
from steps import Failed


def main(step: str) -> None:
    """Do one step; every step does nothing when its result is there already."""
    if step == "run":
        environment.install("run")
        bundles.build()
    elif step == "test":
        environment.install("test")
        bundles.build()
        debian.offer_test_packages()
    elif step == "bundles":
        environment.install("run")
        bundles.build(again=True)
    elif step == "lock":
        environment.install("run")
        locks.write()
    elif step == "notices":
        environment.install("run")
        bundles.build()
        notices.write()
    else:
        raise Failed(f"There is no step {step!r}; there are: run, test, bundles, lock, notices.")


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "")
    except Failed as failure:
        sys.exit(f"\n{failure}")
    except KeyboardInterrupt:
        sys.exit("\nStopped. Run it again to go on from here.")
