"""A letter rendered from its prepared template; runs in the limited child only."""

import io
import re
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any

import docx
from docx.opc.part import Part
from docxtpl import DocxTemplate
from jinja2 import TemplateRuntimeError
from lxml import etree

from engine.documents import placing
from engine.documents.contexts import of_letter
from engine.documents.enlarging import enlarge
from engine.documents.formats import Unwritable
from engine.documents.preparing import (
    Piece,
    Prepared,
    note_parts,
    one_line_again,
    paragraph_at,
    prepared,
    refusal,
    standing,
)
from engine.documents.records import FieldMissing
from engine.documents.refusals import LetterRefused, PackageRefused
from engine.documents.sandbox import Forbidden
from engine.documents.tags import shown
from engine.documents.undated import undated

LONGEST = 20_000_000  # characters of one rendered part
LONGEST_PROPERTY = 255  # what Word and python-docx accept

PHOTOGRAPHED = r"photographs\[\d+\]\.taken_on"
NOT_NOTED = "Not every camera notes it: ask for it with {% if photo.taken_on %}, or print photo.added_on."
CORRECT_TEMPLATE = "Correct the template, or the field, and try again."


def render(
    template: bytes,
    context: dict[str, Any],
    *,
    template_name: str,
    blocks: Mapping[str, bytes] | None = None,
    names: Iterable[str] = (),
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return the letter as .docx; see `prepared` for `blocks` and `names`. Raises LetterRefused."""
    ready = made_ready(template, template_name=template_name, blocks=blocks, names=names)
    placing.begin(pictures)
    return render_with(ready, of_letter(context), template_name=template_name)


def made_ready(
    template: bytes, *, template_name: str, blocks: Mapping[str, bytes] | None = None, names: Iterable[str] = ()
) -> Prepared:
    """Return a template that can be merged, with what it includes in its place. Raises LetterRefused."""
    try:
        ready = prepared(template, blocks, names)
    except PackageRefused as fault:
        raise LetterRefused(
            f'The template "{template_name}" was refused because {fault.reason}.', remedy=fault.remedy, code=fault.code
        ) from fault
    if ready.problems:
        raise refusal(ready.problems[0], template_name)
    return ready


def render_with(
    ready: Prepared, records: Any, *, template_name: str, each: Callable[[Piece], Piece] | None = None
) -> bytes:
    """Return the letter of what `of_letter` made; `each` exchanges pieces of the template. Raises LetterRefused."""
    document = DocxTemplate(io.BytesIO(ready.content))
    document.render_init()
    for piece in map(each, ready.pieces) if each else ready.pieces:
        _put(document, piece, rendered(ready, piece, records, template_name), template_name)
    if wants_large_print(records):
        enlarge(document.docx, records["recipient"])
    return _saved(document, template_name)


def wants_large_print(records: Any) -> bool:
    """Say whether whoever the letter goes to needs large print."""
    recipient = records.get("recipient")
    return isinstance(recipient, dict) and recipient.get("needs_large_print") is True


def rendered(ready: Prepared, piece: Piece, records: dict[str, Any], template_name: str) -> str:
    """Run one part's template, counting what it writes."""
    context = piece.template.new_context(records)
    written, size = [], 0
    try:
        for text in piece.template.root_render_func(context):
            written.append(text)
            size += len(text)
            if size > LONGEST:
                raise Unwritable("it grows without end")
    except (TemplateRuntimeError, Forbidden, Unwritable, TypeError, ValueError, ArithmeticError, LookupError) as fault:
        line = _template_line(fault.__traceback__, piece)
        paragraph = paragraph_at(piece.source, line)
        where = standing(ready.place_of(piece.place, paragraph), paragraph)
        raise _refused(fault, where, paragraph, f'{ready.word} "{template_name}"') from fault
    return "".join(written)


def _template_line(trace: TracebackType | None, piece: Piece) -> int:
    """Return the line of the template's source that was being run."""
    line = 1
    while trace:
        if trace.tb_frame.f_globals.get("__jinja_template__") is piece.template:
            line = piece.template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line


def _refused(fault: Exception, where: str, paragraph: str, named: str) -> LetterRefused:
    if isinstance(fault, FieldMissing):
        field = str(fault)
        remedy = f'Fill in "{field}" on the case and try again, or correct the name in the template.'
        return LetterRefused(
            f'The {named} needs "{field}", which this case does not have yet.{where}',
            remedy=NOT_NOTED if re.fullmatch(PHOTOGRAPHED, field) else remedy,
            field=field,
            paragraph=shown(paragraph),
            code="missing_field",
        )
    known = isinstance(fault, Forbidden | Unwritable)
    return LetterRefused(
        f"The {named} cannot be merged: {str(fault).rstrip('.')}.{where}",
        remedy=CORRECT_TEMPLATE,
        paragraph=shown(paragraph),
        code="forbidden" if isinstance(fault, Forbidden) else "wrong_type" if known else "failed",
    )


def _put(document: DocxTemplate, piece: Piece, text: str, template_name: str) -> None:
    """Put a rendered part in its place, as docxtpl does."""
    if piece.place == "properties":
        setattr(document.docx.core_properties, piece.key, text[:LONGEST_PROPERTY])
        return
    document.current_rendering_part = document.docx.part
    xml = document.resolve_listing(one_line_again(text))
    _check_sound(xml, piece, template_name)
    if piece.place == "letter":
        tree = document.fix_tables(xml)
        if placing.has_any(xml):
            placing.place(tree, document.docx.part, document.docx, template_name=template_name)
        document.fix_docpr_ids(tree)
        document.map_tree(tree)
    elif piece.place == "notes":
        if placing.has_any(xml):
            placing.refuse(template_name)
        _part(document, piece.key)._blob = xml.encode()
    else:
        if placing.has_any(xml):
            xml = _with_pictures(document, piece, xml, template_name)
        document.map_headers_footers_xml(piece.key, xml.encode())


def _with_pictures(document: DocxTemplate, piece: Piece, xml: str, template_name: str) -> str:
    """Return a header or footer with its pictures; they become related to the part that it is read from."""
    tree = etree.fromstring(xml.encode())
    part = document.docx.part.rels[piece.key].target_part
    placing.place(tree, part, document.docx, template_name=template_name)
    return etree.tostring(tree, encoding="unicode")


def _part(document: DocxTemplate, name: str) -> Part:
    return next(part for part in note_parts(document) if part.partname == name)


def _check_sound(xml: str, piece: Piece, template_name: str) -> None:
    """Refuse XML that does not fit together: docxtpl would mend it in silence and lose text."""
    try:
        etree.fromstring(xml.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as fault:
        raise LetterRefused(
            f'The letter "{template_name}" cannot be merged: a tag in the {piece.place} begins in one piece of the '
            "layout and ends in another (a table row, a cell, a paragraph).",
            remedy='Put both tags of a pair in paragraphs of their own, "{%p if … %}" and "{%p endif %}", or both in '
            'rows of their own, "{%tr for … %}" and "{%tr endfor %}".',
            code="layout",
        ) from fault


def _saved(document: DocxTemplate, template_name: str) -> bytes:
    """Write the letter and open it once more."""
    file = io.BytesIO()
    document.docx.save(file)
    content = undated(file.getvalue())
    if docx.Document(io.BytesIO(content)).element.body is None:
        raise LetterRefused(
            f'The letter "{template_name}" could not be opened again after merging.', remedy=CORRECT_TEMPLATE
        )
    return content
