"""A landlord's whole record at any scale, for search, documents and lists: people, homes, tenancies, cases, letters.

At scale 1: 200,000 people, 60,000 homes, 500,000 documents with their text, two of three of them on a case, 100,000
notes, and 100,000 cases that the engine ran or that are copies of such, a tenth of them open. The sample landlord, of
whose cases they are copies, stands before.
"""

import random
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine, bindparam, func, select, update
from sqlalchemy.orm import Session

from engine import configuration
from engine.definitions import deploying
from engine.documents import kinds
from engine.documents.store import FolderStore
from engine.instants import now
from engine.runtime import directory
from models import schema
from models.accounts import RentAccount
from models.base import table
from models.case import Case, CaseLink, Note
from models.document import FIRST_KINDS, Document, DocumentLink, DocumentTag, DocumentVersion
from models.people import ContactDetail, Person
from models.places import Asset
from models.staff import User
from models.tenancies import Tenure, TenureMember
from tests.bench import archive, bulk, databases, landlord
from tests.bench.bulk import Row
from tests.bench.measures import Measures, print_each
from webapp.demo import words

PEOPLE, HOMES, CASES, DOCUMENTS, NOTES = 200_000, 60_000, 100_000, 500_000, 100_000
FIRST = 10_001  # number of the first row of each that is no sample
OPEN = 0.1  # of the cases
RESTRICTED = 200  # one in so many cases
FILES = 20_000  # different contents of documents
YEARS = 5  # over which documents came in
SURNAMES, STREETS, SENTENCES = 25_000, 2_500, 5_000
SEED = 1
TAGS = ("damp", "north wall", "gas", "passport", "signed", "photographs", "urgent", "copy")

_SYLLABLES = (
    "ba be bo bra cha cor da del dun e fa fen ga gre ha hol i ja ka kil la lan lo ma mar mc mo na nor o pa pen qui ra "
    "ros sa sha ston ta ten tor u va ver wa wel win ya zi field ham ley man ner rick son ton wood worth"
).split()
_PROSE = (
    "repair boiler leak damp mould kitchen bathroom window door lift stairs garden fence noise neighbour visit "
    "appointment surveyor contractor rent arrears payment agreement notice tenancy transfer exchange adaptation ramp "
    "complaint answer decision review evidence photograph report letter gas electricity certificate alarm roof gutter "
    "we have looked at what you told us and this is our answer you can ask for it again within twenty working days "
    "please ring if anything is not clear the officer will call on before after because of your home street"
).split()


class Names:
    """Names and streets in the proportions of life: a few very common ones, many that are rare."""

    def __init__(self, chosen: random.Random) -> None:
        self._chosen = chosen
        rare = ("".join(chosen.choices(_SYLLABLES, k=chosen.randint(2, 4))).capitalize() for _ in range(SURNAMES))
        self.surnames = ["Smith", "Jones", "Patel", *words.SURNAMES, *rare]
        self._weights = list(accumulate(1 / (place + 8) for place in range(len(self.surnames))))
        self.first_names = [name for names in words.FIRST_NAMES.values() for name in names]
        kinds = ("Street", "Road", "Avenue", "Close", "Lane", "Walk", "Court", "Gardens")
        self.streets = sorted({f"{chosen.choice(self.surnames)} {chosen.choice(kinds)}" for _ in range(STREETS)})

    def surname(self) -> str:
        return self._chosen.choices(self.surnames, cum_weights=self._weights)[0]

    def first_name(self) -> str:
        return self._chosen.choice(self.first_names)


def many(whole: int, scale: float) -> int:
    """Return how many rows there are of what there are `whole` of at scale 1."""
    return max(50, int(whole * scale))


@dataclass(frozen=True, slots=True)
class Furnished:
    """A database that is full, and what is asked of it."""

    engine: Engine
    folder: Path  # with the store of documents and the keys
    title: str  # SQLite, 200,000 people, 500,000 documents
    scale: float
    seconds: float  # that filling it took; none when it was kept
    officers: list[int]


@contextmanager
def furnished(database: str, server: str, scale: float, kept: Path | None = None) -> Iterator[Furnished]:
    """Give the record of a scale; in the folder `kept` it stays, and the next run finds it there."""
    with TemporaryDirectory() as temporary:
        name = f"record_{scale:g}".replace(".", "_")
        folder = (kept or Path(temporary)) / f"{name}_{database.lower()}"
        configuration.configure(files=folder / "files", keyring_path=folder / "keys.json")
        for forget in (deploying.forget, directory.forget):
            forget()
        title = f"{database}, {many(PEOPLE, scale):,} people, {many(DOCUMENTS, scale):,} documents"
        with databases.filled(server, name, lambda engine: _furnish(engine, scale, folder)) as (engine, seconds):
            with Session(engine) as session:
                officers = list(session.scalars(select(User.id).where(User.email.like("officer%")).order_by(User.id)))
            yield Furnished(engine, folder, title, scale, seconds, officers)


def print_each_asked_for(about: str | None, measure: Callable[[Furnished], Measures]) -> None:
    """Measure on each kind of database that the command line asks for, at the scale that it asks for; print it."""
    parser = ArgumentParser(description=about)
    parser.add_argument("--scale", type=float, default=0.05, help="1 is 200,000 people and 500,000 documents")
    parser.add_argument("--database", choices=(databases.SQLITE, databases.POSTGRESQL), help="else both, one by one")
    parser.add_argument("--kept", type=Path, help="a folder in which the filled databases stay for the next run")
    asked = parser.parse_args()
    with databases.servers(asked.kept) as servers:
        for database, server in servers.items():
            if asked.database in (None, database):
                with furnished(database, server, asked.scale, asked.kept) as full:
                    if full.seconds:
                        sys.stdout.write(f"{full.title}: filled in {full.seconds:.0f} s\n")
                    print_each(measure(full))


def _furnish(engine: Engine, scale: float, folder: Path) -> None:
    """Fill an empty database; the same rows for the same scale."""
    chosen = random.Random(SEED)
    names = Names(chosen)
    people, homes, cases, documents, notes = (
        many(number, scale) for number in (PEOPLE, HOMES, CASES, DOCUMENTS, NOTES)
    )
    with engine.begin() as connection:
        schema.create(connection)
    officers = landlord.furnish(engine, 0)
    with bulk.filling(engine) as connection:
        bulk.write(connection, Person, (_person(n, names) for n in range(people)))
        bulk.write(connection, ContactDetail, (_phone(n) for n in range(0, people, 2)))
        bulk.write(connection, ContactDetail, (_email(n) for n in range(1, people, 2)))
        bulk.write(connection, Asset, (_home(n, names, chosen) for n in range(homes)))
        bulk.write(connection, Tenure, (_tenure(n) for n in range(homes)))
        bulk.write(connection, TenureMember, (_member(n, homes) for n in range(people)))
        bulk.write(connection, RentAccount, (_account(n) for n in range(homes)))
        ids = _add_cases(connection, officers, cases, (people, homes), names, chosen)
        bulk.write(connection, Document, (_document(n, documents, ids, chosen) for n in range(documents)))
        sentences = [" ".join(chosen.choices(_PROSE, k=9)) for _ in range(SENTENCES)]
        bulk.write(connection, DocumentVersion, (_text(n, names, sentences, chosen) for n in range(documents)))
        bulk.write(connection, DocumentLink, (_link(n, people) for n in range(documents) if n % 3 == 0))
        bulk.write(connection, DocumentTag, (_tag(n) for n in range(1, documents, 3)))
        bulk.write(connection, Note, (_note(n, ids, officers, chosen) for n in range(notes)))
    store = FolderStore(folder / "files")
    for number in range(min(FILES, documents)):
        place = store._place(digest(number))  # as `put`, which waits for the disk with each
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(_content(number))


def _add_cases(
    connection: Connection,
    officers: list[int],
    cases: int,
    about: tuple[int, int],
    names: Names,
    chosen: random.Random,
) -> list[int]:
    """Copy cases until there are so many, about people and homes of the record; return the numbers of the copies."""
    of_cases, of_links = table(Case), table(CaseLink)
    last = connection.scalar(select(func.max(of_cases.c.id))) or 0
    open_cases = int(cases * OPEN)
    landlord.copy_open_cases(connection, officers, open_cases)
    archive.fill(connection, cases - open_cases)
    ids = list(connection.scalars(select(of_cases.c.id).where(of_cases.c.id > last)))
    title, number = bindparam("said"), bindparam("number")
    restricted = of_cases.c.id % RESTRICTED == 0
    named = update(of_cases).where(of_cases.c.id == number).values(title=title, restricted=restricted)
    connection.execute(named, [{"number": case_id, "said": _title(names, chosen)} for case_id in ids])
    for kind, number_of in zip(("person", "home"), about, strict=True):
        copied = (of_links.c.entity_type == kind) & (of_links.c.case_id > last)
        connection.execute(update(of_links).where(copied).values(entity_id=FIRST + of_links.c.case_id % number_of))
    return ids


def _person(number: int, names: Names) -> Row:
    named = {"first_name": names.first_name(), "surname": names.surname()}
    return {"id": FIRST + number, "reference": f"R{number:07d}", **named}


def phone(number: int) -> str:
    """Return the telephone number of every second person."""
    return f"07700 {900_000 + number % 1000:06d}{number // 1000:03d}"


def _phone(number: int) -> Row:
    return {"person_id": FIRST + number, "contact_type": "phone", "value": phone(number)}


def _email(number: int) -> Row:
    return {"person_id": FIRST + number, "contact_type": "email", "value": f"resident.{number}@mail.example"}


def _home(number: int, names: Names, chosen: random.Random) -> Row:
    street = names.streets[number % len(names.streets)]
    house = number // len(names.streets) + 1
    flat = f"Flat {chosen.randint(1, 20)}, " if number % 3 == 0 else ""
    postcode = f"ZZ{number % 90 + 1} {number // 90 % 10}{chr(65 + number % 23)}{chr(65 + number % 19)}"
    return {
        "id": FIRST + number, "reference": f"R{number:07d}", "asset_type": "unit", "uprn": f"8{number:011d}",
        "address_lines": [street], "postcode": postcode, "one_line": f"{flat}{house} {street}, Brightwater, {postcode}",
        "patch": f"Patch {number % 40}",
    }  # fmt: skip


def _tenure(number: int) -> Row:
    kind = {"tenure_type": "SEC", "tenure_type_name": "Secure tenancy", "started_on": date(2019, 4, 1)}
    return {"id": FIRST + number, "reference": f"R{number:07d}", "asset_id": FIRST + number, **kind}


def _member(number: int, homes: int) -> Row:
    of = {"tenure_id": FIRST + number % homes, "person_id": FIRST + number}
    return {**of, "is_responsible": number < homes, "role": "tenant"}


def _account(number: int) -> Row:
    return {"id": FIRST + number, "reference": f"R{number:07d}", "tenure_id": FIRST + number}


def _title(names: Names, chosen: random.Random) -> str:
    return f"Complaint: {names.first_name()} {names.surname()}, {chosen.choice(_PROSE)}"


def _document(number: int, documents: int, cases: list[int], chosen: random.Random) -> Row:
    """Return a letter on a case; every third is a file that lies with a person alone."""
    before = timedelta(days=365 * YEARS * (documents - number) / documents)
    at = {"id": FIRST + number, "created_at": now() - before}
    title = f"Letter about {chosen.choice(_PROSE)} {chosen.choice(_PROSE)}"
    if number % 3 == 0:
        kind = list(FIRST_KINDS)[number // 3 % len(FIRST_KINDS)]
        return {**at, "case_id": None, "title": title, "kind": kind, "source": "uploaded"}
    return {**at, "case_id": cases[number % len(cases)], "title": title, "kind": "letter", "source": "merged"}


def _content(number: int) -> bytes:
    return f"{number} is the number of this content. ".encode() * 30


def digest(number: int) -> str:
    """Return the digest of the content that a document has."""
    return sha256(_content(number % FILES)).hexdigest()


def _text(number: int, names: Names, sentences: list[str], chosen: random.Random) -> Row:
    said = " ".join(chosen.choices(sentences, k=10))
    about = f"Dear {names.first_name()} {names.surname()}, {chosen.choice(names.surnames)} wrote to us. {said}."
    file = {"sha256": digest(number), "size": len(_content(number % FILES)), "content_type": kinds.TEXT}
    named = {"file_name": f"letter {number}.txt", "number": 1}
    return {**file, **named, "document_id": FIRST + number, "text": about, "created_at": now()}


def _link(number: int, people: int) -> Row:
    return {"document_id": FIRST + number, "entity_type": "person", "entity_id": FIRST + number % people}


def _tag(number: int) -> Row:
    return {"document_id": FIRST + number, "tag": TAGS[number // 3 % len(TAGS)]}


def _note(number: int, cases: list[int], officers: list[int], chosen: random.Random) -> Row:
    said = " ".join(chosen.choices(_PROSE, k=20))
    by = {"written_by_id": officers[number % len(officers)], "written_at": now()}
    return {"case_id": cases[number % len(cases)], "text": said, **by}
