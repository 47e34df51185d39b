"""Rows as dictionaries, to which an answer adds what other tables say."""

from collections.abc import Mapping
from typing import Any

from engine.record.accounts import Weekly
from models.accounts import RentAccount


def columns(row: Any) -> dict[str, Any]:
    """Return the columns of a row by name."""
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def with_charges(account: RentAccount, weekly: Mapping[int, Weekly]) -> dict[str, Any]:
    """Return a rent account with what it charges in a week."""
    charged = weekly[account.id]
    return columns(account) | {"weekly_rent": charged.rent, "weekly_charges": charged.other}
