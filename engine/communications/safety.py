"""Safe contact: whether a message may reach this person this way, asked when it is composed and again when it leaves.

What is found stops the message and says why. A named member of staff may let it go for a reason, but for what nobody
may allow.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine import fences
from engine.communications import hours
from engine.communications.recipients import Recipient, Way, same
from engine.communications.words import CHANNELS, CONSENT, EMAIL, LETTER, SMS, STATUTORY

SAFE_CONTACT_ONLY = "30"  # the code of the alert that says so (HACT person alert codes)
ADVERSARIES = frozenset({"perpetrator", "alleged perpetrator"})


@dataclass(frozen=True, slots=True)
class Breach:
    """Why a message must not go, in a sentence; `is_final` where nobody may let it go all the same."""

    code: str
    sentence: str
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What of the case bears on it: whether it is restricted, whom it is about, and where those live who must not read.

    The default is that of a message that belongs to no case.
    """

    is_restricted: bool = False
    subjects: frozenset[str] = frozenset()  # keys of the recipients whom a restricted case is about
    hostile_addresses: tuple[str, ...] = ()
    hostile: frozenset[str] = frozenset()  # keys of those who are the other side


def circumstances(recipients: Iterable[Recipient], *, is_restricted: bool) -> Circumstances:
    """Return what everybody on a case means for a message to one of them."""
    everybody = list(recipients)
    hostile = [one for one in everybody if ADVERSARIES.intersection(role.casefold() for role in one.roles)]
    return Circumstances(
        is_restricted,
        frozenset(one.key for one in everybody if one not in hostile),
        tuple(way.value for one in hostile for way in one.ways),
        frozenset(one.key for one in hostile),
    )


def breaches(
    to: Recipient,
    channel: str,
    way: Way | None,
    *,
    purpose: str,
    topic: str = "",
    about: Circumstances | None = None,
    allowed: Collection[str] = (),
) -> list[Breach]:
    """Return why a message must not go to a recipient this way, the gravest first; `allowed` are codes let through."""
    if way is None:
        name = CHANNELS[channel].lower()
        missing = f"{to.name} has no address for a {name}." if channel != EMAIL else f"{to.name} has no e-mail address."
        return [Breach("no_address", missing, is_final=True)]
    found = [*_of_person(to, purpose, topic), *_of_way(to, channel, way), *_of_case(to, way, about or Circumstances())]
    return [breach for breach in found if breach.is_final or breach.code not in allowed]


def made_up(session: Session, channel: str, way: Way | None) -> list[Breach]:
    """Return why nothing made up may leave this way. A letter never leaves by itself: the house prints it."""
    refusal = fences.refusal(session, way.value) if way is not None and channel != LETTER else ""
    return [Breach("made_up", refusal, is_final=True)] if refusal else []


def _of_person(to: Recipient, purpose: str, topic: str) -> Iterable[Breach]:
    if to.date_of_death is not None:
        yield Breach("deceased", f"{to.name} has died: write to whoever looks after the estate.")
    if to.has_ended:
        yield Breach("ended", f"The record of {to.name} has ended.")
    if purpose == CONSENT and to.person_id is not None and (topic or "news") not in to.consents:
        yield Breach("no_consent", f"{to.name} has not agreed to hear about this ({topic or 'news'}).", is_final=True)


def _of_way(to: Recipient, channel: str, way: Way) -> Iterable[Breach]:
    note = f" ({way.note})" if way.note else ""
    if not way.is_safe:
        yield Breach("unsafe_address", f"{way.value} is marked as not safe for {to.name}{note}.")
    if channel == LETTER and to.no_letters and not _is_safe_elsewhere(to, way):
        yield Breach("no_letters", f"{to.name} is to get no letters: somebody else may open them.")
    if channel == SMS and to.contact_hours and hours.read(to.contact_hours) is None:
        said = f"{to.name} may be reached “{to.contact_hours}”, which nobody but a person can tell the hours of."
        yield Breach("hours", said)
    if any(code == SAFE_CONTACT_ONLY for code, _ in to.alerts) and not _is_named_safe(way):
        text = next(text for code, text in to.alerts if code == SAFE_CONTACT_ONLY)
        yield Breach("safe_contact", f"{to.name} has a safe contact alert, and {way.value} is not a safe way: “{text}”")


def _is_safe_elsewhere(to: Recipient, way: Way) -> bool:
    """Say whether letters go to an address of their own that is preferred: a refuge, a relative, a representative."""
    return not way.is_home and way.is_preferred and way.is_safe


def _is_named_safe(way: Way) -> bool:
    """Say whether somebody named this way as the safe one, and it is not just the home that everybody knows."""
    return way.is_safe and way.is_preferred and not way.is_home


def _of_case(to: Recipient, way: Way, about: Circumstances) -> Iterable[Breach]:
    if to.key not in about.hostile and any(same(way.value, other) for other in about.hostile_addresses):
        yield Breach("shared_address", f"{way.value} is an address of the other side of this case too.")
    if about.is_restricted and to.key not in about.subjects:
        yield Breach("restricted", f"The case is restricted, and {to.name} is not among those whom it is about.")


def preferred_channel(to: Recipient, channels: Collection[str], *, purpose: str, topic: str = "") -> str:
    """Return the channel that suits a recipient best among these: what they prefer, else what is safe.

    What the law requires goes as a letter unless they prefer something else. Without any way the answer is the first
    of `channels`, whose lack of an address then stops it.
    """
    order = [LETTER, EMAIL, SMS] if purpose == STATUTORY else [EMAIL, SMS, LETTER]
    possible = [channel for channel in order if channel in channels]
    usable = [
        channel
        for channel in possible
        if (way := to.way(channel)) is not None and not breaches(to, channel, way, purpose=purpose, topic=topic)
    ]
    wanted = [channel for channel in usable if (way := to.way(channel)) is not None and way.is_preferred]
    return (wanted or usable or possible or list(channels))[0]
