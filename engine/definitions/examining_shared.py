"""Checks the files of shared templates. Opens strangers' files, so it is called in the limited child alone."""

from collections.abc import Iterator, Mapping

from engine.definitions.checks import letters
from engine.definitions.checks.context import Context
from engine.definitions.faults import Fault, FileReport, Report
from engine.documents import fields
from engine.documents.templates import Known
from engine.errors import Invalid
from engine.templates import folders, kinds


def examine(files: Mapping[str, bytes]) -> Report:
    """Return what is wrong with shared templates (path among them to content)."""
    context = Context(shared={path: content for path, content in files.items() if _is_template(path)})
    found = {path: tuple(_faults(path, files[path], context)) for path in sorted(files)}
    return Report(tuple(FileReport(path, faults=faults) for path, faults in found.items()))


def _is_template(path: str) -> bool:
    try:
        kinds.named(path)
    except Invalid:
        return False
    return True


def _faults(path: str, content: bytes, context: Context) -> Iterator[Fault]:
    """Yield what is wrong with one; of fields, as far as those go that every case has."""
    try:
        if path == folders.TITLES_FILE:
            folders.titles_in({path: content})
            return
        kind, key = kinds.named(path)
    except Invalid as error:
        yield Fault("", "unknown-file", "error", error.message, error.remedy)
        return
    yield from letters.check_file(key, content, context, kind=kind)
    report, known = fields.report(content, context.blocks, kind=kind), Known(context.in_letters)
    for use in {use["path"]: use for use in report["fields"]}.values():
        if not known.has(use["path"]):
            yield _not_everywhere(kind, key, use, known)
    yield from letters.misfits(key, content, report, context, kind=kind)


def _not_everywhere(kind: str, key: str, use: Mapping[str, str], known: Known) -> Fault:
    """Tell of a field that not every case has: whether a category has it, only its own check knows."""
    found = letters.unknown(key, dict(use), known, kind=kind)
    message = found.message.replace("this category has", "every category has")
    return Fault(found.element, found.code, "warning", message, found.remedy)
