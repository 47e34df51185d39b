"""The declarative base, and the column types that every table shares."""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.sql.functions import FunctionElement

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite numbers rows by itself only in a column of type INTEGER.
BigId = BigInteger().with_variant(Integer, "sqlite")
# Values are read as Decimal on both databases: `models.database` gives the engine its JSON reader and writer.
Json = JSON().with_variant(JSONB(), "postgresql")


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; SQLite would drop the offset and so is given none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: they were an hour out each summer in every system that allowed them."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs an offset from UTC, got {value.isoformat()}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC, aware, on both databases."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Never(FunctionElement[datetime]):
    """The end of 9999, as a constant of the statement and not a value bound to it: an index can hold it.

    A function, because a column element of our own has no key in the cache of compiled statements.
    """

    name = "never"
    inherit_cache = True
    type = Instant()


@compiles(Never, "sqlite")
def _never_on_sqlite(element: Never, compiler: Any, **options: Any) -> str:
    return "'9999-12-31 00:00:00.000000'"


@compiles(Never)
def _never(element: Never, compiler: Any, **options: Any) -> str:
    return "TIMESTAMP WITH TIME ZONE '9999-12-31 00:00:00+00'"


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant,
        str: Text,
        dict[str, object]: Json,
        list[object]: Json,
    }


Id = Annotated[int, mapped_column(BigId, primary_key=True)]
Key = Annotated[str, mapped_column(String(80))]
Name = Annotated[str, mapped_column(String(200))]
Digest = Annotated[str, mapped_column(String(64))]


def refers_to(column: str, *, index: bool = True) -> Any:
    """Return a column that points at `column` ("table.id"), indexed unless told otherwise."""
    return mapped_column(BigId, ForeignKey(column), index=index)


def only_where(condition: ColumnElement[bool]) -> dict[str, Any]:
    """Return what makes an index one of few rows: none of the many others is in the way, and what finds none is quick.

    It serves statements that say the same, or compare a column that `condition` says is not null.
    """
    return {"postgresql_where": condition, "sqlite_where": condition}


def table(model: type[Base]) -> Table:
    """Return the table of a model, for statements that a step writes without the ORM."""
    return cast(Table, model.__table__)
