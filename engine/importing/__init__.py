"""Brings the shared record in from CSV files of other systems: checked line by line, repeatable, resumable."""
