"""The first page of the administration: where everything is, and what needs somebody."""

from flask import Blueprint, render_template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.dead_letters import LETTER
from models.document import QuarantinedFile
from models.staff import ApiToken, Team, User
from models.webhooks import WebhookSubscription
from models.work import Incident, Job
from webapp.access import requires
from webapp.database import session

blueprint = Blueprint("overview", __name__)

_COUNTS = {
    "staff": select(func.count()).select_from(User).where(User.is_active),
    "teams": select(func.count()).select_from(Team),
    "tokens": select(func.count()).select_from(ApiToken).where(ApiToken.revoked_at.is_(None)),
    "incidents": select(func.count()).select_from(Incident).where(Incident.resolved_at.is_(None)),
    "dead_letters": select(func.count()).select_from(LETTER),
    "refused_files": select(func.count()).select_from(QuarantinedFile).where(QuarantinedFile.state == "held"),
    "webhooks_paused": select(func.count())
    .select_from(WebhookSubscription)
    .where(WebhookSubscription.paused_at.is_not(None), WebhookSubscription.ended_at.is_(None)),
    "jobs": select(func.count()).select_from(Job).where(Job.status != "failed"),
}


@blueprint.get("")
@requires("administer")
def page() -> str:
    """Show what there is, in numbers that lead on."""
    return render_template("admin/overview.html", counts=counts(session()))


def counts(session: Session) -> dict[str, int]:
    """Return how many there are of each thing."""
    row = session.execute(select(*(query.scalar_subquery().label(name) for name, query in _COUNTS.items()))).one()
    return dict(row._mapping)
