"""Legal clocks: when a time runs out, and why on that date."""
