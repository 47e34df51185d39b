"""What bundles are made for, and which documents each begins with; whoever makes one may tick others."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from engine.case_documents import File


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose. `note` stands on the title page; the rest says which documents are ticked to begin with."""

    key: str
    name: str
    hint: str
    note: str
    without: frozenset[str] = frozenset()  # kinds of documents
    with_ended: bool = False
    is_redacted: bool = False  # a redacted copy goes instead of its original


PURPOSES = {
    one.key: one
    for one in (
        Purpose(
            "ombudsman",
            "Bundle for the Housing Ombudsman",
            "All that is filed but proof of identity, the oldest first.",
            "Copies of the documents on our file about this complaint, the oldest first.",
            without=frozenset({"identity", "bundle"}),
        ),
        Purpose(
            "court",
            "Court bundle",
            "All that is filed, the oldest first. Leave out what is privileged.",
            "The number at the foot of each page is the one to refer to, and the one that a reader of PDFs shows.",
            without=frozenset({"bundle"}),
        ),
        Purpose(
            "subject_access",
            "Response to a subject access request",
            "Nothing is left out: what has ended is in it too, and a redacted copy goes instead of its original. What "
            "was struck out is listed with the reason.",
            "Copies of the personal data that we hold. What is left out, and why, is listed after the contents.",
            without=frozenset({"bundle"}),
            with_ended=True,
            is_redacted=True,
        ),
    )
}


def in_order(files: Iterable[File]) -> list[File]:
    """Return documents as a bundle begins with them: the oldest first."""
    return sorted(files, key=lambda file: (file.created_at, file.id))


def is_proposed(purpose: Purpose, file: File, redacted: Collection[int]) -> bool:
    """Say whether a document is ticked to begin with; `redacted` are those of which there is a redacted copy."""
    if file.kind in purpose.without or (file.ended_at is not None and not purpose.with_ended):
        return False
    return file.id not in redacted if purpose.is_redacted else file.source != "redacted"
