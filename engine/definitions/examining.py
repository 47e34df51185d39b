"""Reads whatever can be read of the files of a category and runs every check on it. Trusts none of them.

Opens strangers' files in this process, so it is called in the limited child alone: see `checking`.
"""

from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine import dmn
from engine.definitions import importing, reading, xml
from engine.definitions.category import SETTINGS_FILE, read_settings
from engine.definitions.checks import OF_DIAGRAMS, building, decisions, forms, letters, rules, settings
from engine.definitions.checks.context import Context
from engine.definitions.checks.graph import graph
from engine.definitions.faults import WORST_FIRST, Fault, FileReport, Report
from engine.definitions.importing import Imported, together
from engine.definitions.importing.tree import flow_nodes
from engine.definitions.reading import Diagram
from engine.errors import Invalid
from engine.forms import load as load_form
from engine.rules import RuleBook
from engine.templates import kinds

DECISIONS = ".dmn"
Found = dict[str, list[Fault]]
Diagrams = dict[str, Imported]


def examine(files: Mapping[str, bytes], *, is_lone: bool = False) -> Report:
    """Return what is wrong with the files of a category (path inside it to content), or with one `is_lone` file.

    Diagrams are judged as they are brought in: translated and normalised.
    """
    return _examined(files, is_lone=is_lone)[0]


def examine_native(
    files: Mapping[str, bytes],
    *,
    is_lone: bool,
    common: Collection[str] = (),
    fields: Mapping[str, str] | None = None,
    shared: Mapping[str, bytes] | None = None,
) -> tuple[Report, dict[str, bytes]]:
    """Return what is wrong, as `examine` does, and the files that differ or are new when the category is stored."""
    report, imported = _examined(files, is_lone=is_lone, common=common, fields=fields, shared=shared)
    return report, {} if is_lone else together.written(files, imported).changed(files)


def _examined(
    files: Mapping[str, bytes],
    *,
    is_lone: bool,
    common: Collection[str] = (),
    fields: Mapping[str, str] | None = None,
    shared: Mapping[str, bytes] | None = None,
) -> tuple[Report, Diagrams]:
    found: Found = {path: [] for path in sorted(files)}
    imported: Diagrams = {}
    context = _read(files, found, imported, is_lone=is_lone, shared=shared or {})
    context.common = context.common.union(common)
    context.catalogued = fields or {}
    lost = _check_diagrams(context, found, imported)
    for path, fault in decisions.check(context):
        found[path].append(fault)
    if not is_lone:
        _check_together(context, found)
    return Report(tuple(_report(path, context, imported, found[path], lost) for path in found)), imported


def examine_repaired(
    files: Mapping[str, bytes], *, is_lone: bool = False, accepted: Mapping[str, Container[str]] | None = None
) -> tuple[Report, dict[str, bytes]]:
    """Return what is still wrong when everything was repaired that can be, and the files that are new or differ.

    With `accepted`, only the repairs with these marks are made in each file.
    """
    before = together.read_all(files)
    after = together.repair_all(before, accepted)
    report = examine(after.files, is_lone=is_lone)
    told = tuple(_with_repairs(file, before.diagrams, after.diagrams) for file in report.files)
    return Report(told), after.changed(files)


def propose(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return all that an import assistant shows: what is wrong, what was put right, and what can be repaired.

    `facts` are the process that would run and its name, `processes` all that could; `repairs` stand by the file in
    which they would be made; `left` is what would still be wrong after all of them, and `after` are the files as they
    would be.
    """
    before = together.read_all(files)
    after = together.repair_all(before)
    return {
        "facts": together.facts(before),
        "processes": together.processes_of(before),
        "now": examine(files),
        "repairs": together.proposals(before, after),
        "left": examine(after.files),
        "after": after.changed(files),
    }


def _with_repairs(file: FileReport, before: Mapping[str, Imported], after: Mapping[str, Imported]) -> FileReport:
    """Return a report that also tells what was repaired and counts the nodes as they came."""
    path = file.file
    if path not in after:
        return file
    lost = {*file.lost, *together.lost(before[path], after[path])}
    return replace(
        file,
        dialect=before[path].dialect,
        nodes=len(flow_nodes(before[path].root)),
        lost=tuple(sorted(lost)),
        repairs=after[path].changes,
    )


def _read(
    files: Mapping[str, bytes], found: Found, imported: Diagrams, *, is_lone: bool, shared: Mapping[str, bytes]
) -> Context:
    context = Context(is_lone=is_lone, shared=shared)
    for path, content in files.items():
        if (found_kind := kinds.own(path)) is not None:
            context.templates[found_kind] = content
    for path in found:
        content = files[path]
        if path == SETTINGS_FILE:
            _read_settings(context, content, found[path])
        elif path.endswith(together.DIAGRAMS):
            _read_diagram(context, path, content, found[path], imported)
        elif path.endswith(".form"):
            _read_form(context, path, content, found[path])
        elif (template := kinds.own(path)) is not None:
            found[path] += letters.check_file(template[1], content, context, kind=template[0])
        elif path == rules.FILE or (is_lone and path.endswith(".toml")):
            _read_rules(context, path, content, found[path])
        elif not path.endswith(DECISIONS):
            found[path].append(_strange(path))
    _read_decisions(context, {path: content for path, content in files.items() if path.endswith(DECISIONS)}, found)
    _add_forms(context, found, imported)
    if not is_lone and SETTINGS_FILE not in files:
        remedy = "Add one with at least key, name and reference_prefix."
        found[SETTINGS_FILE] = [Fault("", "no-settings", "error", f"The category has no {SETTINGS_FILE}.", remedy)]
    return context


def _add_forms(context: Context, found: Found, imported: Diagrams) -> None:
    """Know the forms that diagrams hold in their own dialect; files of the same name win."""
    for path, diagram in imported.items():
        for form_id, content in diagram.forms.items():
            if form_id not in context.form_ids:
                _read_form(context, f"{form_id}.form", content, found[path])


def _read_settings(context: Context, content: bytes, found: list[Fault]) -> None:
    try:
        context.settings = read_settings(content)
    except Invalid as error:
        found.append(Fault("", "settings", "error", error.message, error.remedy))
    except (KeyError, TypeError, AttributeError):
        message = f"{SETTINGS_FILE} is not built as it should be: a list or table stands where another is expected."
        remedy = "Compare it with that of another category: [category], [[team]] with key and name, [stages]."
        found.append(Fault("", "settings", "error", message, remedy))


def _read_diagram(context: Context, path: str, content: bytes, found: list[Fault], imported: Diagrams) -> None:
    try:
        imported[path] = importing.bring_in(content, source=path)
    except xml.NotADiagram as error:
        found.append(Fault("", error.code, "error", error.message, error.remedy, error.line))
        return
    context.diagrams.append(reading.read(imported[path].root, source=path))
    found += imported[path].faults


def _read_form(context: Context, path: str, content: bytes, found: list[Fault]) -> None:
    found += forms.check_file(path, content)
    context.form_ids.add(_stem(path))
    if not any(fault.severity == "error" for fault in found):
        context.forms[_stem(path)] = load_form(content, source=path)


def _read_decisions(context: Context, files: Mapping[str, bytes], found: Found) -> None:
    for path, model in decisions.read_all(files).items():
        if isinstance(model, dmn.Model):
            context.decisions.update(decisions.ids(model))
            context.models[path] = model
        else:
            found[path].append(model)


def _read_rules(context: Context, path: str, content: bytes, found: list[Fault]) -> None:
    book = rules.read(content, path) if content.strip() else RuleBook((), source=path)
    if isinstance(book, RuleBook):
        context.rules = book
        found += rules.check_book(book)
    else:
        found += book


def _strange(path: str) -> Fault:
    message = f"{path} is of no kind that a category has."
    known = "diagrams (.bpmn), decisions (.dmn), forms (.form), category.toml, rules.toml"
    sent = "letters (.docx), e-mails (.email) and text messages (.sms)"
    return Fault("", "unknown-file", "error", message, f"A category has {known}, {sent}.")


def _check_diagrams(context: Context, found: Found, imported: Diagrams) -> set[str]:
    """Check each diagram, build what would run, and return the nodes that got lost."""
    for diagram in context.diagrams:
        drawn = graph(diagram)
        for family in OF_DIAGRAMS:
            found[diagram.source] += family(drawn, context)
    if not context.diagrams:
        return set()
    built = building.build(context)
    if isinstance(built, Fault) and context.is_lone:
        built = building.build(_stood_in(context, imported))
    if isinstance(built, Fault):
        _add_build_fault(built, context, found)
        return set()
    for path, fault in building.idle(context):
        found[path].append(fault)
    return building.lost(built, context) if built is not None else set()


def _stood_in(context: Context, imported: Diagrams) -> Context:
    """Return a lone file with stand-ins for what is not known here: so it would run."""
    roots = ((path, importing.stand_in(diagram).root) for path, diagram in imported.items())
    return Context(is_lone=context.is_lone, diagrams=[reading.read(root, source=path) for path, root in roots])


def _add_build_fault(fault: Fault, context: Context, found: Found) -> None:
    """Tell that the diagram cannot be built, unless a check has already said why in plainer words."""
    path = next(d.source for d in context.diagrams if context.process_id in d.process_ids)
    if not any(known.severity == "error" for diagram in context.diagrams for known in found[diagram.source]):
        found[path].append(fault)


def _check_together(context: Context, found: Found) -> None:
    paths = {_stem(path): path for path in found if path.endswith(".form")}
    documents = [path for path in found if kinds.own(path) is not None]
    for path, fault in _between(context, paths, documents):
        found.setdefault(path, []).append(fault)


def _between(context: Context, paths: dict[str, str], documents: list[str]) -> Iterator[tuple[str, Fault]]:
    yield from settings.check(context)
    yield from forms.check(context, paths)
    yield from rules.check(context)
    yield from letters.check(context, documents)


def _report(path: str, context: Context, imported: Diagrams, faults: list[Fault], lost: set[str]) -> FileReport:
    ordered = tuple(sorted(dict.fromkeys(faults), key=lambda fault: (WORST_FIRST[fault.severity], fault.line or 0)))
    diagram = next((diagram for diagram in context.diagrams if diagram.source == path), None)
    if diagram is None:
        return FileReport(path, faults=ordered)
    return FileReport(
        path,
        process=_process(diagram, context),
        dialect=imported[path].dialect,
        nodes=len(diagram.elements),
        lost=tuple(sorted(lost & diagram.elements.keys())),
        faults=ordered,
        repairs=imported[path].changes,
    )


def _process(diagram: Diagram, context: Context) -> str:
    if context.process_id in diagram.process_ids:
        return context.process_id
    return next(iter(diagram.executable_ids or diagram.process_ids), "")


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
