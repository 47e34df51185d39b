"""Writes a revision from what the models say and the last revision does not: `make revision NAME="add a column"`.

Read what it wrote. It sees tables, columns and constraints; how the rows that are there come to their new values, and
that a name is a new one for something old, is yours to say. Of new indexes and of triggers a revision says nothing:
`models.schema` creates those that are missing.
"""

import re
import sys
import tempfile
import warnings
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations import ops
from sqlalchemy import JSON, BigInteger, Column, DefaultClause, TypeDecorator, text

from models import revisions, upgrading
from models.base import Base

_MODULE = '''"""{told}."""

{sqlalchemy}from alembic import op
{imports}
revision = "{key}"
down_revision = "{before}"


def upgrade() -> None:
    """{told}."""
{body}
'''
_TYPES = ((TypeDecorator, "Instant()"), (JSON, "Json"), (BigInteger, "BigId"))
FILL_IN = "FILL_IN"  # no such column: the revision fails until its author has written a value


def write(told: str) -> Path | None:
    """Write the revision that is missing, and return its file; none when nothing is missing.

    Raises:
        LookupError: two revisions follow the same one.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        warnings.catch_warnings(action="ignore"),  # of indexes on expressions, which are not compared
        upgrading.changing(f"sqlite:///{folder}/as_it_was.db") as connection,
    ):
        upgrading.run(connection, upgrading.all_revisions())
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = produce_migrations(context, Base.metadata).upgrade_ops
        assert found is not None
        _without_new_indexes(found)
        if found.is_empty():
            return None
        _let_rows_in(found.ops)
        body = render_python_code(found, render_as_batch=True, render_item=_typed, migration_context=context)
    body = body.replace(", schema=None)", ")")
    body = "\n".join(line for line in body.splitlines() if not line.strip().startswith("# ###"))
    key = _now()
    words = re.sub(r"\W+", "_", told.lower()).strip("_")[:40]
    imports = sorted({name.removesuffix("()") for _, name in _TYPES if re.search(rf"\b{re.escape(name)}", body)})
    file = revisions.FOLDER / f"r{key}_{words}.py"
    file.write_text(
        _MODULE.format(
            told=told[:1].upper() + told[1:].rstrip("."),
            key=key,
            before=revisions.latest(),
            body=body,
            sqlalchemy="import sqlalchemy as sa\n" if "sa." in body else "",
            imports=f"\nfrom models.base import {', '.join(imports)}\n" if imports else "",
        )
    )
    return file


def put_last(name: str) -> Path:
    """Give a revision the present for its name and have it follow all the others; return its file."""
    old = revisions.FOLDER / f"{name}.py"
    before = next(key for key in reversed(revisions.marks()) if key != name[1:16])
    content = re.sub(r'^revision = ".*"$', f'revision = "{_now()}"', old.read_text(), flags=re.MULTILINE)
    content = re.sub(r'^down_revision = ".*"$', f'down_revision = "{before}"', content, flags=re.MULTILINE)
    new = old.with_name(f"r{_now()}{name[16:]}.py")
    old.unlink()
    new.write_text(content)
    return new


def _now() -> str:
    return f"{datetime.now(UTC):%Y%m%d_%H%M%S}"  # noqa: TID251 (the clock on the wall, not that of the demo)


def _typed(kind: str, item: Any, context: Any) -> str | Literal[False]:
    """Return how a type of ours is written; the others as SQLAlchemy has them."""
    return next((name for type_, name in _TYPES if kind == "type" and isinstance(item, type_)), False)


def _without_new_indexes(changes: ops.OpContainer) -> None:
    changes.ops = [each for each in changes.ops if not isinstance(each, ops.CreateIndexOp)]
    for each in changes.ops:
        if isinstance(each, ops.ModifyTableOps):
            _without_new_indexes(each)
    changes.ops = [each for each in changes.ops if not (isinstance(each, ops.ModifyTableOps) and not each.ops)]


def _let_rows_in(changes: Iterable[Any]) -> None:
    """Give the rows that are there a value for each new column that must have one: the model's own, or FILL_IN."""
    for change in changes:
        if isinstance(change, ops.ModifyTableOps):
            _let_rows_in(change.ops)
        elif isinstance(change, ops.AddColumnOp) and not change.column.nullable:
            change.column.server_default = DefaultClause(text(_value(change.column)))


def _value(column: "Column[Any]") -> str:
    default: Any = column.default
    if default is None:
        return FILL_IN
    value = default.arg(None) if default.is_callable else default.arg
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | dict | list):
        return f"'{value}'"
    return str(value)


def main(words: list[str]) -> str:
    """Do what the command line says, and return what is to be told."""
    told = " ".join(words)
    if told in revisions.modules():
        return f"It is the last one now: {put_last(told)}"
    if not told:
        return 'Say what it does: make revision NAME="add a column"'
    file = write(told)
    if file is None:
        return "Nothing is missing: the last revision has all that the models say."
    fill_in = f" Put a value for {FILL_IN}." if FILL_IN in file.read_text() else ""
    return f"Read it, and say what becomes of the rows that are there: {file}.{fill_in}"


if __name__ == "__main__":
    print(main(sys.argv[1:]))
