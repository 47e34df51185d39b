"""What the engine must be told once per process, by the edge that starts it."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from engine.errors import NotPossible
from engine.history.seal import Keyring, open_keyring

Networks = tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True, slots=True)
class Configuration:
    """Where files are kept, the keys that seal history, where its daily anchors are written, and the site's address."""

    files: Path
    keyring: Keyring
    anchors: Path
    url: str = ""  # at which staff open Casewright, without a slash at its end; "" when nobody said
    only_to: tuple[str, ...] = ()  # addresses and domains to which alone anything may be sent; everywhere when empty
    webhook_networks: Networks = ()  # of the house itself, to which webhooks may go

    def address(self, path: str) -> str:
        """Return the address of a page, for who reads of it elsewhere; "" where nobody said at which the site is."""
        return f"{self.url}{path}" if self.url else ""


_current: Configuration | None = None


def configure(
    *,
    files: Path,
    keyring_path: Path,
    anchors: Path | None = None,
    url: str = "",
    only_to: tuple[str, ...] = (),
    webhook_networks: Networks = (),
) -> Configuration:
    """Set the configuration of this process; anchors stand beside the files unless told otherwise."""
    global _current
    anchors = anchors or files.parent / "anchors"
    _current = Configuration(files, open_keyring(keyring_path), anchors, url, only_to, webhook_networks)
    return _current


def current() -> Configuration:
    """Return the configuration of this process."""
    if _current is None:
        raise NotPossible("The engine was used before it was configured.")
    return _current
