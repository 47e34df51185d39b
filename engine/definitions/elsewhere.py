"""What a category names that only the database knows: told when it is deployed, since its files cannot say it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.definitions import deploying
from engine.definitions.checks import names
from engine.definitions.checks.expressions import constant
from engine.definitions.elements import Element
from engine.definitions.faults import Fault
from models.category import Category, CategoryVersion


def unknown_categories(session: Session, version: CategoryVersion) -> list[Fault]:
    """Return a warning for each step of a deployed version that starts a case of a category that is not there (yet)."""
    elements = deploying.load(session, version.id).elements.values()
    starting = [(element, constant(element.starts_case)) for element in elements if element.starts_case]
    if not starting:
        return []
    live = set(session.scalars(select(Category.key).where(Category.retired_at.is_(None))))
    return [_told(element, key, live) for element, key in starting if isinstance(key, str) and key not in live]


def _told(element: Element, key: str, live: set[str]) -> Fault:
    message = f"“{element.label}” starts a case of the category “{key}”, and there is none."
    remedy = names.did_you_mean(key, live, "Deploy that category before a case comes to this step.")
    return Fault(element.id, "unknown-category", "warning", message, remedy, element.line)
