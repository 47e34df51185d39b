"""A whole installation, as an administrator would run it: web nodes and workers in processes of their own."""

FAULT = "CASEWRIGHT_SOAK_FAULT"
SIGNS = "CASEWRIGHT_SOAK_SIGNS"
