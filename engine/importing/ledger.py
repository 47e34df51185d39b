"""Brings transactions in: entries of a ledger, posted once by what their source calls them, and never changed.

A million of them are common, so that they are read column by column (`columns`); what that is not sure of is read line
by line, and refused as everything else is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid
from engine.formula_safe import plain
from engine.importing import columns
from engine.importing.cells import Given, Reader
from engine.importing.done import Done
from engine.importing.faults import Fault
from engine.importing.files import Record
from engine.importing.mapping import Mapping as Mapped
from engine.importing.mapping import Sought
from engine.importing.references import IMPORT_FIRST, Finder, NotOne
from engine.importing.targets import Target
from engine.record.quick import UNSURE, Quick
from models.accounts import Transaction
from models.among import among_texts
from models.base import table
from models.database import told_as_ours

TRANSACTION = table(Transaction)
COLUMNS = ("account_id", "posted_on", "kind", "amount", "description", "source_reference")
Entry = tuple[Any, ...]  # as COLUMNS


class Ledger:
    """Brings entries in, chunk after chunk."""

    def __init__(self, target: Target, reader: Reader, mapping: Mapped) -> None:
        if not mapping.key and all(placed.name != "source_reference" for placed in reader.layout.placed):
            raise Invalid(
                "Nothing in the file says which transaction a line is, so that it could not be posted twice.",
                remedy="Give a column “source_reference”, or name in a mapping the columns that are the key.",
            )
        self._reader, self._quick, self._finder = reader, Quick(target.kind), Finder()
        self._sought = mapping.references.get("account", Sought())
        self._account = next((one for one in reader.layout.placed if one.name == "account"), None)
        self._typed = [
            columns.column(name, reader, self._quick, absent="" if name == "description" else UNSURE)
            for name in COLUMNS[1:]
        ]

    def take(self, session: Session, records: Iterable[Record | Fault]) -> Done:
        """Post what a chunk of records says."""
        done, lines = Done(), list[Record]()
        for record in records:
            if isinstance(record, Record):
                lines.append(record)
            else:
                done.refuse([record])
        entries = self._entries(session, lines, done) if lines else {}
        posted = _posted(session, entries)
        if posted:
            entries = {key: found for key, found in entries.items() if not self._is_posted(posted, *found, done)}
        _post(session.connection(), [entry for entry, _ in entries.values()])
        done.added += len(entries)
        return done

    def _entries(self, session: Session, lines: Sequence[Record], done: Done) -> dict[str, tuple[Entry, Record]]:
        """Return what lines say by their references; those that say nothing that can be posted are refused."""
        cells = columns.across(lines)
        typed = [self._accounts(session, cells, len(lines)), *(typed(cells, len(lines)) for typed in self._typed)]
        unsure = columns.unsure(typed)
        found = dict(zip(typed[-1], zip(zip(*typed, strict=True), lines, strict=True), strict=True))
        if not unsure and len(found) == len(lines):
            return found
        entries: dict[str, tuple[Entry, Record]] = {}
        for place, (entry, record) in enumerate(zip(zip(*typed, strict=True), lines, strict=True)):
            decided = self._one_entry(session, record) if place in unsure else entry
            if isinstance(decided, list):
                done.refuse(decided)
            else:
                self._place(entries, decided, record, done)
        return entries

    def _accounts(self, session: Session, cells: columns.Cells, count: int) -> Sequence[Any]:
        if self._account is None or self._reader.translates("account"):
            return [UNSURE] * count
        fixed = self._account.position is None
        texts = [self._account.fixed] if self._account.position is None else cells[self._account.position]
        known = {text: plain(text).strip() for text in set(texts)}
        self._finder.look_up(session, "account", filter(None, known.values()), self._sought)
        numbers = {text: self._number(name) for text, name in known.items()}
        return [numbers[text] for text in texts] * (count if fixed else 1)

    def _number(self, name: str) -> Any:
        try:
            return self._finder.number("account", name, self._sought)
        except NotOne:
            return UNSURE

    def _one_entry(self, session: Session, record: Record) -> Entry | list[Fault]:
        """Return a line as an entry, or what is wrong with it."""
        given = self._reader.read(record)
        if not isinstance(given, Given):
            return given
        faults: list[Fault] = []
        account, typed = 0, dict[str, Any]()
        try:
            account = self._one_account(session, given)
        except NotOne as refused:
            remedy = IMPORT_FIRST if "account" in given.references else ""
            faults.append(self._reader.fault(given.line, "account", str(refused), record, remedy))
        try:
            typed = self._quick.load(given.values)
        except Invalid as refused:
            faults += self._reader.faults(given, refused, record)
        else:
            if not typed.get("source_reference"):
                faults.append(self._reader.fault(given.line, "source_reference", "This is required.", record))
        return faults or (account, *(typed.get(name, "") for name in COLUMNS[1:]))

    def _one_account(self, session: Session, given: Given) -> int:
        text = given.references.get("account")
        if text is None:
            raise NotOne("This is required.")
        self._finder.look_up(session, "account", [text], self._sought)
        return self._finder.number("account", text, self._sought)

    def _place(self, entries: dict[str, tuple[Entry, Record]], entry: Entry, record: Record, done: Done) -> None:
        """Keep an entry, unless one of the same chunk has its reference."""
        first, before = entries.setdefault(entry[-1], (entry, record))
        if before is record:
            return
        if first == entry:
            done.same += 1
        else:
            said = f"Line {before.line} has the same reference, and says something else."
            done.refuse([self._reader.fault(record.line, "source_reference", said, record)])

    def _is_posted(self, posted: Mapping[str, Entry], entry: Entry, record: Record, done: Done) -> bool:
        before = posted.get(entry[-1])
        if before is None:
            return False
        if before == entry:
            done.same += 1
        else:
            told = next(name for name, one, other in zip(COLUMNS, before, entry, strict=True) if one != other)
            said = f"This was posted already, with another {told.removesuffix('_id').replace('_', ' ')}."
            remedy = "What is posted is never changed: post another that reverses it, with a reference of its own."
            done.refuse([self._reader.fault(record.line, "source_reference", said, record, remedy)])
        return True


def _posted(session: Session, keys: Collection[str]) -> dict[str, Entry]:
    """Return what of these was posted before, by its reference."""
    found = session.execute(
        select(*(TRANSACTION.c[name] for name in COLUMNS)).where(among_texts(TRANSACTION.c.source_reference, keys))
    )
    return {row.source_reference: tuple(row) for row in found}


def _post(connection: Connection, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    try:
        if connection.dialect.name == "postgresql":
            _copy(connection, entries)
        else:
            _insert(connection, entries)
    except IntegrityError as error:
        raise Conflict(
            "One of these transactions was posted meanwhile by somebody else.", remedy="Import the file again."
        ) from error


def _insert(connection: Connection, entries: Sequence[Entry]) -> None:
    """Insert as SQLAlchemy would, which works out for each row anew how its values are written."""
    text = str(insert(TRANSACTION).values(dict.fromkeys(COLUMNS)).compile(dialect=connection.dialect))
    written = []
    for name, values in zip(COLUMNS, zip(*entries, strict=True), strict=True):
        write = TRANSACTION.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        written.append(values if write is None else list(map(write, values)))
    connection.exec_driver_sql(text, list(zip(*written, strict=True)))


def _copy(connection: Connection, entries: Sequence[Entry]) -> None:
    statement = f"COPY {TRANSACTION.name} ({', '.join(COLUMNS)}) FROM STDIN"
    driver: Any = connection.connection.cursor()
    with told_as_ours(connection), driver as cursor, cursor.copy(statement) as copy:
        for entry in entries:
            copy.write_row(entry)
