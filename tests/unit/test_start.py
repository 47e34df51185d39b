"""What the site imports before it serves: little enough that a second start takes under three seconds."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Each takes a twentieth of a second or more to import, and the first page can be shown without it.
TOO_HEAVY = {
    "apscheduler", "docx", "docxtpl", "holidays", "markdown_it", "numpy", "PIL", "procrastinate", "prometheus_client",
    "pypdf", "rich",
}  # fmt: skip
ONLY_FOR_TESTS = {"hypothesis", "playwright", "pytest", "_pytest"}

START = """
import json, sys
from webapp.cli import serving
from webapp.demo import loading
from webapp import create_app
create_app()
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_nothing_heavy_is_imported_before_the_site_serves(tmp_path: Path) -> None:
    imported = _imported_at_start(tmp_path)

    assert {"flask", "sqlalchemy", "webapp", "engine"} <= imported  # it did start
    assert imported & TOO_HEAVY == set(), "import it in the function that needs it"
    assert imported & ONLY_FOR_TESTS == set()


def _imported_at_start(place: Path) -> set[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": "sqlite://"}
    done = subprocess.run(
        [sys.executable, "-c", START], cwd=place, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))
