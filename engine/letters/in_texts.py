"""The fields that e-mails and text messages may use, with what is typed for each in a text and not in Word."""

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.letters.offering import Group, Offered
from engine.letters.ways import Way

PICTURE = "picture"  # a kind of field
IN_WORD_ALONE = re.compile(r"\{%-?\s*(?:tr|tc|r)\s|\|qr\b|\bphotograph\.picture\b|\bofficer\.signature\b")
OF_PARAGRAPH = re.compile(r"\{%(-?)p\s+")


def in_texts(groups: Iterable[Group]) -> list[Group]:
    """Return the fields as a text writes them; what Word alone can show is left out."""
    found = (replace(group, fields=tuple(_fields(group))) for group in groups)
    return [group for group in found if group.fields]


def _fields(group: Group) -> Iterable[Offered]:
    for field in group.fields:
        ways = tuple(_way(way) for way in field.ways if not IN_WORD_ALONE.search(way.text))
        if ways and field.kind != PICTURE:
            yield replace(field, ways=ways)


def _way(way: Way) -> Way:
    does = way.does.replace("in a paragraph of its own", "in a line of its own")
    return Way(does, tuple(OF_PARAGRAPH.sub(r"{%\1 ", line) for line in way.lines))
