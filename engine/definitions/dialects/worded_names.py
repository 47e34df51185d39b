"""Names of several words, which FEEL allows and a field does not: each becomes one, wherever the diagram says it."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from engine.definitions.dialects.expressions.fields import field_name
from engine.definitions.dialects.nodes import called
from engine.definitions.dialects.record import Translation
from engine.definitions.xml import ZEEBE

# Attributes of zeebe's extensions that name what is written.
NAMING = ("target", "resultVariable", "outputCollection", "inputElement")
CONDITIONS = ("conditionExpression", "condition", "completionCondition", "loopCondition", "loopCardinality")
MOST_WORDS = 8
_NAME = re.compile(rf"\w+(?: \w+){{1,{MOST_WORDS - 1}}}")
_PIECES = re.compile(r'("(?:[^"\\]|\\.)*")')
_RUN = re.compile(r"\w+(?: \w+)+")


def translate(root: etree._Element, told: Translation) -> None:
    """Rename what the diagram writes under names of several words, and what it reads of them."""
    extensions = list(root.iter(f"{{{ZEEBE}}}*"))
    names = {name: field_name(name) for extension in extensions for name in _written(extension)}
    if not names:
        return
    for extension in extensions:
        for attribute, text in extension.attrib.items():
            if attribute in NAMING and text in names:
                extension.set(attribute, names[str(text)])
            elif str(text).startswith("="):
                extension.set(attribute, _renamed(str(text), names))
    for node in called(root, *CONDITIONS):
        node.text = _renamed(node.text or "", names)
    for name, field in names.items():
        told.translated(root, "name", f"“{name}” is the field {field}: a field has one word for a name.", name, field)


def _written(extension: etree._Element) -> Iterator[str]:
    return (name for attribute in NAMING if _NAME.fullmatch(name := extension.get(attribute) or ""))


def _renamed(text: str, names: Mapping[str, str]) -> str:
    """Return an expression with the names replaced; what stands in quotes stays."""
    pieces = _PIECES.split(text)
    pieces[::2] = [_RUN.sub(lambda run: _in_run(run[0].split(" "), names), piece) for piece in pieces[::2]]
    return "".join(pieces)


def _in_run(words: list[str], names: Mapping[str, str]) -> str:
    """Return words with each name among them replaced, the longest first."""
    found, place = [], 0
    while place < len(words):
        lengths = range(min(MOST_WORDS, len(words) - place), 1, -1)
        length = next((n for n in lengths if " ".join(words[place : place + n]) in names), 1)
        found.append(names.get(" ".join(words[place : place + length]), words[place]))
        place += length
    return " ".join(found)
