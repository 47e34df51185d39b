"""Finds the bundles that the set-up built: `asset('portal.js')` in templates."""

import json
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, send_from_directory, url_for
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

STATIC = Path(__file__).parent / "static"
BUILD = STATIC / "build"
HOUR, YEAR = 3600, 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Give templates `asset(name)`; send bundles compressed, and let browsers keep them for a year."""
    own = app.jinja_loader or PackageLoader("webapp")
    app.jinja_loader = ChoiceLoader([own, _govuk_macros()])
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.filters["initials"] = initials
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = HOUR
    app.view_functions["static"] = send


def asset(name: str) -> str:
    """Return the address of the bundle `name` ("studio.js", "theme.css"), whose file name carries its hash."""
    manifest = _manifest(BUILD)
    if name not in manifest:
        raise LookupError(f"There is no bundle {name!r}; there are {', '.join(sorted(manifest))}. Run: make bundles")
    return url_for("static", filename=f"build/{manifest[name]}")


def send(filename: str) -> Response:
    """Send a file of `webapp/static`; a bundle never changes under its name, so it may be kept."""
    if not filename.startswith("build/"):
        return send_from_directory(STATIC, filename, max_age=HOUR)
    response = _send_small(filename) if request.accept_encodings["gzip"] else None
    response = response or send_from_directory(STATIC, filename, max_age=YEAR)
    response.cache_control.immutable = True
    response.vary.add("Accept-Encoding")
    return response


def _send_small(filename: str) -> Response | None:
    """Send the compressed copy, if the set-up made one."""
    name = filename.removeprefix("build/")
    if name not in _compressed(BUILD):
        return None
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    response = send_from_directory(BUILD, f"{name}.gz", max_age=YEAR, mimetype=kind)
    response.content_encoding = "gzip"
    return response


def initials(name: str) -> str:
    """Return the first letters of the first and last word of a name, for the sign beside it."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


def _govuk_macros() -> PrefixLoader:
    return PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})


@cache
def _manifest(build: Path) -> dict[str, str]:
    path = build / "manifest.json"
    if not path.exists():
        raise LookupError(f"The browser's bundles are not built: {path} is missing. Run: make bundles")
    manifest: dict[str, str] = json.loads(path.read_text())
    return manifest


@cache
def _compressed(build: Path) -> frozenset[str]:
    return frozenset(path.name.removesuffix(".gz") for path in build.glob("*.gz"))
