"""Categories as zip archives: what is downloaded, and what is brought back."""

import io
import zipfile
from collections.abc import Mapping

from engine.definitions.deploying import DEFINITION_SUFFIXES
from engine.errors import Invalid
from engine.templates.kinds import SUFFIXES

LARGEST = 25 * 1024 * 1024  # bytes unpacked
MOST_FILES = 500
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the same files make the same archive


def pack(files: Mapping[str, bytes], folder: str) -> bytes:
    """Return a zip archive with the files in one folder."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            archive.writestr(zipfile.ZipInfo(f"{folder}/{path}", FIRST_DAY), files[path], zipfile.ZIP_DEFLATED)
    return made.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """Return the files of a category in a zip archive by their path in it; what is no part of a category is left out.

    Raises:
        Invalid: it is no zip archive, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [each for each in archive.infolist() if not each.is_dir() and _belongs(each.filename)]
            if len(members) > MOST_FILES or sum(each.file_size for each in members) > LARGEST:
                raise _too_much()
            return {path_of(each.filename): _read(archive, each) for each in members}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise Invalid(
            "The archive cannot be read.", remedy="Make it again as a plain .zip without a password."
        ) from error


def path_of(name: str) -> str:
    """Return where an uploaded file stands in its category: templates in letters/, everything else at the top."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return f"letters/{last}" if last.endswith(SUFFIXES) else last


def _belongs(name: str) -> bool:
    last = path_of(name).rsplit("/", 1)[-1]
    return last.endswith(DEFINITION_SUFFIXES) and not last.startswith(".") and "__MACOSX" not in name


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Read a member up to the limit: what it says about its size may be a lie."""
    with archive.open(member) as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise _too_much()
    return content


def _too_much() -> Invalid:
    return Invalid("The archive unpacks to more than a category may hold.", remedy="At most 500 files and 25 MB.")
