"""What the platform costs beside raw SpiffWorkflow and the naive design, measured in the same run."""
