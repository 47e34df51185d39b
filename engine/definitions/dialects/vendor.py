"""The attributes and elements that a modeller adds to BPMN: looked up by name, and taken out when they are read."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.definitions.dialects.extensions import extension_elements
from engine.definitions.xml import local_name


@dataclass(frozen=True, slots=True)
class Vendor:
    """A modeller, known by the namespaces of its attributes and elements."""

    name: str
    namespaces: frozenset[str]

    def owns(self, name: object) -> bool:
        """Say whether a tag or an attribute's name is this modeller's."""
        return isinstance(name, str) and name[:1] == "{" and name[1:].partition("}")[0] in self.namespaces

    def see(self, node: etree._Element, name: str) -> str:
        """Return an attribute, trimmed; empty when there is none."""
        for namespace in self.namespaces:
            if (value := node.get(f"{{{namespace}}}{name}")) is not None:
                return str(value).strip()
        return ""

    def take(self, node: etree._Element, name: str) -> str:
        """Take an attribute out of the tree and return it, trimmed; empty when there is none."""
        found = self.see(node, name)
        for namespace in self.namespaces:
            node.attrib.pop(f"{{{namespace}}}{name}", "")
        return found

    def elements(self, node: etree._Element, name: str) -> list[etree._Element]:
        """Return the extensions of an element that have a name."""
        holder = extension_elements(node)
        return [] if holder is None else self.children(holder, name)

    def children(self, holder: etree._Element, name: str = "") -> list[etree._Element]:
        """Return the children of an element that are this modeller's, all or those of one name."""
        return [child for child in holder if self.owns(child.tag) and (not name or local_name(child) == name)]

    def take_elements(self, node: etree._Element, name: str) -> list[etree._Element]:
        """Take the extensions of an element that have a name out of the tree, and return them."""
        found = self.elements(node, name)
        for element in found:
            remove(element)
        return found

    def is_used(self, root: etree._Element) -> bool:
        """Say whether anything in a diagram is this modeller's."""
        return any(self.owns(node.tag) or any(map(self.owns, node.attrib)) for node in root.iter())

    def left_over(self, root: etree._Element) -> Iterator[tuple[etree._Element, str | None]]:
        """Yield what is still in the tree: elements (with none), and elements with the name of an attribute."""
        for node in root.iter():
            for name in node.attrib:
                if self.owns(name):
                    yield node, str(name)
            if self.owns(node.tag):
                yield node, None


def remove(element: etree._Element) -> None:
    """Take an element out of the tree."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
