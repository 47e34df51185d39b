"""Opens the database and the engine for a command."""

from dataclasses import dataclass

from sqlalchemy.orm import sessionmaker

from engine import instants
from engine.roles import settle
from engine.transactions import Sessions, writing
from models import schema
from models.database import connect
from webapp.demo import clock
from webapp.settings import Settings, put_in_force, read
from webapp.standing import require, standing


@dataclass(frozen=True, slots=True)
class Opened:
    """The settings of this process, and what opens its transactions."""

    settings: Settings
    sessions: Sessions


def opened(*, create: bool = False) -> Opened:
    """Configure the engine and open the database; with `create` its tables are made when it is empty.

    Raises:
        NotPossible: the database holds no tables of ours, or those of an earlier or a newer version.
    """
    settings = read()
    put_in_force(settings)
    engine = connect(settings.database_url)
    if create:
        with engine.begin() as connection:
            schema.create(connection)
    require(standing(engine))
    sessions = sessionmaker(engine, expire_on_commit=False, autoflush=False)
    if create:
        with writing(sessions) as session:
            settle(session)
    instants.set_offset(clock.read(sessions))
    return Opened(settings, sessions)
