"""The channels by which messages leave and come in, as an administrator sees them: do they work, and what waits?"""
