"""Create the tables as they were before there were revisions."""

from pathlib import Path

from alembic import op

revision = "20261128_071039"
down_revision = None

_TYPES = {
    "serial": ("BIGSERIAL", "INTEGER"),
    "big": ("BIGINT", "INTEGER"),
    "bytes": ("BYTEA", "BLOB"),
    "json": ("JSONB", "JSON"),
    "instant": ("TIMESTAMP WITH TIME ZONE", "DATETIME"),
    "never": ("TIMESTAMP WITH TIME ZONE '9999-12-31 00:00:00+00'", "'9999-12-31 00:00:00.000000'"),
}


def upgrade() -> None:
    """Run `first.sql`, with the types of the database."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    script = Path(__file__).with_name("first.sql").read_text()
    for statement in script.format(**{name: types[is_sqlite] for name, types in _TYPES.items()}).split(";\n"):
        if statement:
            op.get_bind().exec_driver_sql(statement)
