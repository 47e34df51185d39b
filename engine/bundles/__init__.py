"""Bundles: documents of a case or record bound into one PDF by a job, for a court, the Ombudsman or a data subject."""

from engine.bundles.asking import Candidate, Progress, ask, candidates, find

__all__ = ["Candidate", "Progress", "ask", "candidates", "find"]
