"""The ways out of the house, one module each, and which of them this installation uses for each channel."""

from collections.abc import Mapping

from engine.communications.providers.base import Provider
from engine.communications.providers.printing import Printing
from engine.communications.providers.smtp import Smtp
from engine.communications.words import EMAIL, LETTER

Providers = Mapping[str, Provider]  # by channel; nothing leaves on a channel that is not there, and all of it is kept


def chosen(*, smtp_url: str = "", sender: str = "") -> Providers:
    """Return the providers that the settings name."""
    found: dict[str, Provider] = {LETTER: Printing()}
    if smtp_url:
        found[EMAIL] = Smtp(smtp_url, sender)
    return found
