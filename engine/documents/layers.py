"""Layers of a PDF that nobody sees (optional content that is switched off), taken out of its pages; ISO 32000, 8.11.

A page that is copied without its document's list of layers would show what was hidden. Runs in the limited child only.
"""

from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream, DictionaryObject, IndirectObject, NameObject, StreamObject

OPEN, CLOSE = frozenset({b"BDC", b"BMC"}), b"EMC"
DEEPEST = 20  # forms within forms


def hidden_layers(reader: PdfReader) -> set[int]:
    """Return the object numbers of the layers that a reader of the document does not show."""
    root: Any = reader.trailer["/Root"]
    if "/OCProperties" not in root:
        return set()
    properties = root["/OCProperties"]
    default = properties.get("/D", DictionaryObject()).get_object()
    every, shown = _numbers(properties.get("/OCGs")), _numbers(default.get("/ON"))
    if default.get("/BaseState") == "/OFF":
        return every - shown
    return _numbers(default.get("/OFF"))


def _numbers(layers: Any) -> set[int]:
    found = layers.get_object() if layers is not None else []
    return {one.idnum for one in found if isinstance(one, IndirectObject)}


def take_out(page: PageObject, reader: PdfReader, hidden: set[int]) -> None:
    """Take out of a page all that stands in hidden layers."""
    contents = page.get_contents()
    resources = page.get("/Resources")
    if not hidden or contents is None or resources is None:
        return
    kept = _kept(contents, resources.get_object(), reader, hidden, 0)
    page[NameObject("/Contents")] = kept


def _kept(content: Any, resources: DictionaryObject, reader: PdfReader, hidden: set[int], depth: int) -> ContentStream:
    stream = content if isinstance(content, ContentStream) else ContentStream(content, reader)
    marks: list[bool] = []  # whether each mark that is open hides what is in it
    operations = []
    for operands, operator in stream.operations:
        if operator in OPEN:
            marks.append(_is_hidden_mark(operands, resources, hidden))
        is_shown = not any(marks)
        if operator == CLOSE and marks:
            marks.pop()
        if is_shown and not (operator == b"Do" and _is_hidden_form(operands, resources, reader, hidden, depth)):
            operations.append((operands, operator))
    stream.operations = operations
    return stream


def _is_hidden_mark(operands: Any, resources: DictionaryObject, hidden: set[int]) -> bool:
    if len(operands) < 2 or operands[0] != "/OC" or not isinstance(operands[1], NameObject):
        return False
    properties = resources.get("/Properties", DictionaryObject()).get_object()
    return _is_hidden(properties.raw_get(operands[1]) if operands[1] in properties else None, hidden)


def _is_hidden(layer: Any, hidden: set[int]) -> bool:
    """Say whether a layer, or a membership of several, is not shown."""
    if isinstance(layer, IndirectObject) and layer.idnum in hidden:
        return True
    found = layer.get_object() if layer is not None else None
    if not isinstance(found, DictionaryObject) or found.get("/Type") != "/OCMD" or "/OCGs" not in found:
        return False
    one_or_more = found.raw_get("/OCGs")
    members = one_or_more.get_object()
    states = (
        [_is_hidden(one, hidden) for one in members] if isinstance(members, list) else [_is_hidden(one_or_more, hidden)]
    )
    policy = found.get("/P", "/AnyOn")
    return {"/AllOn": any(states), "/AnyOff": not any(states), "/AllOff": not all(states)}.get(policy, all(states))


def _is_hidden_form(
    operands: Any, resources: DictionaryObject, reader: PdfReader, hidden: set[int], depth: int
) -> bool:
    """Say whether a form or picture is in a hidden layer; one that is not loses what is hidden within it."""
    forms = resources.get("/XObject", DictionaryObject()).get_object()
    form = forms[operands[0]].get_object() if operands and operands[0] in forms else None
    if not isinstance(form, StreamObject) or depth > DEEPEST:
        return False
    if "/OC" in form and _is_hidden(form.raw_get("/OC"), hidden):
        return True
    if form.get("/Subtype") == "/Form" and "/Resources" in form:
        own: Any = form["/Resources"]
        kept = _kept(form, own, reader, hidden, depth + 1)
        form.set_data(kept.get_data())
    return False
