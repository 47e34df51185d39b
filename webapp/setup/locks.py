"""Writes the lock files: exact versions with hashes for every platform, without the address of any registry."""

import re
from pathlib import Path

import bundles
from environment import LOCKS
from steps import BIN, ROOT, Failed, run, say

# The largest first: the others take their versions from it.
SOURCES = {
    "test": ["pyproject.toml", "--group", "build", "--group", "test"],
    "run": ["pyproject.toml", "--group", "build"],
    "uv": ["--group", "uv"],
    "node": ["--group", "node"],
}


def write() -> None:
    """Write `requirements/*.txt` and the npm lock file from what the project asks for."""
    say("Lock files:")
    for name, sources in SOURCES.items():
        _compile(LOCKS / f"{name}.txt", sources)
    node = bundles.find_node()
    command = [node.parent / "npm", "install", "--package-lock-only", "--ignore-scripts"]
    run("package-lock.json", command, cwd=bundles.SOURCE, env=bundles.environment_of(node))
    _refuse_addresses([*LOCKS.glob("*.txt"), bundles.SOURCE / "package-lock.json"])


def _compile(lock: Path, sources: list[str]) -> None:
    options = ["--universal", "--generate-hashes", "--python-version", "3.11", "--no-annotate", "--quiet"]
    constraint = [] if lock.stem == "test" else ["--constraint", LOCKS / "test.txt"]
    header = ["--custom-compile-command", "make lock"]
    command = [BIN / "uv", "pip", "compile", *sources, *options, *constraint, *header, "--output-file", lock]
    run(lock.name, command, cwd=ROOT)


def _refuse_addresses(locks: list[Path]) -> None:
    for lock in locks:
        found = re.search(r'^(?:--.*url|--find-links).*|"resolved".*|.*@ https?://.*', lock.read_text(), re.MULTILINE)
        if found:
            raise Failed(f"{lock.name} names where a package came from ({found[0].strip()}); take that out.")
