"""The history of a case: append-only events, each sealed over the one before."""
