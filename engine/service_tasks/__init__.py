"""The service tasks that a diagram may name. To add one: write a module beside these and put it in the list."""

from engine.service_tasks.base import ServiceTask
from engine.service_tasks.extend_clock import EXTEND_CLOCK
from engine.service_tasks.meet_clock import MEET_CLOCK
from engine.service_tasks.merge_document import MERGE_DOCUMENT
from engine.service_tasks.notify import NOTIFY
from engine.service_tasks.record_note import RECORD_NOTE
from engine.service_tasks.reset_clock import RESET_CLOCK
from engine.service_tasks.resume_clock import RESUME_CLOCK
from engine.service_tasks.send_by_preference import SEND_BY_PREFERENCE
from engine.service_tasks.send_email import SEND_EMAIL
from engine.service_tasks.send_letter import SEND_LETTER
from engine.service_tasks.send_sms import SEND_SMS
from engine.service_tasks.set_fields import SET_FIELDS
from engine.service_tasks.start_case import START_CASE
from engine.service_tasks.start_clock import START_CLOCK
from engine.service_tasks.stop_clock import STOP_CLOCK
from engine.service_tasks.update_record import UPDATE_RECORD

_CLOCKS = (START_CLOCK, EXTEND_CLOCK, STOP_CLOCK, RESUME_CLOCK, RESET_CLOCK, MEET_CLOCK)
_WRITING = (MERGE_DOCUMENT, SEND_LETTER, SEND_EMAIL, SEND_SMS, SEND_BY_PREFERENCE)
ALL = (*_WRITING, NOTIFY, RECORD_NOTE, SET_FIELDS, UPDATE_RECORD, *_CLOCKS, START_CASE)
BY_TYPE: dict[str, ServiceTask] = {task.type: task for task in ALL}
