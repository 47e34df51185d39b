"""Checks the files of shared templates. Opens strangers' files, so it is called in the limited child alone."""

from collections.abc import Iterator, Mapping

from engine.definitions.checks import letters, names
from engine.definitions.faults import Fault, FileReport, Report
from engine.documents import fields
from engine.documents.templates import Known
from engine.errors import Invalid
from engine.templates import folders, kinds


def examine(files: Mapping[str, bytes]) -> Report:
    """Return what is wrong with shared templates (path among them to content)."""
    known = Known(names.known((), (), None))
    return Report(tuple(FileReport(path, faults=tuple(_faults(path, files[path], known))) for path in sorted(files)))


def _faults(path: str, content: bytes, known: Known) -> Iterator[Fault]:
    try:
        if path == folders.TITLES_FILE:
            folders.titles_in({path: content})
            return
        _, key = kinds.named(path)
    except Invalid as error:
        yield Fault("", "unknown-file", "error", error.message, error.remedy)
        return
    yield from letters.check_file(key, content)
    for use in {use["path"]: use for use in fields.report(content)["fields"]}.values():
        if not known.has(use["path"]):
            yield _not_everywhere(key, use, known)


def _not_everywhere(key: str, use: Mapping[str, str], known: Known) -> Fault:
    """Tell of a field that not every case has: whether a category has it, only its own check knows."""
    found = letters.unknown(key, dict(use), known)
    message = found.message.replace("this category has", "every category has")
    return Fault(found.element, found.code, "warning", message, found.remedy)
