"""The letters that ship, as they look through the window of their envelopes, by LibreOffice as it is."""

import json
from pathlib import Path

import pytest

from engine.documents import converting, printing
from engine.documents.merging import merge

FOLDER = Path(__file__).parents[2] / "doc_templates"
LETTERS = sorted(path for path in FOLDER.glob("*/*.docx"))


def test_the_window_of_the_envelope_shows_the_address_and_nothing_else() -> None:
    if not converting.is_available():
        pytest.skip(converting.INSTALL)
    scopes = [json.loads(path.with_suffix(".sample.json").read_text("utf-8")) for path in LETTERS]
    for scope in scopes:  # what is in large print goes into a larger envelope
        scope["recipient"] |= {"needs_large_print": False, "communication_needs": ""}
    written = [
        merge(path.read_bytes(), scope, template_name=path.stem) for path, scope in zip(LETTERS, scopes, strict=True)
    ]

    letters = [
        printing.Letter(path.stem, path.stem, [*to["address"]["lines"], to["address"]["postcode"]], [pdf])
        for path, to, pdf in zip(LETTERS, (s["recipient"] for s in scopes), converting.to_pdf(written), strict=True)
    ]
    for letter, scope in zip(letters, scopes, strict=True):
        letter.name = scope["recipient"]["name"]
    ran = printing.run(letters, duplex=True, separators=False, window=True, leave_out=True, title="Post")

    assert dict(zip([letter.title for letter in letters], ran.faults, strict=True)) == dict.fromkeys(
        (letter.title for letter in letters), ""
    )
