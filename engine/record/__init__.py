"""The shared record: what kinds of entities there are, what may be written of each, and every change to them."""
