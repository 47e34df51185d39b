"""File names that strangers gave: made safe to show and to send. Nothing is ever stored under them."""

import re
import unicodedata
from urllib.parse import quote

LONGEST = 120
FALLBACK = "file"

# What Windows will not let a file be called, whatever its ending.
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*(\.|$)")


def displayed(name: str, ending: str) -> str:
    """Return `name` as a person may see it and save it, with `ending`; folders, marks that turn the text and all
    else that is not seen are taken out.
    """
    base = re.split(r"[/\\]", name.replace("\0", ""))[-1]
    seen = "".join(sign if not _unseen(sign) else " " if sign.isspace() else "" for sign in base)
    stem = re.sub(r'[<>:"|?*]', "", unicodedata.normalize("NFC", seen))
    stem = re.sub(r"\s+", " ", _without_ending(stem)).strip(" .")
    if RESERVED.match(stem):
        stem = f"{FALLBACK} {stem}"
    return f"{stem[: LONGEST - len(ending) - 1].rstrip(' .') or FALLBACK}.{ending}"


def ending_of(name: str) -> str:
    """Return the ending of a name in lower case, without its dot."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(sign for sign in last.rpartition(".")[2] if not _unseen(sign)).strip().lower() if "." in last else ""


def disposition(kind: str, name: str) -> str:
    """Return a Content-Disposition header, `kind` being inline or attachment (RFC 6266)."""
    plain = re.sub(r"[^A-Za-z0-9 ._()\-]", "_", unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode())
    return f"{kind}; filename=\"{plain or FALLBACK}\"; filename*=UTF-8''{quote(name, safe='')}"


def with_ending(name: str, ending: str) -> str:
    """Return a name with another ending."""
    return f"{_without_ending(name)}.{ending}"


def _without_ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return stem if dot and re.fullmatch(r"[A-Za-z0-9]{1,5}", ending.strip()) else name


def _unseen(sign: str) -> bool:
    """Say whether a sign does not show: controls, marks of direction and joining, private and unassigned ones."""
    return unicodedata.category(sign)[0] == "C" or sign in "\u2028\u2029"
