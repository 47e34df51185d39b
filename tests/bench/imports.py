"""Measures how long it takes to bring in a million transactions on twenty thousand accounts, beside reading the file.

Alone: python -m tests.bench.imports --database PostgreSQL
"""

import csv
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from engine.importing import running
from engine.importing.targets import target
from engine.permissions import PLATFORM
from models import schema
from models.accounts import RentAccount
from models.places import Asset
from models.tenancies import Tenure
from tests.bench import bulk, databases
from tests.bench.bulk import Row
from tests.bench.measures import Measure, Measures, print_each
from tests.bench.timing import measured

TRANSACTIONS, ACCOUNTS = 1_000_000, 20_000
LIMIT_S = 180.0
HEADING = ("account", "posted_on", "kind", "amount", "description", "source_reference")


def measure(database: str, engine: Engine, transactions: int = TRANSACTIONS) -> Measures:
    """Yield the time until all transactions of a file are posted, and the time until it is seen that they are."""
    with engine.begin() as connection:
        schema.create(connection)
    _add_accounts(engine)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "transactions.csv"
        _write(path, transactions)
        bare = measured(lambda: _read(path))
        for what, added in (("posting them", transactions), ("the same file again", 0)):
            taken = measured(lambda n=added: _bring_in(engine, path, n))
            name = f"{database}, {transactions:,} transactions: {what}"
            yield Measure(name, taken.wall, "s", limit=LIMIT_S * transactions / TRANSACTIONS)
            against = "reading the rows of the file"
            yield Measure(f"{name}, processor time of ours", taken.cpu, "s", bare.cpu, against)


def _bring_in(engine: Engine, path: Path, added: int) -> None:
    sessions = sessionmaker(engine, expire_on_commit=False, autoflush=False)
    wanted = running.Wanted(target("transactions"), path)
    done = running.run(sessions, wanted, by=PLATFORM, on_fault=lambda fault: None)
    if (done.added, done.refused) != (added, 0):
        raise RuntimeError(f"{done.added} were posted and {done.refused} refused; {added} were to be posted")


def _read(path: Path) -> None:
    with path.open(newline="") as file:
        for _ in csv.reader(file):
            pass


def _write(path: Path, transactions: int) -> None:
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADING)
        rows.writerows(_transaction(number) for number in range(transactions))


def _transaction(number: int) -> tuple[object, ...]:
    """Return a week's rent, or what was paid for it, of one account after the other."""
    account, turn = number % ACCOUNTS, number // ACCOUNTS
    posted_on = date(2025, 4, 7) + timedelta(days=turn // 2 * 7)
    kind, amount = ("payment", f"-{number % 300}.40") if turn % 2 else ("rent", "112.43")
    return f"A{account:07d}", posted_on, kind, amount, f"Week {turn // 2}", f"N{number}"


def _add_accounts(engine: Engine) -> None:
    with bulk.filling(engine) as connection:
        for model, rows in ((Asset, _homes()), (Tenure, _tenancies()), (RentAccount, _accounts())):
            bulk.write(connection, model, rows)


def _homes() -> Iterator[Row]:
    return ({"id": n + 1, "reference": f"H{n:07d}", "asset_type": "unit"} for n in range(ACCOUNTS))


def _tenancies() -> Iterator[Row]:
    kind = {"tenure_type": "SEC", "tenure_type_name": "Secure tenancy", "started_on": date(2019, 4, 1)}
    return ({"id": n + 1, "reference": f"T{n:07d}", "asset_id": n + 1, **kind} for n in range(ACCOUNTS))


def _accounts() -> Iterator[Row]:
    return ({"id": n + 1, "reference": f"A{n:07d}", "tenure_id": n + 1} for n in range(ACCOUNTS))


def main() -> None:
    """Measure on each kind of database that can be had here."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=(databases.SQLITE, databases.POSTGRESQL), help="else both, one by one")
    parser.add_argument("--transactions", type=int, default=TRANSACTIONS)
    asked = parser.parse_args()
    with databases.servers() as servers:
        for database, server in servers.items():
            if asked.database in (None, database):
                with databases.empty(server, "imports") as engine:
                    print_each(measure(database, engine, asked.transactions))


if __name__ == "__main__":
    main()
