"""Files that analysts send: one by one, a whole folder, or an archive."""

from flask import request

from engine.definitions import checking
from engine.definitions.packing import path_of, unpack
from engine.documents.packages import WORD
from engine.documents.uploads import check_upload
from engine.errors import Invalid

LETTER = ".docx"


def uploaded(field: str = "files") -> dict[str, bytes]:
    """Return the files that were sent, by their path in the category; archives unpacked, diagrams translated.

    Raises:
        Invalid: there are none, an archive cannot be read, or a letter is none that may be kept.
    """
    found = sent(field)
    for path, content in found.items():
        if path.endswith(".docx"):
            require_letter(path, content)
    return checking.translated(found)


def require_template(suffix: str, name: str, content: bytes) -> None:
    """Refuse a file that no template with this ending may be: a Word file that is none, or a text that is none.

    Raises:
        Invalid: the sentence says why.
    """
    if suffix == LETTER:
        require_letter(name, content)
        return
    try:
        is_text = "\0" not in content.decode("utf-8-sig")
    except UnicodeDecodeError:
        is_text = False
    if not is_text:
        raise Invalid(f"“{name[:80]}” is no text.", remedy=f"Save it as plain text in UTF-8, with the ending {suffix}.")


def require_letter(name: str, content: bytes) -> None:
    """Refuse what is no Word document, or one that carries macros, fetches something or hides another file.

    Raises:
        Invalid: the sentence says why.
    """
    checked = check_upload(name, content)
    if checked.content_type != WORD:
        raise Invalid(f"“{checked.display_name}” is no Word document.", remedy="Save it as .docx, and send it again.")


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
