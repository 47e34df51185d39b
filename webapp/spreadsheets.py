"""Lists as files for a spreadsheet: CSV in which no cell can be taken for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime

from flask import Response

from engine.instants import london, today

# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection).
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def spreadsheet(name: str, headings: Iterable[str], rows: Iterable[Iterable[object]]) -> Response:
    """Return a list as a CSV file, `name` and the day in its name."""
    return Response(
        "".join(_lines(headings, rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}-{today().isoformat()}.csv"'},
    )


def plain_cell(value: object) -> str:
    """Return a value as a spreadsheet shows it and never works it out."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def day_cell(at: datetime | None) -> str:
    """Return the day of an instant in the United Kingdom, as spreadsheets read it."""
    return london(at).date().isoformat() if at else ""


def moment_cell(at: datetime | None) -> str:
    """Return an instant as clocks in the United Kingdom show it, as spreadsheets read it."""
    return f"{london(at):%Y-%m-%d %H:%M}" if at else ""


def _lines(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    yield "\ufeff" + _line(headings)  # the mark tells Excel that it is UTF-8
    for row in rows:
        yield _line(row)


def _line(values: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([plain_cell(value) for value in values])
    return out.getvalue()
