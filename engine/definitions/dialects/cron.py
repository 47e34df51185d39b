"""Crons of other engines, in the form of zeebe, which the platform runs: weekdays get names, since numbers differ.

Quartz, which the Java engines use, counts them from Sunday as 1; the cron of Unix has no seconds.
"""

from engine.clocks import crons
from engine.definitions.dialects.expressions.nodes import Unsure
from engine.errors import Invalid


def cycle(text: str) -> str:
    """Return a cron of six fields, or seven with the year, that says the same; raise Unsure when it is none.

    Whether its times can be is told by the check.
    """
    words = text.upper().split()
    if not crons.is_cron(text) or len(words) == 1:
        raise Unsure("It is not a cron.")
    is_quartz = len(words) > 5
    fields = words if is_quartz else ["0", *words]
    fields[5] = crons.weekday_names(fields[5], sunday=1 if is_quartz else 0)
    try:
        crons.read(" ".join(fields))
    except Invalid as error:
        raise Unsure(error.message) from error
    return " ".join(fields)
