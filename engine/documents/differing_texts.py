"""Two versions of an e-mail or a text message compared line by line and word by word; in the limited child only."""

from typing import Any

from engine.documents import differing, text_files
from engine.documents.differing import MOST_BLOCKS, Block
from engine.documents.preparing_texts import read
from engine.documents.refusals import PackageRefused
from engine.documents.text_files import EMAIL

Places = dict[str, list[Block]]


def compare(before: bytes, after: bytes, *, kind: str) -> dict[str, Any]:
    """Return what differs, as `differing.compare` does; the places are subject and text. Raises LetterRefused."""
    old, new = _places(before, kind), _places(after, kind)
    places = [{"place": place, "steps": list(differing.steps(old[place], new[place]))} for place in new]
    return {
        "places": [found for found in places if found["steps"]],
        **differing.fields_changed(before, after, kind=kind),
        "others": [],
    }


def _places(content: bytes, kind: str) -> Places:
    try:
        source = read(content)
    except PackageRefused as fault:
        raise differing.unreadable(fault.reason, fault.remedy) from fault
    if kind != EMAIL:
        return {"text": _lines(source)}
    written = text_files.apart(source)
    return {"subject": _lines(written.subject), "text": _lines(written.text)}


def _lines(text: str) -> list[Block]:
    found = [Block((line.strip(),), is_row=False, look="") for line in text.split("\n") if line.strip()]
    if len(found) > MOST_BLOCKS:
        raise differing.unreadable(f"it has more than {MOST_BLOCKS:,} lines", "Compare the two in a text editor.")
    return found
