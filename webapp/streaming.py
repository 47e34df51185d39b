"""Files sent piece by piece."""

from collections.abc import Iterator
from typing import BinaryIO

CHUNK = 256 * 1024


def chunks(content: BinaryIO) -> Iterator[bytes]:
    """Yield a file piece by piece, and close it."""
    with content:
        while chunk := content.read(CHUNK):
            yield chunk
