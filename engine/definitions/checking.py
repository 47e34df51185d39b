"""Checks a category, or files by themselves, in a limited child process: no upload can take a node down."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from engine.definitions import faults
from engine.definitions.category import SETTINGS_FILE, content_hash
from engine.definitions.faults import Fault, FileReport, Report
from engine.documents import limited
from engine.errors import Invalid, NotFound

LARGEST = 25 * 1024 * 1024  # bytes of all files together
MOST_FILES = 500
SUFFIXES = (".bpmn", ".dmn", ".form", ".docx", ".toml")
MOST_KEPT = 32

_pool = limited.Pool("engine.definitions.child", most=2).tend()
_kept: OrderedDict[str, Report] = OrderedDict()

ONE_BY_ONE = "Check them one by one to find which one it is."
BREACHES = {
    "time": "took too long and was stopped",
    "memory": "needed too much memory and was stopped",
    "depth": "found them nested too deeply",
    "crash": "stopped unexpectedly, twice",
}


def check_files(files: Mapping[str, bytes], *, is_lone: bool = False) -> Report:
    """Return what is wrong with a category, given as path inside it to content; with `is_lone`, with one file of it.

    The same files are checked once. Raises nothing for what is in them.
    """
    mark = f"{content_hash(files)}{is_lone}"
    if mark not in _kept:
        _kept[mark] = _too_much(files) or _checked(files, is_lone=is_lone)
    _kept.move_to_end(mark)
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
    return _kept[mark]


def require_fine(files: Mapping[str, bytes]) -> None:
    """Refuse a category that has errors; warnings may stand.

    Raises:
        Invalid: `errors` gives each place with its sentence and remedy.
    """
    report = check_files(files)
    if not report.errors:
        return
    file, first = report.errors[0]
    number = len(report.errors)
    more = f" There {'are' if number > 2 else 'is'} {number - 1} more." if number > 1 else ""
    raise Invalid(f"{file}: {first.message}{more}", errors=report.sentences(), remedy=first.remedy)


def check_paths(paths: Iterable[Path]) -> Iterator[FileReport]:
    """Yield a report for each file: those of a folder with a category.toml are checked together, others one by one.

    Raises:
        NotFound: there is nothing at a path.
    """
    for path in paths:
        if not path.exists():
            raise NotFound(f"There is no file or folder {path}.", remedy="Correct the path.")
        if path.is_file():
            yield _lone(path)
        elif (path / SETTINGS_FILE).exists():
            yield from _category(path)
        else:
            yield from _folder(path)


def _folder(folder: Path) -> Iterator[FileReport]:
    """Yield the reports of a folder that holds categories or loose files."""
    inside = sorted(folder.iterdir())
    yield from check_paths(path for path in inside if path.is_dir() and not path.name.startswith("."))
    yield from (_lone(path) for path in inside if path.is_file() and path.suffix in SUFFIXES)


def _category(folder: Path) -> Iterator[FileReport]:
    from engine.definitions.deploying import files_of  # which asks this module whether it may deploy

    for report in check_files(files_of(folder)).files:
        yield _renamed(report, str(folder / report.file))


def _lone(path: Path) -> FileReport:
    report = check_files({path.name: path.read_bytes()}, is_lone=True)
    return _renamed(report.files[0], str(path))


def _renamed(report: FileReport, file: str) -> FileReport:
    return FileReport(file, report.process, report.dialect, report.nodes, report.lost, report.faults, report.repairs)


def _too_much(files: Mapping[str, bytes]) -> Report | None:
    size = sum(map(len, files.values()))
    if size <= LARGEST and len(files) <= MOST_FILES:
        return None
    message = f"These are {len(files)} files of {size / 1024 / 1024:.1f} MB; {MOST_FILES} of 25 MB are checked at most."
    return _only(files, Fault("", "too-large", "error", message, "Take out what does not belong to the category."))


def _checked(files: Mapping[str, bytes], *, is_lone: bool) -> Report:
    listed = sorted(files)
    request = {"job": "check", "is_lone": is_lone, "files": [[path, len(files[path])] for path in listed]}
    try:
        answer, _ = _pool.run(request, b"".join(files[path] for path in listed))
    except limited.Breach as breach:
        message = f"Checking the files {BREACHES[breach.what]}."
        return _only(files, Fault("", "too-heavy", "error", message, ONE_BY_ONE))
    except limited.Failed as failure:
        message = f"Checking the files failed ({failure})."
        return _only(files, Fault("", "check-failed", "error", message, ONE_BY_ONE))
    return faults.from_json(answer["done"]["files"])


def _only(files: Mapping[str, bytes], fault: Fault) -> Report:
    return Report((FileReport(min(files, default=SETTINGS_FILE), faults=(fault,)),))
