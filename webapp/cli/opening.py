"""Opens the database and the engine for a command."""

from dataclasses import dataclass

from sqlalchemy import Engine, inspect
from sqlalchemy.orm import sessionmaker

from engine import instants
from engine.configuration import configure
from engine.errors import NotPossible
from engine.roles import settle
from engine.transactions import Sessions, writing
from models import schema
from models.database import connect
from webapp.demo import clock
from webapp.settings import Settings, read


@dataclass(frozen=True, slots=True)
class Opened:
    """The settings of this process, and what opens its transactions."""

    settings: Settings
    sessions: Sessions


def opened(*, create: bool = False) -> Opened:
    """Configure the engine and open the database; with `create` its tables are made when they are missing.

    Raises:
        NotPossible: the database holds no tables of ours.
    """
    settings = read()
    configure(files=settings.files, keyring_path=settings.keyring, anchors=settings.anchors, url=settings.url)
    engine = connect(settings.database_url)
    if create:
        with engine.begin() as connection:
            schema.create(connection)
    else:
        _require_tables(engine)
    sessions = sessionmaker(engine, expire_on_commit=False, autoflush=False)
    if create:
        with writing(sessions) as session:
            settle(session)
    instants.set_offset(clock.read(sessions))
    return Opened(settings, sessions)


def _require_tables(engine: Engine) -> None:
    with engine.connect().execution_options(read_only=True) as connection:
        if not inspect(connection).has_table("case_event"):
            raise NotPossible(
                "This database holds no tables of Casewright.",
                remedy="Start it once (casewright run), load sample data (casewright demo load) or add a user.",
            )
