"""Writes the extensions of the zeebe dialect into the tree, where a modeller would."""

from collections.abc import Iterable

from lxml import etree

from engine.definitions.xml import BPMN, NAMESPACES, ZEEBE, local_name


def extend(node: etree._Element, name: str, /, **attributes: str) -> etree._Element:
    """Return the zeebe extension `name` of an element with `attributes` set; made when there is none yet."""
    return _child(_extensions(node), f"{{{ZEEBE}}}{name}", attributes)


def add_to(extension: etree._Element, name: str, /, **attributes: str) -> etree._Element:
    """Add one more entry, such as an input, to an extension that is a list."""
    return etree.SubElement(extension, f"{{{ZEEBE}}}{name}", attributes)


def add_mapping(node: etree._Element, direction: str, *, source: str, target: str) -> None:
    """Add an input or output (`direction`) to an element's mappings."""
    add_to(extend(node, "ioMapping"), direction, source=source, target=target)


def add_header(node: etree._Element, key: str, value: str) -> None:
    """Add a constant header to an element."""
    add_to(extend(node, "taskHeaders"), "header", key=key, value=value)


def set_property(node: etree._Element, name: str, value: str) -> None:
    """Give an element a property; another value under the same name gets a number, so that neither is lost."""
    properties = extend(node, "properties")
    if any(entry.get("name") == name and entry.get("value") == value for entry in properties):
        return
    taken = {entry.get("name") for entry in properties}
    free = next(n for n in (name, *(f"{name} {i}" for i in range(2, len(taken) + 3))) if n not in taken)
    add_to(properties, "property", name=free, value=value)


def declare(root: etree._Element, gone: Iterable[str]) -> None:
    """Declare the zeebe namespace once, at the top, and no more the namespaces that are `gone` from the file."""
    gone = frozenset(gone)
    kept = [prefix for prefix, namespace in root.nsmap.items() if prefix and namespace not in gone]
    etree.cleanup_namespaces(root, top_nsmap={"zeebe": ZEEBE}, keep_ns_prefixes=kept)


def has_extension(node: etree._Element, name: str) -> bool:
    """Say whether an element has a zeebe extension already."""
    return node.find(f"bpmn:extensionElements/zeebe:{name}", NAMESPACES) is not None


def extension_elements(node: etree._Element) -> etree._Element | None:
    """Return the element that holds an element's extensions, if there is one."""
    return node.find("bpmn:extensionElements", NAMESPACES)


def _extensions(node: etree._Element) -> etree._Element:
    found = extension_elements(node)
    if found is None:
        found = node.makeelement(f"{{{BPMN}}}extensionElements", {}, None)
        documented = sum(local_name(child) == "documentation" for child in node)
        node.insert(documented, found)
    return found


def _child(parent: etree._Element, tag: str, attributes: dict[str, str]) -> etree._Element:
    found = parent.find(tag)
    if found is None:
        found = etree.SubElement(parent, tag)
    for name, value in attributes.items():
        found.set(name, value)
    return found
