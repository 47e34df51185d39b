"""The letters that ship, as they look through the window of their envelopes, by LibreOffice as it is."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.documents import converting, printing
from engine.documents.merging import merge

FOLDER = Path(__file__).parents[2] / "doc_templates"
LETTERS = sorted(path for path in FOLDER.glob("*/*.docx"))
LARGE = {"needs_large_print": True, "communication_needs": "Large print"}
PLAIN = {"needs_large_print": False, "communication_needs": ""}


def faults(letters: Sequence[tuple[Path, bool]]) -> dict[str, str]:
    """Return what is wrong with letters as their envelopes show them; each in large print or not."""
    if not converting.is_available():
        pytest.skip(converting.INSTALL)
    scopes = [json.loads(path.with_suffix(".sample.json").read_text("utf-8")) for path, _ in letters]
    for scope, (_, is_large) in zip(scopes, letters, strict=True):
        scope["recipient"] |= LARGE if is_large else PLAIN
    written = [
        merge(path.read_bytes(), scope, template_name=path.stem)
        for (path, _), scope in zip(letters, scopes, strict=True)
    ]
    posted = [
        printing.Letter(
            scope["recipient"]["name"], path.stem, [*to["address"]["lines"], to["address"]["postcode"]], [pdf]
        )
        for (path, _), scope, pdf in zip(letters, scopes, converting.to_pdf(written), strict=True)
        for to in [scope["recipient"]]
    ]
    ran = printing.run(posted, duplex=True, separators=False, window=True, leave_out=True, title="Post")
    names = [f"{path.stem}{', large' if is_large else ''}" for path, is_large in letters]
    return {name: fault for name, fault in zip(names, ran.faults, strict=True) if fault}


def test_the_window_of_the_envelope_shows_the_address_and_nothing_else_in_large_print_too() -> None:
    some = [path for path in LETTERS if path.stem in ("offer", "response_stage1")]

    assert faults([*((path, False) for path in LETTERS), *((path, True) for path in some)]) == {}


@pytest.mark.soak
def test_the_window_shows_the_address_of_every_letter_in_large_print() -> None:
    assert faults([(path, True) for path in LETTERS]) == {}
