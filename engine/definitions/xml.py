"""Reads BPMN text into an XML tree without trusting it."""

from lxml import etree

from engine.errors import Invalid

MAX_BYTES = 2_000_000

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
NAMESPACES = {"bpmn": BPMN, "bpmndi": BPMNDI, "zeebe": ZEEBE, "dc": "http://www.omg.org/spec/DD/20100524/DC"}


def parse(content: bytes, *, source: str) -> etree._Element:
    """Return the root of a BPMN file.

    Raises:
        Invalid: too large, not well-formed, with a document type (the carrier of entity attacks), or not BPMN.
    """
    if len(content) > MAX_BYTES:
        raise Invalid(
            f"{source} has {len(content):,} bytes; a diagram may have {MAX_BYTES:,}.",
            remedy="Split it with call activities.",
        )
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Invalid(f"{source} declares a document type, which diagrams never need.", remedy="Remove the line.")
    try:
        root = etree.fromstring(content, _safe_parser())
    except etree.XMLSyntaxError as error:
        raise Invalid(
            f"{source} is not well-formed XML: {error.msg}.", remedy="Export it again from the modeller."
        ) from error
    if etree.QName(root).namespace != BPMN:
        raise Invalid(
            f"{source} is not a BPMN 2.0 file: its root is <{etree.QName(root).localname}>.",
            remedy="Export the diagram as BPMN 2.0 XML.",
        )
    return root


def local_name(node: etree._Element) -> str:
    """Return the tag of `node` without its namespace; empty for comments."""
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def is_bpmn(node: etree._Element) -> bool:
    """Say whether `node` is an element of BPMN itself."""
    return isinstance(node.tag, str) and etree.QName(node).namespace == BPMN


def child_text(node: etree._Element, path: str) -> str:
    """Return the trimmed text of the first element at `path` under `node`, or nothing."""
    found = node.find(path, NAMESPACES)
    return (found.text or "").strip() if found is not None else ""


def _safe_parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
