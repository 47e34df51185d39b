"""Redactions: copies of documents in which something was struck out for good, with where and why."""

from engine.redactions.reading import originals_among, reasons_of

__all__ = ["originals_among", "reasons_of"]
