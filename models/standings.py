"""What is owed on each account, kept by the database: whoever posts an entry, by whichever path, moves the balance.

Nobody writes it and nobody can forget it; a list of all debts would otherwise add up millions of entries each time.
"""

from sqlalchemy import Connection

from models.accounts import PAYMENTS

_PAID = f"CASE WHEN {{row}}kind IN ({', '.join(repr(kind) for kind in PAYMENTS)}) THEN {{row}}posted_on END"
_PENCE = {"sqlite": "CAST(round({row}amount * 100) AS INTEGER)", "postgresql": "({row}amount * 100)::bigint"}
_COLUMNS = "account_standing (account_id, balance, last_paid_on)"


def filled(dialect: str, *, where: str = "", source: str = "rent_transaction") -> str:
    """Return the statement that writes the standing of accounts that have none, added up of all their entries."""
    balance, paid = _PENCE[dialect].format(row=""), _PAID.format(row="")
    return (
        f"INSERT INTO {_COLUMNS} SELECT account_id, sum({balance}), max({paid}) FROM {source} {where} "  # noqa: S608 - our own words alone
        "GROUP BY account_id ORDER BY account_id"
    )


def create(connection: Connection) -> None:
    """Create the triggers; those that were there are gone already."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement)


_SQLITE = (
    f"""CREATE TRIGGER account_standing_add AFTER INSERT ON rent_transaction BEGIN
  INSERT INTO {_COLUMNS}
  VALUES (NEW.account_id, {_PENCE["sqlite"].format(row="NEW.")}, {_PAID.format(row="NEW.")})
  ON CONFLICT (account_id) DO UPDATE SET balance = balance + excluded.balance,
    last_paid_on = coalesce(max(last_paid_on, excluded.last_paid_on), last_paid_on, excluded.last_paid_on);
END""",  # noqa: S608 - our own words alone
    *(
        f"""CREATE TRIGGER account_standing_{verb.lower()} AFTER {verb} ON rent_transaction BEGIN
  DELETE FROM account_standing WHERE account_id IN ({accounts});
  {filled("sqlite", where=f"WHERE account_id IN ({accounts})")};
END"""  # noqa: S608 - our own words alone
        for verb, accounts in (("UPDATE", "OLD.account_id, NEW.account_id"), ("DELETE", "OLD.account_id"))
    ),
)
_TOUCHED = "account_id = OLD.account_id OR (TG_OP = 'UPDATE' AND account_id = NEW.account_id)"
_POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION account_standing_add() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  {filled("postgresql", source="added").replace("account_standing (", "account_standing AS kept (")}
  ON CONFLICT (account_id) DO UPDATE SET balance = kept.balance + excluded.balance,
    last_paid_on = greatest(kept.last_paid_on, excluded.last_paid_on);
  RETURN NULL;
END $$""",
    """CREATE TRIGGER account_standing_add AFTER INSERT ON rent_transaction REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION account_standing_add()""",
    f"""CREATE OR REPLACE FUNCTION account_standing_again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  DELETE FROM account_standing WHERE {_TOUCHED};
  {filled("postgresql", where=f"WHERE {_TOUCHED}")};
  RETURN NULL;
END $$""",  # noqa: S608 - our own words alone
    """CREATE TRIGGER account_standing_again AFTER UPDATE OR DELETE ON rent_transaction
FOR EACH ROW EXECUTE FUNCTION account_standing_again()""",
)
