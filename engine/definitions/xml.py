"""Reads BPMN text into an XML tree without trusting it."""

from lxml import etree

from engine.errors import Invalid

MAX_BYTES = 2_000_000

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
_OF_BPMN = f"{{{BPMN}}}"
NAMESPACES = {"bpmn": BPMN, "bpmndi": BPMNDI, "zeebe": ZEEBE, "dc": "http://www.omg.org/spec/DD/20100524/DC"}


class NotADiagram(Invalid):
    """A file is not a BPMN diagram."""

    def __init__(self, code: str, message: str, *, remedy: str, line: int | None = None) -> None:
        """Keep the `code` of the fault and the line, counted from 1, where it is known."""
        super().__init__(message, remedy=remedy)
        self.code = code
        self.line = line


def parse(content: bytes, *, source: str) -> etree._Element:
    """Return the root of a BPMN file.

    Raises:
        NotADiagram: too large, not well-formed, with a document type (the carrier of entity attacks), or not BPMN.
    """
    if len(content) > MAX_BYTES:
        size = f"{source} has {len(content):,} bytes; a diagram may have {MAX_BYTES:,}."
        raise NotADiagram("too-large", size, remedy="Split it with call activities.")
    root = _well_formed(content, source)
    if etree.QName(root).namespace != BPMN or etree.QName(root).localname != "definitions":
        found = f"{source} is not a BPMN 2.0 file: its root is <{etree.QName(root).localname}>."
        raise NotADiagram("not-bpmn", found, remedy="Export the diagram as BPMN 2.0 XML.", line=line_of(root))
    return root


def _well_formed(content: bytes, source: str) -> etree._Element:
    try:
        root = etree.fromstring(content, _safe_parser())
    except etree.XMLSyntaxError as error:
        if _declares_type(content):  # the error may be of an entity in it
            raise _has_type(source) from error
        broken = f"{source} is not well-formed XML: {error.msg}."
        raise NotADiagram("not-xml", broken, remedy="Export it again from the modeller.", line=error.lineno) from error
    # Asked of the parser, so that no encoding hides it.
    if _declares_type(content) or root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise _has_type(source)
    return root


def _declares_type(content: bytes) -> bool:
    return b"<!DOCTYPE" in content or b"<!ENTITY" in content


def _has_type(source: str) -> NotADiagram:
    return NotADiagram(
        "doctype", f"{source} declares a document type, which diagrams never need.", remedy="Remove the line."
    )


def local_name(node: etree._Element) -> str:
    """Return the tag of `node` without its namespace; empty for comments."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def line_of(node: etree._Element) -> int | None:
    """Return the line on which `node` begins, counted from 1."""
    line = node.sourceline
    return line if isinstance(line, int) else None


def is_bpmn(node: etree._Element) -> bool:
    """Say whether `node` is an element of BPMN itself."""
    return isinstance(node.tag, str) and node.tag.startswith(_OF_BPMN)


def child_text(node: etree._Element, path: str) -> str:
    """Return the trimmed text of the first element at `path` under `node`, or nothing."""
    found = node.find(path, NAMESPACES)
    return (found.text or "").strip() if found is not None else ""


def _safe_parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
