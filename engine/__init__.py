"""Runs cases: knows BPMN and what is stored, never Flask."""
