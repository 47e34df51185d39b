"""Transactions come in by the million: typed by the column, with the schema's verdicts, and each is posted once."""

import random
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.errors import Invalid
from engine.importing import columns, mapping, running
from engine.importing.cells import Reader
from engine.importing.done import Done
from engine.importing.files import Record
from engine.importing.ledger import Ledger
from engine.importing.targets import target
from engine.record import accounts, checking
from engine.record.kinds import KINDS
from engine.record.quick import UNSURE, Quick
from models.accounts import RentAccount, Transaction
from models.record import RecordChange
from tests.factories import Factories
from tests.integration.importing.conftest import Bring

HEADING = ("account", "posted_on", "kind", "amount", "description", "source_reference")
POSTED = ",".join(HEADING) + '\nA000003,2026-01-05,rent,112.40,Week 1,N1\nA000003,2026-01-06,payment,"-1,020.50",,N2\n'


def test_transactions_are_posted_once_and_never_changed(factories: Factories, bring: Bring) -> None:
    factories.tenancy()
    with factories.transaction() as session:
        account = session.scalars(select(RentAccount)).one()
    posted = POSTED.replace("A000003", account.reference)
    first, again = bring("transactions", posted), bring("transactions", posted)
    other = bring("transactions", posted.replace("112.40", "212.40").replace("N2", "N3"))

    assert (first.counts, again.counts, other.counts) == ((2, 0, 0, 0), (0, 0, 2, 0), (1, 0, 0, 1))
    assert [(fault.line, fault.column) for fault in other.faults] == [(2, "source_reference")]
    assert "with another amount" in other.faults[0].message
    with factories.transaction() as session:
        assert accounts.balance(session, account.id) == Decimal("112.40") - 2 * Decimal("1020.50")
        assert session.scalar(select(func.count(RecordChange.id))) == 0


def test_a_line_twice_in_a_file_is_posted_once_and_one_that_differs_is_named(
    factories: Factories, bring: Bring
) -> None:
    factories.tenancy()
    with factories.transaction() as session:
        posted = POSTED.replace("A000003", session.scalars(select(RentAccount.reference)).one())
    line = posted.splitlines()[1]
    done = bring("transactions", f"{posted}{line}\n{line.replace('rent', 'charge')}\n")

    assert done.counts == (2, 0, 1, 1)
    assert done.places == {(5, "source_reference")}


def test_several_columns_together_may_be_the_key(factories: Factories, bring: Bring) -> None:
    factories.tenancy()
    with factories.transaction() as session:
        name = session.scalars(select(RentAccount.reference)).one()
    known = 'key = ["Batch", "Line"]\n[columns]\n"Rent account" = "account"\n[fixed]\nkind = "payment"'
    content = (
        f"Batch,Line,Rent account,posted on,amount\n7,1,{name},2026-01-05,-20\n7,2,{name},2026-01-05,-20\n,,{name},,1\n"
    )
    done = bring("transactions", content, known=known)

    assert (done.counts, {fault.line for fault in done.faults}) == ((2, 0, 0, 1), {4})
    with factories.transaction() as session:
        assert set(session.scalars(select(Transaction.source_reference))) == {"7|1", "7|2"}
    with pytest.raises(Invalid, match="posted twice"):
        bring("transactions", "account,posted_on,kind,amount\n")


ODD: dict[str, tuple[str, ...]] = {
    "account": ("{}", "{}", " {} ", "", "A999", "'={}", "'{}"),
    "posted_on": ("2026-01-05", "2026-02-28", " 2026-01-05", "2026-02-30", "05/01/2026", "", "1700-01-01", "20260105"),
    "kind": ("rent", "payment", "Rent", "payment ", "", "gift"),
    "amount": ("1", "-20.50", "'-20.50", "£1,020.00", "1.234", "12,34", "", "NaN", "1e3", "٣", "99999999999", "-£3"),
    "description": ("", "Week 1", " Week 1 ", "=1+1", "'=1+1", "'t", "a\x07", "a\nb", "a\u00a0b", "x" * 501, "  "),
    "source_reference": ("N{n}", "N{n}", "N{n}", "'=N{n}", " N{n}", "", "N1", "N" * 81, "N\n{n}", "'N{n}"),
}  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_columns_at_once_give_what_line_by_line_gives(
    sqlite_factories: Factories, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    factories = sqlite_factories
    factories.tenancy()
    chance, aim = random.Random(seed), target("transactions")
    known = mapping.Mapping(values={"kind": {"gift": "refund"}} if seed == 2 else {})
    reader = Reader(aim, mapping.lay_out(aim, HEADING, known), known)
    with factories.transaction() as session:
        name = session.scalars(select(RentAccount.reference)).one()
        lines = [_line(chance, name, number, odd=0.1 * seed) for number in range(400)]
        at_once, faults = _entries(session, Ledger(aim, reader, known), lines)
        monkeypatch.setattr(columns, "column", lambda *what, **how: lambda cells, count: [UNSURE] * count)
        one_by_one, same_faults = _entries(session, Ledger(aim, reader, known), lines)

    assert at_once == one_by_one
    assert faults == same_faults
    assert len(at_once) > 50 and (faults or not seed)


def _line(chance: random.Random, account: str, number: int, *, odd: float) -> Record:
    def cell(column: str) -> str:
        text = chance.choice(ODD[column]) if chance.random() < odd else ODD[column][0]
        return text.format(account, n=number)

    return Record(number + 2, [cell(column) for column in HEADING])


def _entries(session: Any, ledger: Ledger, lines: list[Record]) -> tuple[dict[str, Any], list[Any]]:
    done = Done()
    return ledger._entries(session, lines, done), sorted(done.faults, key=repr)


TEXTS = ("", " ", "x", "Ada ", "2026-01-05", "1", "1.50", "-1", "true", "no", "rent", "weekly", "unit", "phone", "a\nb",
         "a\x07", "x" * 90, "x" * 600, "1e5", "NaN", "a\u00a0b", None, 1, True, [], ["a"], {})  # fmt: skip


@pytest.mark.parametrize("key", KINDS)
def test_the_quick_check_of_every_kind_gives_what_its_schema_gives(key: str) -> None:
    chance, kind = random.Random(key), KINDS[key]
    schema, quick = checking.schema_of(kind), Quick(kind)
    names = [field.data_key or name for name, field in schema.fields.items()]
    for _ in range(300):
        given = {name: chance.choice(TEXTS) for name in chance.sample(names, chance.randint(0, len(names)))}
        is_partial = chance.random() < 0.7
        assert _verdict(quick.load, given, is_partial) == _verdict(
            partial(checking.loaded, schema), given, is_partial
        ), given


def _verdict(load: Any, given: dict[str, Any], is_partial: bool) -> Any:
    try:
        return {name: (type(value), value) for name, value in load(given, is_partial=is_partial).items()}
    except Invalid as refused:
        return dict(refused.errors)


def test_a_file_in_several_chunks_is_posted_whole(
    factories: Factories, bring: Bring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.tenancy()
    with factories.transaction() as session:
        name = session.scalars(select(RentAccount.reference)).one()
    monkeypatch.setattr(running, "LEDGER_CHUNK", 7)
    lines = "".join(f"{name},2026-01-05,payment,-{number}.00,,N{number}\n" for number in range(1, 51))
    done = bring("transactions", f"{','.join(HEADING)}\n{lines}")

    assert done.counts == (50, 0, 0, 0)
    with factories.transaction() as session:
        assert session.scalar(select(func.sum(Transaction.amount))) == -sum(range(1, 51))
