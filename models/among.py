"""One of several values that are given when the statement runs: the statement is the same however many there are."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    ColumnElement,
    Dialect,
    String,
    Text,
    TypeDecorator,
    bindparam,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from models.database import to_json


class _Several(TypeDecorator[Any]):
    """Several values as one: an array of PostgreSQL's, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, of: type[BigInteger] | type[Text]) -> None:
        """Take numbers, or texts."""
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Return how a database takes them."""
        return dialect.type_descriptor(ARRAY(self.of()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Write them, from any collection."""
        found = sorted(value or ())
        return found if dialect.name == "postgresql" else to_json(found)


class Texts(TypeDecorator[list[str]]):
    """Several texts as one value, in the same way."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Return how a database takes them."""
        return dialect.type_descriptor(ARRAY(Text()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> Any:
        """Write them, in any order and from any collection."""
        found = list(value or ())
        return found if dialect.name == "postgresql" else to_json(found)


class _Among(FunctionElement[bool]):
    name = "among"
    inherit_cache = True
    type = Boolean()

    def self_group(self, against: Any = None) -> "_Among":
        """Stand as it is, also on SQLite, where a truth value would be compared with 1 and no index be used."""
        return self


def among(column: Any, values: BindParameter[Any]) -> ColumnElement[bool]:
    """Return the condition that a column is one of the numbers or texts that `values` binds; of none it is none."""
    several = _Several(Text if isinstance(column.type, String) else BigInteger)
    return _Among(column, bindparam(values.key, values.value, type_=several, required=values.required))


def among_texts(column: Any, texts: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that a column is one of some texts; of none it is none."""
    return _Among(column, bindparam(None, list(texts), type_=Texts()))


@compiles(_Among, "postgresql")
def _on_postgresql(element: _Among, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({column} = ANY ({values}))"


@compiles(_Among)
def _anywhere(element: _Among, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({values})))"  # noqa: S608 - a column and a place for a value
