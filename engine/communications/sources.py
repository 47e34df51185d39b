"""The templates that communications are written from."""

from sqlalchemy.orm import Session

from engine import templates
from engine.errors import NotFound, StepFailed


def source(session: Session, own: templates.Own, kind: str, name: str) -> templates.Found:
    """Return the template of a kind (letter, email, sms) by its name: the category's own, else a shared one in force.

    Raises:
        StepFailed: there is none.
    """
    try:
        return templates.find(session, own, name, kind=kind)
    except NotFound as error:
        raise StepFailed(error.message, remedy=error.remedy) from error


def version_of(found: templates.Found, category: str) -> str:
    """Return where a template comes from, as history keeps it: "complaint 4", or "shared 2"."""
    return f"{category if found.source == 'category' else 'shared'} {found.number}"
