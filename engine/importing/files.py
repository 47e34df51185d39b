"""Reads a CSV file as a stream: its encoding and separator are found out, each record comes with the line it begins on.

The whole file is read once before anything is done: for its digest, by which an import that was stopped is known again,
and to know whether it is UTF-8. No more than a piece of it is in memory.
"""

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

from engine.errors import Invalid
from engine.formula_safe import plain
from engine.importing.faults import Fault, fault

SEPARATORS = ",;\t|"
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
WINDOWS = "cp1252"
PIECE = 1 << 20
LONGEST_CELL = 131_072  # characters; a quotation mark that is never closed must not swallow the rest of the file
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Source:
    """A file whose encoding, separator and heading are known."""

    path: Path
    size: int  # in bytes
    digest: str
    encoding: str
    said: str  # how it was read, for people
    separator: str
    heading: tuple[str, ...]


class Record(NamedTuple):
    """One record of the file."""

    line: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Several records, or what is wrong with them, and about how many bytes of the file were read with them."""

    records: Sequence[Record | Fault]
    position: int


def look(path: Path, *, encoding: str = "", separator: str = "") -> Source:
    """Return what must be known of a file before its records are read.

    Raises:
        Invalid: it is empty, in no known encoding, or its heading has no or the same name twice.
    """
    size = path.stat().st_size
    if size == 0:
        raise Invalid(f"{path.name} is empty: it has 0 bytes.", remedy="Export it again from where it came from.")
    digest, found, said = _read_through(path, encoding)
    with _text(path, found) as (text, _):
        first = _first_line(text)
    separator = separator or _separator(first)
    names = _heading(path, first, separator)
    return Source(
        path, size, digest, found, f"{said}, separated by {NAMES.get(separator, separator)}", separator, names
    )


def chunks(source: Source, size: int, *, after: int = 0) -> Iterator[Chunk]:
    """Return the records below the heading, so many at a time, from the line `after` on."""
    with _text(source.path, source.encoding) as (text, raw):
        found = (record for record in _records(source, text) if record.line > after)
        while several := list(islice(found, size)):
            yield Chunk(several, raw.tell())


def _records(source: Source, text: io.TextIOWrapper) -> Iterator[Record | Fault]:
    """Return each record, and a fault for each that is none; empty lines are passed over."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text, delimiter=source.separator, strict=True)
    next(reader, None)
    width, begun = len(source.heading), reader.line_num + 1
    while True:
        try:
            for cells in reader:
                if len(cells) == width:
                    yield Record(begun, cells)
                elif any(cell.strip() for cell in cells):
                    yield _padded(begun, cells, width)
                begun = reader.line_num + 1
        except csv.Error as error:
            yield _broken(error, begun)
            if "limit" in str(error):
                return
            begun = reader.line_num + 1
        else:
            return


def _padded(line: int, cells: list[str], width: int) -> Record | Fault:
    """Return a record whose last cells are only missing because they are empty, or are empty beyond the heading."""
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        return Record(line, cells[:width])
    said = f"The line has {len(cells)} cells; the heading has {width}."
    return fault(
        line, "", cells[0], said, "Put text that holds the separator in quotation marks, or add what is missing."
    )


def _broken(error: csv.Error, line: int) -> Fault:
    said = str(error)
    if "limit" in said or "end of data" in said:
        sentence = "A quotation mark that opens in this record is never closed; nothing after it was read."
        return fault(line, "", "", sentence, "Close it, or write it twice where it is part of the text.")
    return fault(line, "", "", f"This is no line of CSV: {said}.", "Write a quotation mark within a cell twice.")


def _read_through(path: Path, encoding: str) -> tuple[str, str, str]:
    """Return the digest, the encoding, and how that is said."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        start = file.read(4)
        marked = next((name for mark, name in _MARKS if start.startswith(mark)), "")
        wanted = encoding or marked or "utf-8"
        decoder = _decoder(wanted)
        wrong = _fed(digest, decoder, start, file)
    if wrong is None:
        return digest.hexdigest(), wanted, "UTF-8" if wanted.startswith("utf-8") else wanted
    if encoding or marked:
        raise Invalid(f"Line {wrong} of {path.name} is not {wanted}.", remedy="Say which it is with --encoding.")
    with path.open("rb") as file:
        again = _fed(hashlib.sha256(), _decoder(WINDOWS), b"", file)
    if again is not None:
        raise Invalid(
            f"{path.name} is neither UTF-8 (see line {wrong}) nor Windows-1252 (see line {again}).",
            remedy="Save it as “CSV UTF-8”, or say which it is with --encoding.",
        )
    return digest.hexdigest(), WINDOWS, f"Windows-1252 (line {wrong} is not UTF-8)"


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    try:
        return codecs.getincrementaldecoder(encoding)()
    except LookupError as error:
        raise Invalid(f"“{encoding}” is no encoding.", remedy="Use utf-8, cp1252 or utf-16.") from error


def _fed(digest: "hashlib._Hash", decoder: codecs.IncrementalDecoder, start: bytes, file: IO[bytes]) -> int | None:
    """Digest all of a file and decode it; return the line where that is not possible, none when all is well."""
    lines, wrong, piece = 1, None, start or file.read(PIECE)
    while piece:
        digest.update(piece)
        if wrong is None:
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as error:
                wrong = lines + error.object[: error.start].count(b"\n")
            lines += piece.count(b"\n")
        piece = file.read(PIECE)
    if wrong is None:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            wrong = lines
    return wrong


@contextmanager
def _text(path: Path, encoding: str) -> Iterator[tuple[io.TextIOWrapper, IO[bytes]]]:
    with path.open("rb", buffering=0) as raw:
        yield io.TextIOWrapper(io.BufferedReader(raw, PIECE), encoding, newline=""), raw


def _first_line(text: io.TextIOWrapper) -> str:
    """Return the heading, which quotation marks may stretch over several lines."""
    found = text.readline(LONGEST_CELL)
    while found.count('"') % 2 and len(found) < LONGEST_CELL and (more := text.readline(LONGEST_CELL)):
        found += more
    return found


def _separator(first: str) -> str:
    return max(SEPARATORS, key=lambda one: len(next(csv.reader([first], delimiter=one), [])))


def _heading(path: Path, first: str, separator: str) -> tuple[str, ...]:
    try:
        cells = next(csv.reader(io.StringIO(first, newline=""), delimiter=separator, strict=True), [])
    except csv.Error as error:
        raise Invalid(f"The heading of {path.name} is no line of CSV: {error}.", remedy="Look at line 1.") from error
    names = [" ".join(plain(cell).split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise Invalid(f"{path.name} has no heading: its first line is empty.", remedy="Name the columns in line 1.")
    for number, name in enumerate(names):
        if not name:
            raise Invalid(f"Column {number + 1} of {path.name} has no name.", remedy="Name each column in line 1.")
        if name in names[:number]:
            raise Invalid(
                f"The column “{name[:80]}” stands twice in line 1.", remedy="Take one of them out, or rename it."
            )
    return tuple(names)
