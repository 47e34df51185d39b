"""The whole benchmark in one run: expressions, forms, letters; then by database steps, fields, imports, HTTP, record.

Pages, search and documents are measured here on a tenth of the record; on all of it each alone, as its module says.
"""

from collections.abc import Iterator

from engine.documents import converting
from tests.bench import (
    databases,
    documents,
    feel,
    fields,
    forms,
    imports,
    letters,
    merges,
    over_http,
    pages,
    record,
    search,
    steps,
)
from tests.bench.measures import Measure, Measures

NO_POSTGRESQL = (
    "PostgreSQL is not measured, nor the way over HTTP: there is no server here (apt-get install postgresql)."
)


def run(*, quick: bool = False) -> Iterator[Measure | str]:
    """Yield each measure as it is known, and a sentence about what could not be measured."""
    yield from feel.measure(quick=quick)
    yield from forms.measure()
    yield from merges.measure()
    sizes = steps.QUICK_SIZES if quick else steps.SIZES
    with databases.servers() as servers:
        if databases.POSTGRESQL not in servers:
            yield NO_POSTGRESQL
        if not converting.is_available():
            yield f"Letters are not measured. {converting.MISSING} {converting.INSTALL}"
        elif not quick:  # they take minutes
            with databases.empty(servers[databases.SQLITE], "letters") as engine:
                yield from letters.measure(databases.SQLITE, engine)
        for database, server in servers.items():
            with databases.empty(server, "steps") as engine:
                yield from steps.measure(database, engine, sizes)
        for database, server in servers.items():
            with databases.empty(server, "fields") as engine:
                yield from fields.measure(database, engine, *((1_000, 10_000) if quick else ()))
        for database, server in servers.items():
            with databases.empty(server, "imports") as engine:
                yield from imports.measure(database, engine, *((20_000,) if quick else ()))
        yield from _over_http(servers, cases=20 if quick else 60)
        for database, server in servers.items():
            with record.furnished(database, server, 0.01 if quick else 0.1) as full:
                for each in (pages, search, documents):
                    yield from each.measure(full)


def _over_http(servers: dict[str, str], *, cases: int) -> Measures:
    if databases.POSTGRESQL in servers:
        with databases.empty(servers[databases.POSTGRESQL], "over_http") as engine:
            yield from over_http.measure(databases.POSTGRESQL, engine, cases)
