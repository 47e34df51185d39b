"""Builds what the browser gets from npm packages: `webapp/static/build/`."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import environment
from steps import BIN, ROOT, Failed, digest, is_done, mark_done, run, say

SOURCE = ROOT / "webapp" / "frontend"
RESULT = ROOT / "webapp" / "static" / "build"
OLDEST_NODE = 20


def build(*, again: bool = False) -> None:
    """Build the bundles when their sources or packages changed, or when told to do it `again`."""
    key = digest(_sources())
    if not again and is_done(RESULT / ".stamp", key) and (RESULT / "manifest.json").exists():
        return
    say("What the browser gets, once:")
    node = find_node()
    _install_packages(node)
    run("bundles", [node, "build.mjs"], cwd=SOURCE)
    mark_done(RESULT / ".stamp", key)


def _sources() -> list[Path]:
    return [
        Path(folder, name) for folder, folders, names in os.walk(SOURCE) if not _leave_out(folders) for name in names
    ]


def _leave_out(folders: list[str]) -> None:
    if "node_modules" in folders:
        folders.remove("node_modules")


def find_node() -> Path:
    """Return a Node that is new enough: the machine's, else the one from the wheel."""
    for found in (shutil.which("node"), BIN / "node"):
        if found and _is_new_enough(Path(found)):
            return Path(found)
    environment.install_node()
    if not _is_new_enough(BIN / "node"):
        raise Failed(f"Node {OLDEST_NODE} or newer is needed to build the bundles, and its wheel does not run here.")
    return BIN / "node"


def _is_new_enough(node: Path) -> bool:
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    except OSError:
        return False
    version = re.match(r"v(\d+)\.", answer)
    return bool(version) and int(version[1]) >= OLDEST_NODE and (node.parent / "npm").exists()


def _install_packages(node: Path) -> None:
    stamp = SOURCE / "node_modules" / ".stamp"
    key = digest([SOURCE / "package-lock.json"])
    if is_done(stamp, key):
        return
    # Scripts of packages never run: one of them starts a telemetry process that outlives the installation.
    command = [node.parent / "npm", "ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"]
    run("npm packages", command, cwd=SOURCE, env=environment_of(node))
    mark_done(stamp, key)


def environment_of(node: Path) -> dict[str, str]:
    """Let npm find its Node, and let Node trust what the machine trusts (it does not look by itself)."""
    env = {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    known = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
    for path in (os.environ.get("NODE_EXTRA_CA_CERTS"), os.environ.get("SSL_CERT_FILE"), *known):
        if path and Path(path).is_file():
            return {**env, "NODE_EXTRA_CA_CERTS": path}
    return env
