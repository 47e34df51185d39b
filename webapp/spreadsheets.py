"""Lists as files for a spreadsheet, CSV or XLSX: no cell is taken for a formula, and no long list is held whole."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from flask import Response, request

from engine.formula_safe import safe
from engine.instants import london, today
from webapp.streaming import chunks

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_IN_MEMORY = 1 << 20  # bytes of a file; more lies on the disk until it is sent
PIECE = 64 * 1024  # characters that are written at once
MOST_ROWS = 1_048_576  # of a sheet, as Excel has them
LONGEST_CELL = 32_767


def spreadsheet(name: str, headings: Iterable[str], rows: Iterable[Iterable[object]]) -> Response:
    """Return a list as a file, `name` and the day in its name: XLSX where the address ends so, else CSV."""
    ending = "xlsx" if request.path.endswith(".xlsx") else "csv"
    response = Response(_written(ending, headings, rows), content_type=TYPES[ending])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{today().isoformat()}.{ending}"'
    return response


def csv_pieces(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Return a list as CSV, piece by piece; the mark at its head tells Excel that it is UTF-8."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow([plain_cell(value) for value in headings])
    for row in rows:
        writer.writerow([plain_cell(value) for value in row])
        if out.tell() > PIECE:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def write_xlsx(file: IO[bytes], headings: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Write a list as XLSX, row by row; what goes beyond a sheet goes on in the next."""
    from xlsxwriter import Workbook  # here: most requests have no need of it

    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd", **plain})
    head, bold, number, sheet = list(headings), book.add_format({"bold": True}), MOST_ROWS, None
    for row in rows:
        if number >= MOST_ROWS:
            sheet, number = _begun(book, head, bold), 1
        for column, value in enumerate(row):
            _write(sheet, number, column, value)
        number += 1
    if sheet is None:
        _begun(book, head, bold)
    book.close()


def plain_cell(value: object) -> str:
    """Return a value as a spreadsheet shows it and never works it out; a number is none that could be."""
    if isinstance(value, int | Decimal):
        return str(value)
    return safe("" if value is None else str(value))


def day_cell(at: datetime | None) -> str:
    """Return the day of an instant in the United Kingdom, as spreadsheets read it."""
    return london(at).date().isoformat() if at else ""


def moment_cell(at: datetime | None) -> str:
    """Return an instant as clocks in the United Kingdom show it, as spreadsheets read it."""
    return f"{london(at):%Y-%m-%d %H:%M}" if at else ""


def _written(ending: str, headings: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes | Iterator[bytes]:
    """Write a file before any of it is sent: what fails on the way is an error page, and no torn file."""
    file: Any = SpooledTemporaryFile(MOST_IN_MEMORY)  # noqa: SIM115 (a long one is closed when it has been sent)
    if ending == "xlsx":
        write_xlsx(file, headings, rows)
    else:
        file.writelines(piece.encode() for piece in csv_pieces(headings, rows))
    is_short = file.tell() <= MOST_IN_MEMORY
    file.seek(0)
    if not is_short:
        return chunks(file)
    with file:
        content: bytes = file.read()
        return content


def _begun(book: Any, headings: list[str], bold: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, str(heading), bold)
    return sheet


def _write(sheet: Any, row: int, column: int, value: object) -> None:
    match value:
        case None | "":
            return
        case bool() | str():
            sheet.write_string(row, column, str(value)[:LONGEST_CELL])
        case int() | Decimal():
            sheet.write_number(row, column, value)
        case date():
            sheet.write_datetime(row, column, value)
        case _:
            sheet.write_string(row, column, str(value)[:LONGEST_CELL])
