"""Tells other systems of changes: who subscribes to what, what a message says, how it is signed and delivered."""
