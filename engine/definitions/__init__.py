"""Definitions of case categories: read, checked, versioned, deployed, and turned into what the runtime runs."""
