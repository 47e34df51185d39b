"""Reminds staff of tasks by itself: who is told when, in the portal and by e-mail, at once or in one digest a day.

A task has the instant at which somebody is to be reminded of it in a column (`remind_at`), written with its dates. What
is due then is told in one locked step of its case: notifications, event and the next instant commit together. Mail is
a second step for each member of staff, so that whoever missed ten days gets one message and not fifty.
"""

from engine.reminding import digests, mailing
from engine.reminding.sweeping import sweep as sweep
from engine.transactions import Sessions


def tell_what_is_due(sessions: Sessions) -> None:
    """Remind of tasks, then put into the outbox what is to be mailed by now, and the digests of the day."""
    sweep(sessions)
    mailing.post(sessions)
    digests.post(sessions)
