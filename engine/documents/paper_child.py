"""The limited child process that makes PDFs of PDFs: bundles, redacted copies, print runs.

Apart from the one that draws: what is made here takes minutes, and nobody should wait for a page meanwhile.
"""

import io
import logging
import warnings
from collections.abc import Mapping
from typing import Any

from engine.documents import child
from engine.documents.child import Job
from engine.documents.refusals import LetterRefused

ALLOWED = ("ctypes.",)
MEMORY = 1024 * 1024 * 1024


def bind(request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """Bind documents into one PDF."""
    from engine.documents import binding
    from engine.documents.scrubbing import Unreadable

    parts = [
        binding.Part(**told, content=content)
        for told, content in zip(request["parts"], contents(request, body), strict=True)
    ]
    try:
        bound = binding.bind(request["head"], parts)
    except Unreadable as fault:
        raise LetterRefused(f"The bundle cannot be made because {fault}.", remedy="Leave some out.") from fault
    return {"pages": bound.pages, "firsts": bound.firsts, "faults": bound.faults}, bound.content


def find(request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """Find words in a PDF."""
    from engine.documents import striking
    from engine.documents.scrubbing import Unreadable

    try:
        pages, found, silent = striking.find(body, request["phrases"])
    except Unreadable as fault:
        raise LetterRefused(f"It cannot be read because {fault}.", remedy="") from fault
    return {"pages": pages, "found": [_as_data(one) for one in found], "silent": silent}, b""


def strike(request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """Strike places and words out of a PDF."""
    from engine.documents import striking
    from engine.documents.page_words import Mark
    from engine.documents.scrubbing import Unreadable

    marks = [Mark(page, tuple(float(side) for side in box)) for page, box in request["marks"]]  # type: ignore[arg-type]
    try:
        made, found = striking.struck_out(body, marks, request["phrases"], request["title"])
    except Unreadable as fault:
        raise LetterRefused(f"The copy was not made because {fault}.", remedy="") from fault
    return {"found": [_as_data(one) for one in found]}, made


def _as_data(found: Any) -> list[Any]:
    which, mark = found
    return [which, mark.page, list(mark.box)]


def print_letters(request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """Put letters together for the printer."""
    from engine.documents import printing
    from engine.documents.scrubbing import Unreadable

    files = iter(contents(request, body))
    letters = [
        printing.Letter(**{**told, "files": [next(files) for _ in range(told["files"])]}) for told in request["letters"]
    ]
    try:
        made = printing.run(letters, **request["options"])
    except Unreadable as fault:
        raise LetterRefused(f"The letters cannot be printed because {fault}.", remedy="Print fewer at once.") from fault
    return {"sheets": made.sheets, "faults": made.faults, "pages": made.pages}, made.content


def contents(request: dict[str, Any], body: bytes) -> list[bytes]:
    """Return the files that stand one behind the other in a request."""
    found, start = [], 0
    for size in request["sizes"]:
        found.append(body[start : start + size])
        start += size
    return found


def load_jobs() -> Mapping[str, Job]:
    """Import what the jobs need, while files can still be opened, and do one of each kind."""
    from PIL import Image

    from engine.documents import kinds, typesetting

    logging.disable()
    warnings.simplefilter("ignore")
    typesetting.load_fonts()
    parts: list[tuple[str, bytes]] = [(kinds.TEXT, "Łódź".encode())]
    for name, content_type in (("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")):
        file = io.BytesIO()
        Image.new("RGB", (2, 2)).save(file, name)
        parts.append((content_type, file.getvalue()))
    told = {"title": "x", "date": "", "facts": ["x"], "fault": "", "redactions": []}
    head = {"title": "x", "purpose": "", "landlord": "", "facts": [("x", "x")], "note": ""}
    for _ in range(2):  # the second binds what the first has made
        request = {
            "head": head,
            "parts": [{**told, "content_type": kind} for kind, _ in parts]
            + [{**told, "content_type": "", "fault": "x"}],
            "sizes": [*(len(content) for _, content in parts), 0],
        }
        made = bind(request, b"".join(content for _, content in parts))[1]
        parts = [(kinds.PDF, made)]
    words = {"phrases": ["lodz"]}
    find(words, parts[0][1])
    strike({**words, "marks": [[1, [0, 0, 1, 1]]], "title": "x"}, parts[0][1])
    "x".encode("utf-16-le")  # as which PDFium gives words
    options = {"duplex": True, "separators": True, "window": True, "leave_out": False, "title": "x"}
    letter = {"name": "x", "title": "x", "lines": ["x"], "files": 1, "may_have_sheet": True}
    print_letters({"letters": [letter], "options": options, "sizes": [len(made)]}, made)
    return {"bind": bind, "find": find, "strike": strike, "print": print_letters}


if __name__ == "__main__":
    child.main(load_jobs, allowed=ALLOWED, memory=MEMORY)
