"""The catalogue of fields: what may be asked about a person, home, tenancy, account, organisation or kind of case.

The values of fields are not here: those of a case stand in its document, those of an entity in its sections of fields.
"""

from datetime import date, datetime

from sqlalchemy import Float, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, Key, Name, refers_to

LONGEST_SEARCHED = 200
"""Characters of a text by which a searchable field is found."""

# Compared byte by byte on both databases, so that an index can answer what a text begins with.
SearchText = String(LONGEST_SEARCHED).with_variant(String(LONGEST_SEARCHED, collation="C"), "postgresql")


class FieldDefinition(Base):
    """One field. `owner` is an entity ("person") or a category ("category:complaint"); rows are retired, never deleted.

    `parent` is the key of the repeating group that it stands in. `stored_in` is the section of the document that holds
    its values: given once and never changed, whatever section of the page it is shown in.
    """

    __tablename__ = "field_definition"
    __table_args__ = (UniqueConstraint("owner", "folded_path"),)

    id: Mapped[Id]
    owner: Mapped[Key]
    key: Mapped[Key]
    parent: Mapped[Key] = mapped_column(default="")
    folded_path: Mapped[str] = mapped_column(String(170))  # parent and key in lower case: no two differ in case alone
    type: Mapped[Key]  # see `engine.fields.types`
    label: Mapped[Name]
    help: Mapped[str] = mapped_column(default="")
    section: Mapped[Name] = mapped_column(default="")
    heading: Mapped[Name] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    options: Mapped[list[object]]  # [value, label] of each
    limits: Mapped[dict[str, object]]  # what values are allowed; see `engine.fields.types.LIMITS`
    required_when: Mapped[str] = mapped_column(default="")  # FEEL; "true": always, "": never
    shown_when: Mapped[str] = mapped_column(default="")  # FEEL; "": always
    default: Mapped[str] = mapped_column(default="")  # a value, or FEEL behind "="
    sensitivity: Mapped[Key]  # normal, personal, special_category
    is_searchable: Mapped[bool] = mapped_column(default=False)
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]  # the last day
    stored_in: Mapped[Key]
    retired_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)


class FieldCatalogue(Base):
    """The state of one owner's fields. `mark` is another one after each change: what is known by it need not be read.

    It begins with the number of the change and ends at random, so that what was rolled back is never taken for it.
    """

    __tablename__ = "field_catalogue"

    owner: Mapped[Key] = mapped_column(primary_key=True)
    category_id: Mapped[int | None] = mapped_column(BigId, unique=True)
    number: Mapped[int]
    mark: Mapped[str] = mapped_column(String(40))


class FieldChange(Base):
    """One change to a definition: who, when, why, what it was and what it became. Rows are only ever added."""

    __tablename__ = "field_change"
    __table_args__ = (Index("ix_field_change_owner_id", "owner", "id"),)

    id: Mapped[Id]
    owner: Mapped[Key]
    definition_id: Mapped[int] = refers_to("field_definition.id")
    path: Mapped[str] = mapped_column(String(170))
    kind: Mapped[Key]  # created, changed, retired, restored
    before: Mapped[dict[str, object]]
    after: Mapped[dict[str, object]]
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    by_name: Mapped[Name]


class SearchableValue(Base):
    """The value of a searchable field of one case or entity, typed and indexed; a multiple choice has several rows."""

    __tablename__ = "searchable_value"

    definition_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    entity_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str | None] = mapped_column(SearchText)  # in lower case
    number: Mapped[float | None] = mapped_column(Float(53))
    day: Mapped[date | None]


for _name in ("text", "number", "day"):
    _column = SearchableValue.__table__.c[_name]
    Index(
        f"ix_searchable_value_{_name}",
        SearchableValue.__table__.c.definition_id,
        _column,
        SearchableValue.__table__.c.entity_id,
        postgresql_where=_column.is_not(None),
        sqlite_where=_column.is_not(None),
    )
