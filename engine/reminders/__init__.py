"""Of what a category reminds without drawing it: before a task is due, at amber, while it is overdue, then escalation.

Nothing here knows a database: what `[reminders]` of a category.toml says, and which instants follow from it.
"""

from engine.reminders.plan import DEFAULT as DEFAULT
from engine.reminders.plan import SILENT as SILENT
from engine.reminders.plan import Escalation as Escalation
from engine.reminders.plan import Moment as Moment
from engine.reminders.plan import Plan as Plan
from engine.reminders.reading import Fault as Fault
from engine.reminders.reading import read as read
from engine.reminders.recipients import Recipient as Recipient
