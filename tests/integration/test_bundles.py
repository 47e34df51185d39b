"""The bundles that the set-up built."""

import gzip
import json

import pytest
from flask import Flask

from webapp import assets

MANIFEST = json.loads((assets.BUILD / "manifest.json").read_text())


@pytest.fixture
def app() -> Flask:
    app = Flask("webapp")
    assets.init_app(app)
    return app


@pytest.mark.parametrize(
    "name", ["theme.css", "portal.js", "diagram.js", "replay.js", "letter.js", "studio.js", "studio.css"]
)
def test_every_bundle_is_served_under_a_name_with_its_hash(name: str, app: Flask) -> None:
    with app.test_request_context():
        address = assets.asset(name)

    answer = app.test_client().get(address, buffered=True)

    assert answer.status_code == 200
    assert address == f"/static/build/{MANIFEST[name]}"


def test_a_browser_gets_the_bundle_compressed_and_may_keep_it(app: Flask) -> None:
    client = app.test_client()
    address = f"/static/build/{MANIFEST['theme.css']}"

    plain = client.get(address, buffered=True)
    small = client.get(address, headers={"Accept-Encoding": "gzip, br"}, buffered=True)

    assert gzip.decompress(small.data) == plain.data
    assert small.headers["Content-Encoding"] == "gzip"
    assert small.mimetype == "text/css"
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "immutable" in small.headers["Cache-Control"]
    assert "max-age=31536000" in plain.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["../assets.py", "build/../../assets.py", "build/%2e%2e/%2e%2e/assets.py", "build/none.js"]
)
def test_nothing_outside_the_folder_is_served(path: str, app: Flask) -> None:
    for headers in ({}, {"Accept-Encoding": "gzip"}):
        assert app.test_client().get(f"/static/{path}", headers=headers).status_code == 404


def test_a_bundle_that_does_not_exist_is_named_with_those_that_do(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(LookupError, match=r"no bundle 'portel.js'; there are .*portal\.js"):
        assets.asset("portel.js")


def test_the_look_borrows_neither_the_typeface_nor_the_crown_of_gov_uk() -> None:
    look = (assets.BUILD / MANIFEST["theme.css"]).read_text().lower()

    assert "inter variable" in look
    assert "gds transport" not in look
    assert "crown" not in look


def test_officers_pages_stay_light() -> None:
    portal = (assets.BUILD / f"{MANIFEST['portal.js']}.gz").stat().st_size  # as it travels
    look = (assets.BUILD / f"{MANIFEST['theme.css']}.gz").stat().st_size

    assert portal < 34_000
    assert look < 26_000


@pytest.mark.parametrize(
    ("name", "signs"),
    [("Mrs Adaeze Okafor", "MO"), ("Priya", "P"), ("", ""), ("Siân  Pŵgh", "SP"), ("ß x", "SSX")],
)
def test_a_name_has_its_initials(name: str, signs: str) -> None:
    assert assets.initials(name) == signs
