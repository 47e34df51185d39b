"""Writes THIRD-PARTY.md: what the product is built from, under which licences, as the lock files have it."""

import json
import subprocess
from pathlib import Path

from bundles import SOURCE
from steps import BIN, ROOT, say

RESULT = ROOT / "THIRD-PARTY.md"
HEADING = """# What Casewright is built from

Written by `make notices` from the lock files. None of this code is in the repository: it is installed from the Python
and npm package registries. The pages that draw or show diagrams, forms and decisions carry the bpmn.io mark, which its
licence asks to be left in full view. Copyleft libraries (LGPL) are used as they are, unchanged, as separate packages.
"""
# Reads what is installed, in the environment itself: this script runs before there is one.
ASK = """
import json, importlib.metadata as metadata
def licence(found):
    words = [line.split(" :: ")[-1] for line in found.get_all("Classifier", []) if line.startswith("License ::")]
    given = found.get("License-Expression") or found.get("License") or ""
    is_short = given and len(given) < 60 and "\\n" not in given
    return (given if is_short else "; ".join(words) or "see the package").strip()
print(json.dumps([[d.metadata["Name"], d.version, licence(d.metadata)] for d in metadata.distributions()]))
"""


def write() -> None:
    """Write THIRD-PARTY.md."""
    parts = [
        HEADING,
        "\n## Python packages\n",
        _table(_python()),
        "\n## npm packages, bundled for the browser\n",
        _table(_npm()),
    ]
    RESULT.write_text("".join(parts), encoding="utf-8")
    say(f"  {RESULT.name} written")


def _python() -> list[list[str]]:
    answer = subprocess.run([BIN / "python", "-c", ASK], capture_output=True, text=True, check=True).stdout
    locked = _locked(ROOT / "requirements" / "run.txt")
    return [row for row in json.loads(answer) if _normal(row[0]) in locked]


def _locked(lock: Path) -> set[str]:
    return {_normal(line.split("==")[0]) for line in lock.read_text().splitlines() if "==" in line}


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _npm() -> list[list[str]]:
    """List what the lock file names, without what only builds (`dev`) and what other platforms take."""
    packages = json.loads((SOURCE / "package-lock.json").read_text())["packages"]
    return [
        [path.rpartition("node_modules/")[2], package["version"], _licence_of(path, package)]
        for path, package in packages.items()
        if path and not package.get("dev")
    ]


def _licence_of(path: str, package: dict[str, str]) -> str:
    told = package.get("license", "see the package")
    text = SOURCE / path / "LICENSE"
    is_bpmn_io = text.exists() and "bpmn.io" in text.read_text(encoding="utf-8", errors="replace").lower()
    return "MIT, with the bpmn.io mark left in view" if told.startswith("SEE LICENSE") and is_bpmn_io else told


def _table(rows: list[list[str]]) -> str:
    unique = sorted({tuple(row) for row in rows}, key=lambda row: (row[0].lower(), row[1]))
    lines = [f"| {name} | {version} | {licence} |" for name, version, licence in unique]
    return "\n".join(["", "| Package | Version | Licence |", "|---|---|---|", *lines, ""])
