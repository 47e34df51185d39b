"""Redactions: copies of documents in which something was struck out for good, with where and why."""

from engine.redactions.making import REASONS, Mark, Phrase, file, original, work
from engine.redactions.reading import Known, known, marks_of, originals_among, reasons_of

__all__ = [
    "REASONS",
    "Known",
    "Mark",
    "Phrase",
    "file",
    "known",
    "marks_of",
    "original",
    "originals_among",
    "reasons_of",
    "work",
]
