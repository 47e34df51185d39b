"""Runs cases: the only place that moves SpiffWorkflow's tokens."""
