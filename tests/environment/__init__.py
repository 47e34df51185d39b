"""What tests stand on: databases, a browser, and the count of what was skipped."""
