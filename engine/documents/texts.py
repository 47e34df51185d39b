"""The text in a document, for search and preview."""

from engine.documents import kinds, limited, packages
from engine.documents.merging import BREACHES
from engine.documents.refusals import LetterRefused
from engine.errors import Invalid

LONGEST = 1_000_000  # characters


def text_of(content: bytes, content_type: str) -> str:
    """Return a document's text: Word, PDF and e-mail (read in the limited child), plain text and CSV.

    Every other kind has none: "". At most a million characters, of a PDF what six seconds give. Raises Invalid when
    the file cannot be read.
    """
    if content_type in (packages.WORD, kinds.PDF, kinds.EMAIL):
        return _read_in_child(content, content_type)
    if content_type in (kinds.TEXT, kinds.CSV):
        return decoded(content)[:LONGEST]
    return ""


def decoded(content: bytes) -> str:
    """Return a text file's text: UTF-8 or UTF-16 by its mark, UTF-8 where it reads as that, else Windows-1252."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _read_in_child(content: bytes, content_type: str) -> str:
    try:
        answer, text = limited.run({"job": "text", "content_type": content_type}, content)
    except limited.Breach as breach:
        raise Invalid(
            f"Reading the file {BREACHES[breach.what][0]}.", remedy="Its text cannot be searched."
        ) from breach
    except limited.Failed as fault:
        raise Invalid(f"The text of this file cannot be read ({fault}).", remedy="Save it again.") from fault
    if "refused" in answer:
        refusal = LetterRefused(**answer["refused"])
        raise Invalid(refusal.message, remedy=refusal.remedy)
    return text.decode()
