"""Reads DMN files as XML: nothing from outside the file, no entities, within limits; names without namespaces."""

from collections.abc import Iterator

from lxml import etree

from engine.dmn.faults import DecisionError

MAX_BYTES = 5_000_000
MAX_DEPTH = 120
Element = etree._Element


def root_of(data: bytes) -> Element:
    """Return the `definitions` element of a DMN file; raise DecisionError when it is none."""
    if len(data) > MAX_BYTES:
        raise DecisionError(f"The DMN file has {len(data):,} bytes; the limit is {MAX_BYTES:,}.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DecisionError(f"This is not a DMN file: {error}.", remedy="Export it from the modeller again.") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DecisionError(
            "The DMN file begins with a DOCTYPE, which is not accepted.", remedy="Take the DOCTYPE out."
        )
    if tag(root) != "definitions":
        raise DecisionError(f"The outermost element is `{tag(root)}`; a DMN file has `definitions`.")
    return root


def tag(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the child elements that have one of `names`, or all."""
    for child in element.iterchildren(etree.Element):
        if not names or tag(child) in names:
            yield child


def child(element: Element, *names: str) -> Element | None:
    """Return the first child element that has one of `names`, None when there is none."""
    return next(children(element, *names), None)


def text_of(element: Element | None) -> str:
    """Return the text in the `text` child of an element (of an expression or of unary tests)."""
    inner = child(element, "text") if element is not None else None
    return (inner.text or "").strip() if inner is not None else ""


def attribute(element: Element | None, name: str) -> str:
    """Return an attribute, empty when there is none."""
    return (element.get(name) or "").strip() if element is not None else ""


def named(element: Element) -> str:
    """Return how people call an element: its name, else its id."""
    return attribute(element, "name") or attribute(element, "id") or tag(element)


def type_ref(element: Element | None) -> str:
    """Return the type that an element refers to, as attribute or as child."""
    written = attribute(element, "typeRef")
    inner = child(element, "typeRef") if element is not None and not written else None
    return (inner.text or "").strip() if inner is not None else written
