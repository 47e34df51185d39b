"""The list of what can be brought in: each a kind of the record, with its columns, and what tells rows apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from marshmallow import fields

from engine.errors import NotFound
from engine.fields import FieldDef
from engine.record.kinds import KINDS, Kind

_PLAIN_NAMES = {"asset_id": "home", "tenure_id": "tenancy", "account_id": "account"}
_ALSO = {"asset": "home", "tenure": "tenancy", "property": "home"}  # HACT's words and ours
LINES = 8  # that an address may have


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that names an entity by what people call it: its reference, UPRN, or another system's reference."""

    name: str
    column: str  # of the table
    kind: str
    is_owner: bool = False


@dataclass(frozen=True)
class Target:
    """What one command brings in.

    `own` are the fields of the catalogue that there are (`own_fields.of_kind`). `natural` are the columns that tell
    apart the parts of one owner: a line whose owner and these are known already is about the same row.
    """

    word: str  # in the command: people
    kind: Kind
    natural: tuple[str, ...] = ()
    own: Mapping[str, FieldDef] = field(default_factory=dict, hash=False)  # fields of the catalogue, by column

    @cached_property
    def schema_fields(self) -> dict[str, fields.Field[object]]:
        """Return the fields that a file may give as they are, by name."""
        return {
            one.data_key or name: one
            for name, one in self.kind.schema().fields.items()
            if not one.dump_only and "refers" not in one.metadata
        }

    @cached_property
    def references(self) -> dict[str, Reference]:
        """Return the columns that name entities: those of the schema, and whose part it is."""
        owners = [Reference(key, column, key, is_owner=True) for key, column in self.kind.owners.items()]
        others = [
            Reference(_PLAIN_NAMES.get(name, name.removesuffix("_id")), name, str(one.metadata["refers"]))
            for name, one in self.kind.schema().fields.items()
            if one.metadata.get("refers") in KINDS
        ]
        return {one.name: one for one in (*owners, *others)}

    @property
    def key_field(self) -> str:
        """Return the field that tells rows apart by itself; empty where several columns do."""
        if self.natural:
            return ""
        return "source_reference" if self.kind.is_ledger else "reference"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the names of all columns that a file may have but those of the catalogue."""
        lines = [f"address_line_{number}" for number in range(1, LINES + 1)]
        with_lines = lines if "address_lines" in self.schema_fields else ()
        return (*self.references, *self.schema_fields, *with_lines)

    def known(self, name: str) -> str:
        """Return the column that a heading means; empty when there is none."""
        own = next((column for column in self.own if column.lower() == name.strip().lower()), "")
        if own:
            return own
        plain = "_".join(name.lower().replace("-", " ").split())
        plain = plain.removesuffix("_reference") if plain.removesuffix("_reference") in self.references else plain
        plain = _ALSO.get(plain, plain) if plain not in self.names else plain
        is_characteristic = plain.startswith("characteristics.") and "characteristics" in self.schema_fields
        return plain if plain in self.names else name.strip() if is_characteristic else ""


TARGETS: Mapping[str, Target] = {
    target.word: target
    for target in (
        Target("people", KINDS["person"]),
        Target("organisations", KINDS["organisation"]),
        Target("assets", KINDS["home"]),
        Target("tenures", KINDS["tenancy"]),
        Target("members", KINDS["member"], ("person_id", "from_on")),
        Target("accounts", KINDS["account"]),
        Target("charges", KINDS["charge"], ("kind", "from_on")),
        Target("transactions", KINDS["transaction"]),
        Target("certificates", KINDS["certificate"], ("kind", "issued_on", "number")),
        Target("repairs", KINDS["repair"]),
        Target("contacts", KINDS["contact_detail"], ("contact_type", "value")),
        Target("alerts", KINDS["alert"], ("code", "from_on")),
    )
}


def target(word: str, own: Mapping[str, FieldDef] | None = None) -> Target:
    """Return what a command's word means, with the fields of the catalogue `own`. Raises NotFound."""
    if word not in TARGETS:
        raise NotFound(f"“{word}” cannot be imported.", remedy=f"Name one of: {', '.join(TARGETS)}.")
    return replace(TARGETS[word], own=own or {})
