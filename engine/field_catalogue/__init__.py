"""Keeping the catalogue of fields: what may stand in it, who changed what, and its exchange as CSV."""
