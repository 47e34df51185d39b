"""The names that the catalogue of fields gives the expressions and letters of a category, for whoever checks it."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from engine import fields
from engine.definitions.category import SETTINGS_FILE, read_settings
from engine.definitions.checks.names import of_catalogue
from engine.errors import EngineError
from engine.fields import CATEGORY, ENTITIES


def names(session: Session, category_key: str) -> dict[str, str]:
    """Return the fields of a category and, as `person.fields.x`, of the entities, with their FEEL types."""
    found = of_catalogue(fields.of_owner(session, f"{CATEGORY}{category_key}"))
    for word in ENTITIES:
        found |= of_catalogue(fields.of_owner(session, word), within=word)
    return found


def names_for(session: Session, files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the same for the category that files hold; of files without readable settings those of the entities."""
    try:
        key = read_settings(files.get(SETTINGS_FILE, b"")).key
    except EngineError:
        key = ""
    return names(session, key)
