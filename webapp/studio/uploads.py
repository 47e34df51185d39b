"""Files that analysts send: one by one, a whole folder, or an archive."""

from flask import request

from engine.definitions import checking
from engine.definitions.packing import path_of, unpack
from engine.errors import Invalid


def uploaded(field: str = "files") -> dict[str, bytes]:
    """Return the files that were sent, by their path in the category; archives unpacked, diagrams translated.

    Raises:
        Invalid: there are none, or an archive cannot be read.
    """
    return checking.translated(sent(field))


def sent(field: str = "files") -> dict[str, bytes]:
    """Return the files that were sent as they are; see `uploaded`."""
    found: dict[str, bytes] = {}
    for file in request.files.getlist(field):
        if not file.filename:
            continue
        content = file.stream.read()
        if file.filename.lower().endswith(".zip"):
            found |= unpack(content)
        else:
            found[path_of(file.filename)] = content
    if not found:
        raise Invalid("No file was chosen.", remedy="Choose one or more files, and send them again.")
    return found
