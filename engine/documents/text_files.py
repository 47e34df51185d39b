"""An e-mail or a text message as it stands in its file: its subject, its text, and on which line a fault is."""

import re
from typing import NamedTuple

from engine.documents.tags import shown, with_plain_quotes

EMAIL, SMS = "email", "sms"
WORDS = {EMAIL: "e-mail", SMS: "text message"}
SUBJECT = re.compile(r"subject:(.*)", re.IGNORECASE)


class Written(NamedTuple):
    """The parts of an e-mail's file; `begins` is the line, from 1, on which its text begins."""

    subject: str
    text: str
    begins: int


def apart(source: str) -> Written:
    """Return the subject and the text of an e-mail; a file without a subject in its first line is all text."""
    first, _, rest = source.partition("\n")
    found = SUBJECT.fullmatch(first.strip())
    if found is None:
        return Written("", source, 1)
    second, _, after = rest.partition("\n")
    return Written(found[1].strip(), rest, 2) if second.strip() else Written(found[1].strip(), after, 3)


def together(subject: str, text: str) -> str:
    """Return the file of an e-mail with this subject, in one line, and this text."""
    return f"Subject: {' '.join(subject.split())}\n\n{text}"


def line_of(source: str, place: str, paragraph: str) -> int:
    """Return the line, from 1, of the paragraph that a fault quotes; 0 where it stands in none of the file's own."""
    if place == "subject":
        return 1
    wanted = shown(with_plain_quotes(paragraph))
    if place != "text" or not wanted:
        return 0
    lines = enumerate(source.split("\n"), start=1)
    return next((number for number, line in lines if shown(with_plain_quotes(line)) == wanted), 0)
