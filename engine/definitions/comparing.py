"""Compares two sets of files of a category: which files changed, line by line, and which elements of the diagrams."""

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.definitions import xml
from engine.definitions.elements import FLOW_NODES
from engine.definitions.xml import is_bpmn, local_name

MOST_LINES = 3_000  # of a file whose lines are compared
TOLD_APART = FLOW_NODES | {"sequenceFlow", "lane", "participant", "process"}


@dataclass(frozen=True, slots=True)
class ElementChange:
    """An element of a diagram that is new, gone or different: `kind` is added, removed or changed."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that is new, gone or different, with its lines as `diff` writes them, and the elements of a diagram."""

    path: str
    kind: str
    lines: tuple[str, ...] = ()
    elements: tuple[ElementChange, ...] = ()


def compare(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[FileChange]:
    """Return what is different in `after`, in the order of the paths."""
    return [_file(path, before, after) for path in sorted({*before, *after}) if before.get(path) != after.get(path)]


def _file(path: str, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> FileChange:
    kind = "added" if path not in before else "removed" if path not in after else "changed"
    old, new = before.get(path, b""), after.get(path, b"")
    elements = tuple(elements_changed(old, new)) if path.endswith(".bpmn") and kind == "changed" else ()
    return FileChange(path, kind, tuple(_lines(path, old, new)), elements)


def _lines(path: str, old: bytes, new: bytes) -> Iterator[str]:
    if path.endswith(".docx"):
        return
    former, latter = _text_lines(path, old), _text_lines(path, new)
    if max(len(former), len(latter)) > MOST_LINES:
        return
    for line in difflib.unified_diff(former, latter, lineterm="", n=2):
        if not line.startswith(("---", "+++")):
            yield line


def _text_lines(path: str, content: bytes) -> list[str]:
    """Return the lines of a file; a form's are put in one shape, so that its editor's habits are no differences."""
    text = content.decode("utf-8", "replace")
    if path.endswith(".form"):
        try:
            text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        except (ValueError, RecursionError):
            return text.splitlines()
    return text.splitlines()


def elements_changed(before: bytes, after: bytes) -> Iterator[ElementChange]:
    """Yield the elements that differ between two diagrams, where both can be read; their places do not count."""
    try:
        old, new = _elements(before), _elements(after)
    except xml.NotADiagram:
        return
    for element_id in [*old, *(found for found in new if found not in old)]:
        node = new.get(element_id, old.get(element_id))
        assert node is not None
        kind = "removed" if element_id not in new else "added" if element_id not in old else "changed"
        if kind != "changed" or _meaning(old[element_id]) != _meaning(new[element_id]):
            yield ElementChange(element_id, node.get("name") or element_id, kind)


def _elements(content: bytes) -> dict[str, etree._Element]:
    root = xml.parse(content, source="The diagram")
    return {node.get("id", ""): node for node in root.iter() if is_bpmn(node) and local_name(node) in TOLD_APART}


def _meaning(node: etree._Element) -> tuple[object, ...]:
    """Return what an element says, without the elements inside it that are compared by themselves."""
    own = [child for child in node if not (is_bpmn(child) and local_name(child) in TOLD_APART)]
    parts = [_whole(child) for child in own if etree.QName(child).localname not in ("incoming", "outgoing")]
    return (node.tag, tuple(sorted(node.attrib.items())), tuple(parts))


def _whole(node: etree._Element) -> tuple[object, ...]:
    text = (node.text or "").strip()
    return (node.tag, tuple(sorted(node.attrib.items())), text, tuple(map(_whole, node)))
