"""What a page of a PDF uses of its resources, and nothing else: pages share them, and so would show each other's
pictures to whoever looks into the file. Runs in the limited child only.
"""

from typing import Any

from pypdf import PageObject
from pypdf.generic import ContentStream, DictionaryObject, NameObject, StreamObject

# By operator: the kind of resource that its last operand names (ISO 32000, table A.1).
NAMED = {
    b"Do": "/XObject", b"Tf": "/Font", b"gs": "/ExtGState", b"cs": "/ColorSpace", b"CS": "/ColorSpace",
    b"sh": "/Shading", b"scn": "/Pattern", b"SCN": "/Pattern", b"BDC": "/Properties", b"DP": "/Properties",
}  # fmt: skip
DEEPEST = 20
Names = dict[str, set[str]]


def prune_page(page: PageObject) -> None:
    """Leave a page those resources alone that it draws with."""
    contents = page.get_contents()
    used = _used(contents) if contents is not None else {}
    page[NameObject("/Resources")] = _pruned(page.get("/Resources"), used, 0)


def _used(content: Any) -> Names:
    """Return the names of resources in what is drawn, by kind."""
    stream = content if isinstance(content, ContentStream) else ContentStream(content, None)
    names: Names = {}
    for operands, operator in stream.operations:
        kind = NAMED.get(operator)
        if kind is None or not operands:
            continue
        name = operands[0] if operator == b"Tf" else operands[-1]
        if isinstance(name, NameObject):
            names.setdefault(kind, set()).add(str(name))
    return names


def _pruned(resources: Any, used: Names, depth: int) -> DictionaryObject:
    found = resources.get_object() if resources is not None else DictionaryObject()
    _add_names_of_forms(found, used, depth)
    kept = DictionaryObject()
    for kind, names in used.items():
        there = found.get(kind, DictionaryObject()).get_object()
        chosen = {NameObject(name): there.raw_get(name) for name in names if name in there}
        if chosen:
            kept[NameObject(kind)] = DictionaryObject(chosen)
            for one in chosen.values():
                _prune_within(one.get_object(), depth)
    return kept


def _add_names_of_forms(resources: DictionaryObject, used: Names, depth: int) -> None:
    """Add what forms without resources of their own use: they take those of the page."""
    forms = resources.get("/XObject", DictionaryObject()).get_object()
    for name in list(used.get("/XObject", ())):
        form = forms[name].get_object() if name in forms else None
        if isinstance(form, StreamObject) and form.get("/Subtype") == "/Form" and "/Resources" not in form:
            for kind, names in _used(form).items():
                used.setdefault(kind, set()).update(names)


def _prune_within(one: Any, depth: int) -> None:
    """Prune a form or a pattern, and the form that a state of drawing takes for a mask."""
    if depth > DEEPEST or not isinstance(one, DictionaryObject):
        return
    mask = one.get("/SMask")
    if isinstance(mask, DictionaryObject) and "/G" in mask:
        _prune_within(mask["/G"].get_object(), depth + 1)
    if isinstance(one, StreamObject) and one.get("/Subtype") != "/Image" and "/Resources" in one:
        one[NameObject("/Resources")] = _pruned(one["/Resources"], _used(one), depth + 1)
