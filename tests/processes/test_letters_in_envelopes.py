"""The letters that ship, as they look through the window of their envelopes, by LibreOffice as it is."""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
import pytest
from PIL import Image, ImageDraw

from engine.documents import converting, printing, redrawing
from engine.documents.merging import merge
from engine.documents.picture import Picture

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


SHIPPED = [*LETTERS, FOLDER / "common/letters/message_received.docx"]
SIGNED = ["Yours sincerely", "{%p if officer.signature %}", "{{ officer.signature }}", "{%p endif %}"]
# Where room is left for a pen, there is none left where there is a signature.
WITH_ROOM = [SIGNED[1], SIGNED[0], SIGNED[2], "{%p else %}", SIGNED[0], SIGNED[3]]


def test_each_letter_that_ships_is_signed_above_the_name_of_the_officer() -> None:
    for path in SHIPPED:
        texts = "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
        assert any("\n".join([*ending, "{{ officer.name }}"]) in texts for ending in (SIGNED, WITH_ROOM)), path


@pytest.mark.parametrize("name", ["complaint/extension_stage1", "home_purchase/returned_application"])
def test_a_letter_without_a_signature_has_no_gap_for_it(name: str) -> None:
    path, signature = FOLDER / f"{name}.docx", redrawing.signature("ink.png", ink())
    scope = json.loads(path.with_suffix(".sample.json").read_text("utf-8"))
    shown = Picture("signature", 15, 70, "Signature of the officer")

    def end(picture: Picture | None) -> list[Any]:
        data = {**scope, "officer": {**scope["officer"], "signature": picture}}
        made = merge(path.read_bytes(), data, template_name=path.stem, pictures={"signature": signature})
        paragraphs = docx.Document(io.BytesIO(made)).paragraphs
        at = [one.text for one in paragraphs].index("Yours sincerely")
        return paragraphs[at + 1 : at + 3]

    plain, signed = end(None), end(shown)
    assert plain[0].text.startswith(scope["officer"]["name"]) and not plain[0]._p.xpath(".//pic:pic")
    assert signed[1].text.startswith(scope["officer"]["name"]) and signed[0]._p.xpath(".//pic:pic")
    assert not signed[0].text.strip()


def ink() -> bytes:
    sheet, file = Image.new("RGB", (300, 100), "white"), io.BytesIO()
    ImageDraw.Draw(sheet).line((20, 80, 280, 20), fill="black", width=5)
    sheet.save(file, "PNG")
    return file.getvalue()
