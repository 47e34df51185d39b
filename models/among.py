"""One of several numbers that are given when the statement runs: the statement is the same however many there are."""

from typing import Any

from sqlalchemy import BigInteger, BindParameter, Boolean, ColumnElement, Dialect, Text, TypeDecorator, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from models.database import to_json


class Numbers(TypeDecorator[list[int]]):
    """Several numbers as one value: an array of PostgreSQL's, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Return how a database takes them."""
        return dialect.type_descriptor(ARRAY(BigInteger()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: list[int] | None, dialect: Dialect) -> Any:
        """Write them, in any order and from any collection."""
        found = sorted(value or ())
        return found if dialect.name == "postgresql" else to_json(found)


class _Among(FunctionElement[bool]):
    name = "among"
    inherit_cache = True
    type = Boolean()

    def self_group(self, against: Any = None) -> "_Among":
        """Stand as it is, also on SQLite, where a truth value would be compared with 1 and no index be used."""
        return self


def among(column: Any, numbers: BindParameter[Any]) -> ColumnElement[bool]:
    """Return the condition that a column is one of the numbers that `numbers` binds; of none it is none."""
    return _Among(column, bindparam(numbers.key, numbers.value, type_=Numbers(), required=numbers.required))


@compiles(_Among, "postgresql")
def _on_postgresql(element: _Among, compiler: Any, **options: Any) -> str:
    column, numbers = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({column} = ANY ({numbers}))"


@compiles(_Among)
def _anywhere(element: _Among, compiler: Any, **options: Any) -> str:
    column, numbers = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({numbers})))"  # noqa: S608 - a column and a place for a value
