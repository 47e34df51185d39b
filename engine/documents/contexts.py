"""The data of a letter: checked and sent by the parent, made into records that know their paths by the child."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.documents import frames, picture
from engine.documents.formats import Day, Instant
from engine.documents.picture import Picture
from engine.documents.records import Empty, Record, Rows

DEEPEST = 40

LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# What XML 1.0 cannot hold. \a is taken out as well: it is how a filter asks for a new paragraph.
# U+FDD0 to U+FDEF are no characters; the first two mark where a picture was printed.
NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
MARK_OPENS, MARK_ENDS = "\ufdd0", "\ufdd1"


def of_letter(context: dict[str, Any]) -> Any:
    """Return the data of a letter as its template sees it; an officer has a signature, which may be none."""
    records = as_records(context)
    officer = records.get("officer")
    if isinstance(officer, Record) and not isinstance(officer.get("signature"), Picture):
        officer["signature"] = picture.NONE
    return records


def as_records(value: Any, path: str = "") -> Any:
    """Return plain data as a template sees it: records and lists with paths, dates that print."""
    if isinstance(value, str):
        return clean(value)
    if value is None:
        return Empty(name=path)
    if isinstance(value, dict):
        tagged = _tagged(value)
        return _as_record(value, path) if tagged is None else tagged
    if isinstance(value, list):
        rows = Rows(path)
        rows.extend(as_records(member, f"{path}[{index}]") for index, member in enumerate(value))
        return rows
    return value


def clean(text: str) -> str:
    """Make every line end one "\\n" and take out what Word cannot hold."""
    if text.isprintable():
        return text
    return NOT_IN_XML.sub("", LINE_ENDS.sub("\n", text))


def _tagged(value: dict[str, Any]) -> Day | Instant | Picture | None:
    if len(value) == 1:
        if frames.PICTURE in value:
            return _as_picture(*value[frames.PICTURE])
        if frames.DAY in value:
            return Day.fromisoformat(value[frames.DAY])
        if frames.INSTANT in value:
            return Instant.fromisoformat(value[frames.INSTANT])
    return None


def _as_picture(name: str, height: Any, width: Any, words: str) -> Picture:
    return Picture(name, float(height), None if width is None else float(width), clean(words))


def _as_record(value: dict[str, Any], path: str) -> Record:
    record = Record(path)
    before = f"{path}." if path else ""
    for name, member in value.items():
        record[clean(name)] = as_records(member, before + name)
    return record


def not_plain(value: Any, path: str = "", depth: int = 0) -> tuple[str, str] | None:
    """Return the path and the kind of the first value that no letter can hold, or None."""
    if depth > DEEPEST:
        return path, f"nested deeper than {DEEPEST} levels"
    if isinstance(value, Mapping):
        return _first(value.items(), path, depth)
    if isinstance(value, list | tuple):
        return _first(enumerate(value), path, depth)
    if isinstance(value, datetime) and value.utcoffset() is None:
        return path, "a date and time without its zone"
    if (isinstance(value, float | Decimal) and value != value) or value in (float("inf"), float("-inf")):
        return path, "not a number"
    if value is None or isinstance(value, str | int | float | Decimal | date | Picture):
        return None
    return path, f"a {type(value).__name__}"


def _first(members: Any, path: str, depth: int) -> tuple[str, str] | None:
    for name, member in members:
        if isinstance(name, int):
            place = f"{path}[{name}]"
        elif isinstance(name, str):
            place = f"{path}.{name}" if path else name
        else:
            return path, f"keyed by a {type(name).__name__}"
        found = not_plain(member, place, depth + 1)
        if found:
            return found
    return None
