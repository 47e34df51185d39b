"""Letters that the house prints itself: they wait for the next print batch."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from engine.communications.providers.base import NEVER, Outgoing, Progress, Receipt, Send


class Printing:
    """The landlord's own printer; letters wait until somebody puts them together and says that they were posted."""

    name = "print"
    follows_for = NEVER

    @contextmanager
    def open(self) -> Iterator[Send]:
        """Give what puts a letter among those to be printed."""
        yield lambda _: Receipt(status="printing")

    def find(self, message: Outgoing) -> Receipt | None:
        """Return none: putting a letter there twice changes nothing."""
        return None

    def follow(self, references: Sequence[str]) -> dict[str, Progress]:
        """Return nothing: the post does not tell."""
        return {}

    def check(self) -> None:
        """Find nothing wrong: the printer is the house's own."""
