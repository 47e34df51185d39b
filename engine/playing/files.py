"""Finds what is to be played under the paths that were given, and plays it in limited child processes."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from engine.definitions.category import SETTINGS_FILE
from engine.definitions.deploying import files_of
from engine.documents import limited
from engine.errors import EngineError, NotFound
from engine.playing.report import Options, Report, from_json

ENDINGS = (".bpmn", ".bpmn2", ".bpmn20.xml")
LARGEST = 25 * 1024 * 1024  # bytes of all files of a category
GRACE = 2.0  # seconds for a child to come to its own end
BREACHES = {
    "time": "Playing it took too long and was stopped.",
    "memory": "Playing it needed too much memory and was stopped.",
    "depth": "It is nested too deeply to be played.",
    "crash": "Playing it stopped unexpectedly, twice.",
}

_pool = limited.Pool("engine.playing.child").tend()


def found_under(paths: Iterable[Path]) -> list[Path]:
    """Return the diagrams and category folders under `paths`; a file is taken whatever its name.

    Raises:
        NotFound: there is nothing at a path.
    """
    return [found for path in paths for found in _found(path)]


def play_paths(paths: Iterable[Path], options: Options) -> Iterator[Report]:
    """Yield how each diagram or category under `paths` was played, in their order.

    Raises:
        NotFound: there is nothing at a path.
    """
    places = found_under(paths)
    with ThreadPoolExecutor(_pool.most) as threads:
        yield from threads.map(lambda place: play_place(place, options), places)


def play_place(place: Path, options: Options) -> Report:
    """Return how the diagram or category at a place was played; whatever is wrong with it is told in the report."""
    try:
        files = files_of(place) if place.is_dir() else {place.name: place.read_bytes()}
    except (OSError, EngineError) as error:
        return Report(str(place), outcome="refused", reason=f"It cannot be read: {error}")
    return play_files(files, str(place), options)


def play_files(files: Mapping[str, bytes], file: str, options: Options) -> Report:
    """Return how files were played in a limited child process."""
    size = sum(map(len, files.values()))
    if size > LARGEST:
        return Report(file, outcome="refused", reason=f"It has {size / 1024 / 1024:.1f} MB; 25 MB may be played.")
    listed = sorted(files)
    request: dict[str, Any] = {
        "job": "play",
        "file": file,
        "files": [[path, len(files[path])] for path in listed],
        "options": options.as_json(),
        "seconds": options.seconds + GRACE,
    }
    try:
        told, _ = _pool.run(request, b"".join(files[path] for path in listed), seconds=options.seconds + GRACE)
    except limited.Breach as breach:
        return Report(file, outcome="refused", reason=BREACHES[breach.what], seconds=options.seconds)
    except limited.Failed as failure:
        return Report(file, outcome="refused", reason=f"Playing it failed ({failure}).")
    return from_json(told["done"], file=file)


def _found(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise NotFound(f"There is no file or folder {path}.", remedy="Correct the path.")
    if path.is_file() or (path / SETTINGS_FILE).exists():
        yield path
        return
    for inside in sorted(path.iterdir()):
        is_hidden = inside.name.startswith(".")
        if (inside.is_dir() and not is_hidden) or inside.name.endswith(ENDINGS):
            yield from _found(inside)
