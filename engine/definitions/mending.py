"""Repairs files on disk and writes the outcome beside them: native diagrams that check clean, and their forms."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from engine.definitions import checking
from engine.definitions.checking import DIAGRAM, Group
from engine.definitions.faults import FileReport, Report


def repair_paths(paths: Iterable[Path], out: Path) -> Iterator[FileReport]:
    """Yield a report for each file as it stands when it is repaired, and write it under `out`.

    A lone diagram is written as `out` itself when that ends in .bpmn, else into the folder `out`; a category with all
    its files. Of a folder each lone file gets a folder of its own, since the forms of two may have the same name.

    Raises:
        NotFound: there is nothing at a path.
    """
    for group in checking.groups(paths):
        if group.is_shared:  # templates are not repaired
            yield from checking.reports(group, checking.check_shared(group.files))
            continue
        report, made = checking.repair_files(group.files, is_lone=group.is_lone)
        for path, content in _kept(group, report, made).items():
            target = _target(group, path, out)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        yield from checking.reports(group, report)


def _kept(group: Group, report: Report, made: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what is written: all files of a category; of a lone one what was made of it, or it, if it can be read."""
    readable = {file.file for file in report.files if file.process or not group.is_lone}
    return {**{path: content for path, content in group.files.items() if path in readable}, **made}


def _target(group: Group, path: str, out: Path) -> Path:
    if group.is_lone and group.within == Path() and out.suffix == DIAGRAM:
        return out if path.endswith(DIAGRAM) else out.parent / path
    return out / group.within / path
