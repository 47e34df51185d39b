"""Checks a category, or files by themselves, in a limited child process: no upload can take a node down."""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.definitions import faults
from engine.definitions.category import SETTINGS_FILE, content_hash
from engine.definitions.changes import Change
from engine.definitions.choosing import Runnable
from engine.definitions.faults import Fault, FileReport, Report
from engine.documents import limited
from engine.errors import Invalid, NotFound
from engine.templates import folders, kinds

LARGEST = 25 * 1024 * 1024  # bytes of all files together
MOST_FILES = 500
DIAGRAM = ".bpmn"
SUFFIXES = (DIAGRAM, ".dmn", ".form", *kinds.SUFFIXES, ".toml")
MOST_KEPT = 32

Names = Mapping[str, str]
NO_NAMES: Names = {}
Shared = Mapping[str, bytes]  # path among shared templates to content
NO_SHARED: Shared = {}

_pool = limited.Pool("engine.definitions.child", most=2).tend()
_proposed: OrderedDict[str, "Proposal"] = OrderedDict()
_kept: OrderedDict[str, tuple[Report, dict[str, bytes]]] = OrderedDict()

ONE_BY_ONE = "Check them one by one to find which one it is."
BREACHES = {
    "time": "took too long and was stopped",
    "memory": "needed too much memory and was stopped",
    "depth": "found them nested too deeply",
    "crash": "stopped unexpectedly, twice",
}


def check_files(
    files: Mapping[str, bytes],
    *,
    is_lone: bool = False,
    common: Collection[str] = (),
    fields: Names = NO_NAMES,
    shared: Shared | None = None,
) -> Report:
    """Return what is wrong with a category, given as path inside it to content; with `is_lone`, with one file of it.

    `common` are rules that it may count by beside its own and those that ship, `fields` the names that the catalogue of
    fields gives it, with their FEEL types, `shared` the templates of no category that it may use: those that ship,
    unless others are given. The same files are checked once. Raises nothing for what is in them.
    """
    return _checked(files, is_lone=is_lone, common=common, fields=fields, shared=shared)[0]


def check_shared(files: Mapping[str, bytes]) -> Report:
    """Return what is wrong with the files of shared templates, by their path among them; categories are not known."""
    too_much = _too_much(files)
    return too_much if too_much is not None else _asked("check_shared", files, is_lone=False)[0]


def native_files(
    files: Mapping[str, bytes],
    *,
    common: Collection[str] = (),
    fields: Names = NO_NAMES,
    shared: Shared | None = None,
) -> dict[str, bytes]:
    """Return the files of a category as they are stored and run, once they are checked.

    Diagrams are translated and normalised, and drawn where they have no drawing; the forms that their dialect holds
    stand beside them. A diagram in which nothing had to be changed stays as it is, byte for byte.
    """
    return {**files, **_checked(files, is_lone=False, common=common, fields=fields, shared=shared)[1]}


def _checked(
    files: Mapping[str, bytes],
    *,
    is_lone: bool,
    common: Collection[str] = (),
    fields: Names = NO_NAMES,
    shared: Shared | None = None,
) -> tuple[Report, dict[str, bytes]]:
    shared = folders.templates_in(folders.shipped()) if shared is None else shared
    names = f"{sorted(common)}{hash(frozenset(fields.items()))}"
    mark = f"{content_hash(files)}{content_hash(shared)}{is_lone}{names}"
    if mark not in _kept:
        too_much = _too_much(files)
        _kept[mark] = (
            (too_much, {})
            if too_much is not None
            else _asked("check", files, is_lone=is_lone, common=common, fields=fields, shared=shared)
        )
    _kept.move_to_end(mark)
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
    return _kept[mark]


def repair_files(
    files: Mapping[str, bytes], *, is_lone: bool = False, accepted: Mapping[str, list[str]] | None = None
) -> tuple[Report, dict[str, bytes]]:
    """Return what is wrong when everything is repaired that can be, and the files that then are new or differ.

    With `accepted`, only the repairs with these marks (see `importing.mark`) are made in each file.
    """
    too_much = _too_much(files)
    if too_much is not None:
        return too_much, {}
    return _asked("repair", files, is_lone=is_lone, accepted=accepted)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the import assistant shows of files: what is wrong, what can be repaired, what is left after all of it."""

    facts: Mapping[str, str]  # process, name, path
    processes: tuple[Runnable, ...]  # that cases could run
    now: Report
    repairs: Mapping[str, tuple[Change, ...]]  # by file
    left: Report
    after: Mapping[str, bytes]  # files that would be new or differ


def propose(files: Mapping[str, bytes]) -> Proposal:
    """Return what can be repaired in the diagrams of a category. The same files are looked at once.

    Raises:
        Invalid: they are too many or too heavy to be read.
    """
    mark = content_hash(files)
    if mark not in _proposed:
        _proposed[mark] = _propose(files)
    while len(_proposed) > MOST_KEPT:
        _proposed.popitem(last=False)
    return _proposed[mark]


def _propose(files: Mapping[str, bytes]) -> Proposal:
    too_much = _too_much(files)
    if too_much is not None:
        raise Invalid(too_much.faults[0][1].message, remedy=too_much.faults[0][1].remedy)
    try:
        answer, body = _pool.run(_request("propose", files), _body(files))
    except (limited.Breach, limited.Failed) as error:
        raise Invalid("The diagrams could not be read within the limits.", remedy=ONE_BY_ONE) from error
    done = answer["done"]
    repairs = {path: tuple(Change(**change) for change in made) for path, made in done["repairs"].items()}
    now, left = faults.from_json(done["now"]), faults.from_json(done["left"])
    processes = tuple(Runnable(**process) for process in done["processes"])
    return Proposal(done["facts"], processes, now, repairs, left, _made(answer, body))


def translated(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return files that somebody sends as they are stored, without a check: see `native_files`.

    Raises:
        Invalid: they are too heavy to be read.
    """
    if not any(path.endswith(DIAGRAM) for path in files):
        return dict(files)
    try:
        answer, body = _pool.run(_request("native", files), _body(files))
    except (limited.Breach, limited.Failed) as error:
        raise Invalid("The diagrams could not be read within the limits.", remedy=ONE_BY_ONE) from error
    return {**files, **_made(answer, body)}


def require_fine(
    files: Mapping[str, bytes],
    *,
    common: Collection[str] = (),
    fields: Names = NO_NAMES,
    shared: Shared | None = None,
) -> None:
    """Refuse a category that has errors; warnings may stand.

    Raises:
        Invalid: `errors` gives each place with its sentence and remedy.
    """
    report = check_files(files, common=common, fields=fields, shared=shared)
    if not report.errors:
        return
    file, first = report.errors[0]
    number = len(report.errors)
    more = f" There {'are' if number > 2 else 'is'} {number - 1} more." if number > 1 else ""
    raise Invalid(f"{file}: {first.message}{more}", errors=report.sentences(), remedy=first.remedy)


@dataclass(frozen=True, slots=True)
class Group:
    """Files that are checked together: a category, or one lone file."""

    folder: Path  # in which they stand
    within: Path  # the same as seen from the path that was given
    files: Mapping[str, bytes]
    is_lone: bool
    is_shared: bool = False  # templates of no category


def check_paths(paths: Iterable[Path]) -> Iterator[FileReport]:
    """Yield a report for each file: a category's, and a folder's of shared templates, together, others one by one.

    Raises:
        NotFound: there is nothing at a path.
    """
    for group in groups(paths):
        yield from reports(group, _check_group(group))


def _check_group(group: Group) -> Report:
    if group.is_shared:
        return check_shared(group.files)
    return check_files(group.files, is_lone=group.is_lone)


def reports(group: Group, report: Report) -> Iterator[FileReport]:
    """Yield what was found in the files of a group, each named by its path; forms made for a lone file are left out."""
    for file in report.files:
        if not group.is_lone or file.file in group.files:
            yield replace(file, file=str(group.folder / file.file))


def groups(paths: Iterable[Path]) -> Iterator[Group]:
    """Yield the categories and lone files at some paths. Raises NotFound."""
    for path in paths:
        if not path.exists():
            raise NotFound(f"There is no file or folder {path}.", remedy="Correct the path.")
        yield from _at(path, Path())


def _at(path: Path, within: Path) -> Iterator[Group]:
    from engine.definitions.deploying import files_of  # which asks this module whether it may deploy

    if path.is_file():
        yield Group(path.parent, within, {path.name: path.read_bytes()}, is_lone=True)
    elif (path / SETTINGS_FILE).exists():
        yield Group(path, within, files_of(path), is_lone=False)
    elif (path / folders.TITLES_FILE).exists():
        yield Group(path, within, folders.files_of(path), is_lone=False, is_shared=True)
    else:
        inside = sorted(path.iterdir())
        for folder in (each for each in inside if each.is_dir() and not each.name.startswith(".")):
            yield from _at(folder, within / folder.name)
        for file in (each for each in inside if each.is_file() and each.suffix in SUFFIXES):
            yield from _at(file, within / file.stem)


def _too_much(files: Mapping[str, bytes]) -> Report | None:
    size = sum(map(len, files.values()))
    if size <= LARGEST and len(files) <= MOST_FILES:
        return None
    message = f"These are {len(files)} files of {size / 1024 / 1024:.1f} MB; {MOST_FILES} of 25 MB are checked at most."
    return _only(files, Fault("", "too-large", "error", message, "Take out what does not belong to the category."))


def _asked(
    job: str,
    files: Mapping[str, bytes],
    *,
    is_lone: bool,
    accepted: Mapping[str, list[str]] | None = None,
    common: Collection[str] = (),
    fields: Names = NO_NAMES,
    shared: Shared = NO_SHARED,
) -> tuple[Report, dict[str, bytes]]:
    """Have a job done in the child; return its report and the files that it made."""
    try:
        answer, body = _pool.run(
            _request(
                job,
                files,
                is_lone=is_lone,
                accepted=accepted,
                common=sorted(common),
                fields=dict(fields),
                shared=_listed(shared),
            ),
            _body(files) + _body(shared),
        )
    except limited.Breach as breach:
        message = f"Checking the files {BREACHES[breach.what]}."
        return _only(files, Fault("", "too-heavy", "error", message, ONE_BY_ONE)), {}
    except limited.Failed as failure:
        message = f"Checking the files failed ({failure})."
        return _only(files, Fault("", "check-failed", "error", message, ONE_BY_ONE)), {}
    return faults.from_json(answer["done"]["files"]), _made(answer, body)


def _request(job: str, files: Mapping[str, bytes], **more: object) -> dict[str, object]:
    return {"job": job, "files": _listed(files), **more}


def _listed(files: Mapping[str, bytes]) -> list[list[object]]:
    return [[path, len(files[path])] for path in sorted(files)]


def _body(files: Mapping[str, bytes]) -> bytes:
    return b"".join(files[path] for path in sorted(files))


def _made(answer: Mapping[str, Any], body: bytes) -> dict[str, bytes]:
    """Return the files that an answer brings."""
    made, at = {}, 0
    for path, length in answer["done"].get("made", ()):
        made[path] = body[at : at + length]
        at += length
    return made


def _only(files: Mapping[str, bytes], fault: Fault) -> Report:
    return Report((FileReport(min(files, default=SETTINGS_FILE), faults=(fault,)),))
