"""What every provider is: it takes a message, says what became of it, and later whether it arrived.

To add one: write a module beside these, and name it in `engine.communications.providers.choosing`.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message, as it is kept."""

    name: str
    content_type: str
    path: Path
    pdf: Path | None = None  # as which it stands in the store too


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way out. `key` is the same for every attempt; `reference` is the case's."""

    key: str
    channel: str  # letter, email, sms
    to: str  # an e-mail address, a number, or an address as one line
    name: str
    subject: str = ""
    text: str = ""
    html: str = ""
    reference: str = ""
    address_lines: tuple[str, ...] = ()
    letter: Attachment | None = None
    is_as_it_is: bool = (
        False  # the letter is no template's: a sheet with the address stands before it, where it needs one
    )
    attachments: tuple[Attachment, ...] = field(default=())
    in_reply_to: str = ""  # the Message-ID of what it answers


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says on taking a message; `status` is sent, delivered or printing."""

    reference: str = ""
    status: str = "sent"
    cost: Decimal | None = None
    sheets: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What a provider says later; `status` is sent, delivered or failed, `reason` why it failed."""

    status: str
    reason: str = ""
    at: datetime | None = None
    cost: Decimal | None = None
    is_last: bool = False  # nothing more will be told, though it is only sent: the post does not say what arrives


class Refused(Exception):
    """The message will never be accepted, however often it is sent."""


class Unreachable(Exception):
    """The provider cannot be used now: everything else waits for the next round too."""


class Postponed(Exception):
    """This message was not taken now and may be later."""


NEVER = timedelta()  # for `follows_for`: what became of a message comes by other ways, or not at all
Send = Callable[[Outgoing], Receipt]


class Provider(Protocol):
    """A way out of the house for one channel or several."""

    name: str
    follows_for: timedelta  # after a message was sent: that long it can be asked what became of it

    def open(self) -> AbstractContextManager[Send]:
        """Connect, and give what sends one message after the other.

        What it gives raises Refused, Postponed or Unreachable; so may opening itself raise Unreachable.
        """

    def find(self, message: Outgoing) -> Receipt | None:
        """Return the receipt of an earlier attempt of unknown end; none where there is none or it cannot tell."""

    def follow(self, references: Sequence[str]) -> dict[str, Progress]:
        """Return what has become of messages, by their references; of those that it cannot tell, nothing.

        Raises Unreachable.
        """

    def check(self) -> None:
        """Find out whether it can be used, without sending anything. Raises Unreachable, which says why not."""
