"""The kinds of template, and where each stands among files: `letters/reply.docx`, `blocks/letterhead.docx`."""

import re
from dataclasses import dataclass

from engine.errors import Invalid

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of template."""

    key: str
    name: str
    plural: str
    folder: str
    suffix: str
    is_included: bool = False  # in letters, by its name

    @property
    def is_word(self) -> bool:
        """Say whether it is a Word file; the others are text."""
        return self.suffix == ".docx"


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("letter", "Letter", "Letters", "letters", ".docx"),
        Kind("email", "E-mail", "E-mails", "emails", ".email"),
        Kind("sms", "Text message", "Text messages", "texts", ".sms"),
        Kind("block", "Block of layout", "Blocks of layout", "blocks", ".docx", is_included=True),
        Kind("paragraph", "Standard paragraph", "Standard paragraphs", "paragraphs", ".docx", is_included=True),
    )
}
SENT = tuple(kind for kind in KINDS.values() if not kind.is_included)
SUFFIXES = tuple(kind.suffix for kind in SENT)  # of the templates that a category may have of its own
INCLUDED = tuple(kind.key for kind in KINDS.values() if kind.is_included)


def path_of(kind: str, key: str) -> str:
    """Return where a template stands among the files of shared templates."""
    return f"{KINDS[kind].folder}/{key}{KINDS[kind].suffix}"


def named(path: str) -> tuple[str, str]:
    """Return the kind and key of the template at `path`.

    Raises:
        Invalid: nothing that is a template stands there.
    """
    folder, _, name = path.rpartition("/")
    for kind in KINDS.values():
        key = name.removesuffix(kind.suffix)
        if kind.folder == folder and key != name and KEY.fullmatch(key):
            return kind.key, key
    places = ", ".join(f"{kind.folder}/name{kind.suffix}" for kind in KINDS.values())
    raise Invalid(
        f"{path} is not where a shared template stands, or not how one is named.",
        remedy=f"They are {places}; names are lower-case words joined by _.",
    )


def own(path: str) -> tuple[str, str] | None:
    """Return the kind and name of a category's own template at `path`; none when it is another file of it."""
    name = path.rsplit("/", 1)[-1]
    return next(((kind.key, name.removesuffix(kind.suffix)) for kind in SENT if name.endswith(kind.suffix)), None)


def require_key(kind: str, key: str) -> None:
    """Refuse a kind that there is not, or a key that cannot be one. Raises Invalid."""
    errors = {}
    if kind not in KINDS:
        errors["kind"] = f"Choose one of: {', '.join(KINDS)}"
    if not KEY.fullmatch(key):
        errors["key"] = "Use lower-case words joined by _, beginning with a letter, at most 60 characters"
    if errors:
        raise Invalid("A shared template cannot be named like this.", errors=errors)
