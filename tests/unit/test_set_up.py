"""What a fresh clone relies on: lock files that say everything, and nothing of anybody else's in the repository."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ROOT / "requirements"
FRONTEND = ROOT / "webapp" / "frontend"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
ASKED = {
    "run": PROJECT["project"]["dependencies"] + GROUPS["build"],
    "test": PROJECT["project"]["dependencies"] + GROUPS["build"] + GROUPS["test"],
    "node": GROUPS["node"],
    "uv": GROUPS["uv"],
}


@pytest.mark.parametrize("name", ASKED)
def test_the_lock_file_has_every_package_that_the_project_asks_for(name: str) -> None:
    locked = _locked(name)

    missing = [line for line in ASKED[name] if not _is_met(Requirement(line), locked)]

    assert missing == [], "run: make lock"


@pytest.mark.parametrize("name", ASKED)
def test_every_locked_package_has_its_hashes(name: str) -> None:
    blocks = re.split(r"\n(?=[a-z])", (LOCKS / f"{name}.txt").read_text(), flags=re.IGNORECASE)
    packages = [block for block in blocks if "==" in block]

    assert packages
    assert [block for block in packages if "--hash=sha256:" not in block] == []


def test_run_and_test_lock_the_same_versions() -> None:
    run, test = _locked("run"), _locked("test")

    assert {name: test.get(name) for name in run} == run


@pytest.mark.parametrize(
    "path", [*sorted(LOCKS.glob("*.txt")), FRONTEND / "package-lock.json"], ids=lambda path: path.name
)
def test_no_lock_file_names_a_registry(path: Path) -> None:
    text = path.read_text()

    assert not re.search(r'--(extra-)?index-url|--find-links|"resolved"|@ https?://', text)


def test_the_npm_lock_file_has_the_exact_versions_asked_for() -> None:
    asked = json.loads((FRONTEND / "package.json").read_text())
    locked = json.loads((FRONTEND / "package-lock.json").read_text())["packages"]

    for name, version in (asked["dependencies"] | asked["devDependencies"]).items():
        assert locked[f"node_modules/{name}"]["version"] == version, f"{name}: run make lock"


def test_the_notice_of_other_peoples_work_is_up_to_date() -> None:
    notice = (ROOT / "THIRD-PARTY.md").read_text()
    told = {(canonicalize_name(name), version) for name, version in re.findall(r"^\| (\S+) \| (\S+) \|", notice, re.M)}
    packages = json.loads((FRONTEND / "package-lock.json").read_text())["packages"]
    bundled = {
        (canonicalize_name(path.rpartition("node_modules/")[2]), package["version"])
        for path, package in packages.items()
        if path and not package.get("dev")
    }

    assert bundled - told == set(), "run: make notices"


def test_nothing_built_or_fetched_is_committed() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")

    assert [name for name in files if re.search(r"node_modules/|static/build/|\.min\.(js|css)$|\.woff2?$", name)] == []


def test_pages_carry_no_inline_script_or_style() -> None:
    broken = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=[\"']|javascript:", re.IGNORECASE)
    pages = sorted((ROOT / "webapp" / "templates").rglob("*.html"))

    assert pages
    assert [f"{page.name}: {found[0]}" for page in pages if (found := broken.search(_markup(page)))] == []


def _markup(page: Path) -> str:
    """Return what a browser gets of a page, without the template's own words."""
    return re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", page.read_text(), flags=re.DOTALL)


def _locked(name: str) -> dict[str, str]:
    lines = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)", (LOCKS / f"{name}.txt").read_text(), re.M)
    return {canonicalize_name(package): version for package, version in lines}


def _is_met(asked: Requirement, locked: dict[str, str]) -> bool:
    version = locked.get(canonicalize_name(asked.name))
    return version is not None and asked.specifier.contains(version)
