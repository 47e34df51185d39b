"""Word files made for tests: sound ones, and ones with something hidden in them."""

import io
import zipfile
from collections.abc import Mapping, Sequence

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

NOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONSHIPS = "word/_rels/document.xml.rels"


def word_file(
    *paragraphs: str,
    header: str = "",
    footer: str = "",
    footnote: str = "",
    properties: Mapping[str, str] | None = None,
    table: Sequence[Sequence[str]] = (),
) -> bytes:
    """Return a .docx with these texts."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if table:
        rows = document.add_table(rows=len(table), cols=len(table[0])).rows
        for row, texts in zip(rows, table, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    if header:
        document.sections[0].header.paragraphs[0].text = header
    if footer:
        document.sections[0].footer.paragraphs[0].text = footer
    if footnote:
        _add_footnote(document, footnote)
    for name, text in (properties or {}).items():
        setattr(document.core_properties, name, text)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _add_footnote(document, text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    xml = f'<w:footnotes {W}><w:footnote w:id="1"><w:p><w:r><w:t>{escaped}</w:t></w:r></w:p></w:footnote></w:footnotes>'
    part = Part(PackURI("/word/footnotes.xml"), NOTES, xml.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """Return the zip with the member `name` added or replaced."""
    return zipped({**members(content), name: part})


def with_relationship(content: bytes, kind: str, target: str, *, mode: str = "External") -> bytes:
    """Return the .docx with one more relationship of its main part."""
    old = members(content)[RELATIONSHIPS]
    new = (
        f'<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
        f'Target="{target}" TargetMode="{mode}"/></Relationships>'
    )
    return with_part(content, RELATIONSHIPS, old.replace(b"</Relationships>", new.encode()))


def members(content: bytes) -> dict[str, bytes]:
    """Return the members of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Return a zip of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def lines(content: bytes) -> list[str]:
    """Return the texts of the body's paragraphs, then of its table cells, empty ones left out."""
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [text for text in [*(paragraph.text for paragraph in document.paragraphs), *cells] if text]


def everything(content: bytes) -> str:
    """Return all parts of a .docx as one text, for looking whether something is in it."""
    return "\n".join(part.decode("utf-8", "replace") for part in members(content).values())
