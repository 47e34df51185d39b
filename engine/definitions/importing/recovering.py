"""Reads mildly broken XML: each remedy is tried in turn, told, and kept only as far as it is needed.

Document types and entities stay refused, and a file whose end is missing is told by its line, never completed.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from html.entities import html5

from lxml import etree

from engine.definitions import xml
from engine.definitions.changes import Change
from engine.definitions.xml import BPMN, MAX_BYTES, NAMESPACES, ZEEBE, NotADiagram

Remedy = Callable[[str], str]

KNOWN_PREFIXES = {
    **NAMESPACES,
    "bpmn2": BPMN,
    "semantic": BPMN,
    "zeebe": ZEEBE,
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "operaton": "http://operaton.org/schema/1.0/bpmn",
    "activiti": "http://activiti.org/bpmn",
    "flowable": "http://flowable.org/bpmn",
    "modeler": "http://camunda.org/schema/modeler/1.0",
    "bioc": "http://bpmn.io/schema/bpmn/biocolor/1.0",
    "color": "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    "signavio": "http://www.signavio.com",
    "drools": "http://www.jboss.org/drools",
    "tns": "http://www.jboss.org/drools",
    "spiffworkflow": "http://spiffworkflow.org/bpmn/schema/1.0/core",
}  # fmt: skip
OLD_NAMESPACES = ("http://schema.omg.org/spec/BPMN/2.0", "http://www.omg.org/bpmn20")
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
DECLARATION = re.compile(r"<\?xml[^>]{0,200}\?>")
ENCODING = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
BARE_AMPERSAND = re.compile(r"&(?!#\d{1,7};|#x[0-9A-Fa-f]{1,6};|(?:amp|lt|gt|quot|apos);)")
NAMED_CHARACTER = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
PREFIX = re.compile(r"(?:</?|\s)([A-Za-z_][\w.-]{0,40}):[A-Za-z_]")
DECLARED = re.compile(r"xmlns:([A-Za-z_][\w.-]{0,40})\s*=")
FIRST_TAG = re.compile(r"<([A-Za-z_][\w.:-]*)")


def parse(content: bytes, *, source: str) -> tuple[etree._Element, list[Change]]:
    """Return the root of a BPMN file and what had to be put right before it could be read.

    Raises:
        NotADiagram: too large, with a document type, not BPMN, or broken beyond what is known here.
    """
    try:
        return xml.parse(content, source=source), []
    except NotADiagram as error:
        if error.code not in ("not-xml", "not-bpmn") or len(content) > MAX_BYTES:
            raise
        return _recovered(content, source, error)


def _recovered(content: bytes, source: str, first: NotADiagram) -> tuple[etree._Element, list[Change]]:
    text, how = _decoded(content)
    text = DECLARATION.sub("", text, count=1)  # what it says of the encoding is no longer true of a text
    changes = [Change("", "recovered-encoding", f"The file was read as {how}.", "normalised")] if how else []
    for code, message, remedy in REMEDIES:
        mended = remedy(text)
        if mended.strip() != text.strip():
            text = mended
            changes.append(Change("", f"recovered-{code}", message, "normalised"))
    try:
        return xml.parse(text.encode(), source=source), changes
    except NotADiagram as error:
        raise (_cut_off(text, source) or error) from first


def _decoded(content: bytes) -> tuple[str, str]:
    """Return the text of the file, and the encoding where it is another than the file says."""
    for bom, encoding in BYTE_ORDER_MARKS:
        if content.startswith(bom):
            text = content[len(bom) :].decode(encoding, "replace")
            return text, "" if encoding == "utf-8" else encoding.upper()
    found = ENCODING.search(content[:300])
    declared = found.group(1).decode() if found else "utf-8"
    for encoding in (declared, "utf-8"):
        with suppress(UnicodeDecodeError, LookupError):
            text = content.decode(encoding)
            if "<" in text:
                return text, "" if encoding == declared else encoding.upper()
    return content.decode("cp1252", "replace"), "Windows-1252"


def _without_surroundings(text: str) -> str:
    """Cut off what stands before the first tag and after the last one; lines keep their numbers."""
    start = text.find("<?xml")
    begin = max(start if start >= 0 else text.find("<"), 0)
    return "\n" * text.count("\n", 0, begin) + text[begin : text.rfind(">") + 1]


def _outside_cdata(text: str, mend: Callable[[str], str]) -> str:
    parts, at = [], 0
    while (start := text.find("<![CDATA[", at)) >= 0 and (end := text.find("]]>", start)) >= 0:
        parts += [mend(text[at:start]), text[start:end]]
        at = end
    return "".join([*parts, mend(text[at:])])


def _with_characters(text: str) -> str:
    """Write HTML's names of characters (&nbsp;) as those characters, and bare ampersands as &amp;."""
    return _outside_cdata(text, lambda part: BARE_AMPERSAND.sub("&amp;", NAMED_CHARACTER.sub(_character, part)))


def _character(found: re.Match[str]) -> str:
    if found.group(1) in ("amp", "lt", "gt", "quot", "apos"):
        return found.group(0)
    return html5.get(f"{found.group(1)};", found.group(0))


def _with_prefixes(text: str) -> str:
    """Declare the prefixes that are used and declared nowhere."""
    missing = sorted(set(PREFIX.findall(_outside_strings(text))) - set(DECLARED.findall(text)) - {"xml", "xmlns"})
    first = FIRST_TAG.search(text)
    if not missing or first is None:
        return text
    declared = "".join(f' xmlns:{prefix}="{KNOWN_PREFIXES.get(prefix, f"urn:unknown:{prefix}")}"' for prefix in missing)
    return text[: first.end()] + declared + text[first.end() :]


def _outside_strings(text: str) -> str:
    return re.sub(r"\"[^\"<]*\"|'[^'<]*'|>[^<>]*<", lambda found: "><" if found.group(0)[0] == ">" else '""', text)


def _with_current_namespace(text: str) -> str:
    for old in OLD_NAMESPACES:
        text = re.sub(rf"([\"']){re.escape(old)}\1", f'"{BPMN}"', text)
    return text


REMEDIES: tuple[tuple[str, str, Remedy], ...] = (
    ("surroundings", "Text before the first or behind the last tag was cut off.", _without_surroundings),
    ("characters", "Characters that no XML may hold were taken out.", lambda text: NOT_IN_XML.sub("", text)),
    ("ampersands", "Ampersands that were not escaped are read as characters.", _with_characters),
    ("prefixes", "Prefixes that the file uses and does not declare were declared.", _with_prefixes),
    ("namespace", "The namespace of a draft of BPMN 2.0 is read as that of the standard.", _with_current_namespace),
)  # fmt: skip


def _cut_off(text: str, source: str) -> NotADiagram | None:
    """Return the fault of a file that stops in the middle: some tags are open at its end."""
    open_tags = list(_open(text))
    if not open_tags or re.search(r"</[\w.:-]{0,60}definitions\s*>\s*$", text[-200:]):
        return None
    line = text.rstrip().count("\n") + 1
    message = f"{source} stops in line {line} before its end: <{open_tags[-1]}> is not closed there."
    return NotADiagram("cut-off", message, remedy="Part of it is missing. Save or download it again.", line=line)


def _open(text: str) -> Iterator[str]:
    """Yield the tags that are open at the end of a text, the outermost first."""
    found: list[str] = []
    for closing, name, rest in re.findall(r"<(/?)([A-Za-z_][\w.:-]*)([^<>]*)", text):
        if closing:
            if found and found[-1] == name:
                found.pop()
        elif not rest.rstrip().endswith("/"):
            found.append(name)
    yield from found
