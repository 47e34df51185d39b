"""The one list of what the shared record holds: entities, and the parts that belong to one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.record.schemas import anywhere, people, places, tenancies
from engine.record.schemas.base import RecordSchema
from models.accounts import Agreement, Charge, RentAccount, Transaction
from models.base import Base
from models.communication import Consent
from models.people import Alert, ContactDetail, Organisation, Person, PersonRelation
from models.places import Asset, Certificate, Hazard, Repair
from models.record import ExternalReference, RecordNote
from models.tenancies import Notice, Tenure, TenureMember


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of row: its table, what may be written of it, and the verb that a change of it asks for.

    A part says in `owners` to which entities it may belong, and which column names them. What is a ledger is neither
    changed nor ended: a wrong entry is reversed by another, and each entry is its own history.
    """

    key: str  # in links, changes and mappings: person, home, contact_detail
    word: str
    model: type[Base]
    schema: type[RecordSchema]
    verb: str
    path: str  # of the collection, in REST
    prefix: str = ""  # of the references given to new rows
    owners: Mapping[str, str] = field(default_factory=dict)
    ends_by: str = "ended_on"
    is_ledger: bool = False

    @property
    def is_entity(self) -> bool:
        """Say whether it stands by itself, with a revision and a history of its own."""
        return not self.owners

    @property
    def hangs_anywhere(self) -> bool:
        """Say whether rows name their owner by type and number."""
        return "entity_id" in self.owners.values()


_PEOPLE, _PLACES, _TENANCIES, _ACCOUNTS = "change people", "change homes", "change tenancies", "change accounts"

ENTITIES = (
    Kind("person", "person", Person, people.PersonSchema, _PEOPLE, "people", "P"),
    Kind("organisation", "organisation", Organisation, people.OrganisationSchema, _PEOPLE, "organisations", "O"),
    Kind("home", "home", Asset, places.AssetSchema, _PLACES, "assets", "H"),
    Kind("tenancy", "tenancy", Tenure, tenancies.TenureSchema, _TENANCIES, "tenures", "T"),
    Kind("account", "account", RentAccount, tenancies.AccountSchema, _ACCOUNTS, "accounts", "A"),
)

_ANY = {kind.key: "entity_id" for kind in ENTITIES}

PARTS = (
    Kind(
        "contact_detail",
        "way to reach them",
        ContactDetail,
        people.ContactDetailSchema,
        _PEOPLE,
        "contact-details",
        owners={"person": "person_id", "organisation": "organisation_id"},
        ends_by="valid_until",
    ),
    Kind(
        "alert",
        "alert",
        Alert,
        people.AlertSchema,
        _PEOPLE,
        "alerts",
        owners={"person": "person_id", "home": "asset_id"},
    ),
    Kind(
        "relation",
        "relation",
        PersonRelation,
        people.RelationSchema,
        _PEOPLE,
        "relations",
        owners={"person": "person_id"},
        ends_by="until_on",
    ),
    Kind(
        "consent",
        "consent",
        Consent,
        people.ConsentSchema,
        _PEOPLE,
        "consents",
        owners={"person": "person_id"},
        ends_by="withdrawn_on",
    ),
    Kind(
        "certificate",
        "certificate",
        Certificate,
        places.CertificateSchema,
        _PLACES,
        "certificates",
        owners={"home": "asset_id"},
    ),
    Kind("repair", "repair", Repair, places.RepairSchema, _PLACES, "repairs", "R", owners={"home": "asset_id"}),
    Kind("hazard", "hazard", Hazard, places.HazardSchema, _PLACES, "hazards", owners={"home": "asset_id"}),
    Kind(
        "member",
        "member",
        TenureMember,
        tenancies.MemberSchema,
        _TENANCIES,
        "members",
        owners={"tenancy": "tenure_id"},
        ends_by="until_on",
    ),
    Kind("notice", "notice", Notice, tenancies.NoticeSchema, _TENANCIES, "notices", owners={"tenancy": "tenure_id"}),
    Kind(
        "charge",
        "charge",
        Charge,
        tenancies.ChargeSchema,
        _ACCOUNTS,
        "charges",
        owners={"account": "account_id"},
        ends_by="until_on",
    ),
    Kind(
        "agreement",
        "agreement",
        Agreement,
        tenancies.AgreementSchema,
        _ACCOUNTS,
        "agreements",
        owners={"account": "account_id"},
    ),
    Kind(
        "transaction",
        "transaction",
        Transaction,
        tenancies.TransactionSchema,
        "post transactions",
        "transactions",
        owners={"account": "account_id"},
        is_ledger=True,
    ),
    Kind("note", "note", RecordNote, anywhere.RecordNoteSchema, "write notes", "notes", owners=_ANY),
    Kind(
        "reference",
        "reference of another system",
        ExternalReference,
        anywhere.ExternalReferenceSchema,
        "change references",
        "references",
        owners=_ANY,
    ),
)

KINDS: Mapping[str, Kind] = {kind.key: kind for kind in (*ENTITIES, *PARTS)}


def parts_of(entity_type: str) -> tuple[Kind, ...]:
    """Return the kinds of part that an entity of this type may have."""
    return tuple(kind for kind in PARTS if entity_type in kind.owners)
