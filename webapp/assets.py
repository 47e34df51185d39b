"""Finds the bundles that the set-up built: `asset('portal.js')` in templates."""

import json
from functools import cache
from pathlib import Path

from flask import Flask, url_for

BUILD = Path(__file__).parent / "static" / "build"


def init_app(app: Flask) -> None:
    """Give templates `asset(name)`, and let browsers keep the hashed files for a year."""
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.filters["initials"] = initials
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600


def asset(name: str) -> str:
    """Return the address of the bundle `name` ("studio.js", "theme.css"), whose file name carries its hash."""
    manifest = _manifest(BUILD)
    if name not in manifest:
        raise LookupError(f"There is no bundle {name!r}; there are {', '.join(sorted(manifest))}. Run: make bundles")
    return url_for("static", filename=f"build/{manifest[name]}")


def initials(name: str) -> str:
    """Return the first letters of the first and last word of a name, for the sign beside it."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


@cache
def _manifest(build: Path) -> dict[str, str]:
    path = build / "manifest.json"
    if not path.exists():
        raise LookupError(f"The browser's bundles are not built: {path} is missing. Run: make bundles")
    manifest: dict[str, str] = json.loads(path.read_text())
    return manifest
