"""Makes the virtual environment and fills it from the lock files."""

import importlib.util
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from steps import BIN, ROOT, VENV, Failed, digest, is_done, mark_done, run, say

LOCKS = ROOT / "requirements"


def install(what: str) -> None:
    """Install the packages of `requirements/<what>.txt` ("run", or "test", which holds run's too), by hash."""
    lock = LOCKS / f"{what}.txt"
    key = digest([lock, ROOT / "pyproject.toml"], sys.version, str(ROOT))
    if is_done(_stamp(what), key) or (what == "run" and _test_packages_are_current()):
        return
    say(f"Python packages ({what}), once:")
    _make_venv()
    _bootstrap_uv()
    _install_locked(lock)
    _install_project()
    mark_done(_stamp(what), key)


def install_node() -> None:
    """Install Node from its wheel, for machines that have none."""
    run("Node", _installer("--require-hashes", "-r", LOCKS / "node.txt"), env=_system_certificates())


def _stamp(what: str) -> Path:
    return VENV / f".casewright-{what}"


def _test_packages_are_current() -> bool:
    key = digest([LOCKS / "test.txt", ROOT / "pyproject.toml"], sys.version, str(ROOT))
    return is_done(_stamp("test"), key)


def _make_venv() -> None:
    if _works(BIN / "python"):
        return
    if importlib.util.find_spec("ensurepip") is None:
        major, minor = sys.version_info[:2]
        raise Failed(
            "Python's venv module is missing. Install it and start again:\n"
            f"  apt-get update && apt-get install -y python3-venv      (or python{major}.{minor}-venv)"
        )
    if VENV.exists():
        shutil.rmtree(VENV)
    run("virtual environment", [sys.executable, "-m", "venv", VENV])


def _works(python: Path) -> bool:
    """Say whether the environment's Python starts: it does not after the clone was moved or Python was replaced."""
    if not python.exists():
        return False
    asked = [python, "-c", "import sys, pip; print(sys.prefix, '%d.%d' % sys.version_info[:2])"]
    answer = subprocess.run(asked, capture_output=True, text=True)
    return answer.stdout.split() == [str(VENV), sysconfig.get_python_version()]


def _bootstrap_uv() -> None:
    if (BIN / "uv").exists():
        return
    try:
        run("uv", _pip("--require-hashes", "-r", LOCKS / "uv.txt"))
    except Failed:
        say("  uv cannot be had here; going on with pip, which is slower.")


def _install_locked(lock: Path) -> None:
    count = lock.read_text().count("==")
    title = f"{count} packages"
    run(title, _installer("--require-hashes", "-r", lock), env=_system_certificates())


def _install_project() -> None:
    run("casewright", _installer("--no-deps", "--no-build-isolation", "-e", ROOT), env=_system_certificates())


def _installer(*arguments: str | Path) -> list[str | Path]:
    if (BIN / "uv").exists():
        return [BIN / "uv", "pip", "install", "--python", BIN / "python", "--quiet", *arguments]
    return _pip(*arguments)


def _pip(*arguments: str | Path) -> list[str | Path]:
    return [BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]


def _system_certificates() -> dict[str, str]:
    """Let uv trust what the machine trusts: networks with an inspecting proxy need it."""
    return {"UV_SYSTEM_CERTS": "1", "UV_LINK_MODE": "copy"}
