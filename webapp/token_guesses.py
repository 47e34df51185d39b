"""Slows down whoever tries bearer tokens: after thirty wrong ones in five minutes, an address has to wait.

A token cannot be guessed (256 random bits); what this keeps off is the load. Counted in this process alone, and a token
that was right here before is looked at all the same, so that one broken program locks out no other behind its address.
"""

import threading
from collections import OrderedDict, deque
from datetime import datetime
from typing import Any

from engine.instants import unmoved_now
from webapp.throttle import WITHIN, TooManyGuesses, network_of

MOST = 30
MOST_KEPT = 2_000  # addresses, and tokens

_wrong: OrderedDict[str, deque[datetime]] = OrderedDict()
_right: OrderedDict[str, None] = OrderedDict()
_lock = threading.Lock()


def check(address: str, digest: str) -> None:
    """Refuse to look at a token.

    Raises:
        TooManyGuesses: thirty wrong ones came from this address within five minutes, and this one was never right.
    """
    with _lock:
        guesses = _wrong.get(network_of(address))
        if guesses and digest not in _right and len(guesses) >= MOST and guesses[0] > unmoved_now() - WITHIN:
            raise TooManyGuesses


def note(address: str, digest: str, *, is_right: bool) -> None:
    """Remember whether a token was right."""
    with _lock:
        if is_right:
            _keep(_right, digest, None)
        else:
            network = network_of(address)
            guesses = _wrong.get(network) or deque(maxlen=MOST)
            guesses.append(unmoved_now())
            _keep(_wrong, network, guesses)


def forget() -> None:
    """Start counting anew; tests need it."""
    with _lock:
        _wrong.clear()
        _right.clear()


def _keep(kept: OrderedDict[str, Any], key: str, value: Any) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > MOST_KEPT:
        kept.popitem(last=False)
