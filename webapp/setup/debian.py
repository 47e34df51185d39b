"""Gets what only tests need from Debian or Ubuntu: a browser, PostgreSQL and IMAP servers, LibreOffice for PDFs."""

import os
import shutil
import sys
from pathlib import Path

from steps import Failed, run, say

PACKAGES = {
    "chromium": ["chromium", "fonts-liberation"],
    "postgresql": ["postgresql"],
    "libreoffice": [
        "libreoffice-writer-nogui",
        "fonts-liberation",
        "fonts-crosextra-carlito",
        "fonts-crosextra-caladea",
    ],
    "dovecot": ["dovecot-imapd"],
}
COMMANDS = {"chromium": ("chromium", "chromium-browser", "google-chrome"), "libreoffice": ("soffice", "libreoffice")}


def offer_test_packages() -> None:
    """Install what is missing as root; say in one line how to get it as anybody else."""
    wanted = [package for name, packages in PACKAGES.items() if not _is_there(name) for package in packages]
    missing = list(dict.fromkeys(wanted))
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _install(missing)
        return
    say(f"Some tests will be skipped. To run them too: {_advice(missing)}")


def _is_there(name: str) -> bool:
    if name in COMMANDS:
        return any(shutil.which(command) for command in COMMANDS[name])
    if name == "dovecot":
        places = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
        return any(Path(place, "dovecot").exists() for place in places)
    return bool(shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def _install(packages: list[str]) -> None:
    say("Debian packages for the tests, once:")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        run("package lists", ["apt-get", "update", "-qq"], env=quiet)
        run(" ".join(packages), ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], env=quiet)
    except Failed as failure:
        say(f"{failure}\nGoing on; the tests that need them are skipped.")


def _advice(packages: list[str]) -> str:
    if sys.platform == "darwin":
        return "brew install postgresql@17 dovecot && brew install --cask chromium libreoffice"
    return f"sudo apt-get install -y {' '.join(packages)}"
