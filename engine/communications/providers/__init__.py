"""The ways out of the house, one module each, and which of them this installation uses for each channel."""

from engine.communications.providers.choosing import Choice, Providers, read

__all__ = ["Choice", "Providers", "read"]
