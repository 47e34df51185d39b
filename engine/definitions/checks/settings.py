"""Checks category.toml against the other files of its category."""

import re
from collections.abc import Iterator, Mapping

from engine.definitions.category import SUBJECTS, said_of_reminders
from engine.definitions.checks import names
from engine.definitions.checks.context import Context
from engine.definitions.faults import Fault, Severity
from engine.reminders import read as read_reminders

FILE = "category.toml"
KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,7}")
AT_TOP = ("category", "team", "reminders", "stages", "closure_reasons", "cancellation_reasons", "summary_fields")
IN_CATEGORY = (
    "key name description reference_prefix process keywords start_roles subject_types required_subject closure_reasons "
    "cancellation_reasons summary_fields reminders".split()
)


def check(context: Context) -> Iterator[tuple[str, Fault]]:
    """Yield what category.toml names that does not exist, and what it says wrongly."""
    if context.settings is None:
        return
    for fault in (*_words(context), *_head(context), *_process(context), *_named(context), *_reminders(context)):
        yield FILE, fault


def _fault(place: str, code: str, message: str, remedy: str, severity: Severity = "error") -> Fault:
    return Fault(place, code, severity, message, remedy)


def _words(context: Context) -> Iterator[Fault]:
    """Tell of entries that nothing reads: a slip of the pen would be silent otherwise."""
    assert context.settings is not None
    raw = context.settings.raw
    for table, found, known in (("", raw, AT_TOP), ("category.", raw.get("category", {}), IN_CATEGORY)):
        for word in found if isinstance(found, Mapping) else ():
            if word not in known:
                remedy = names.did_you_mean(word, known, names.one_of(known, "Take it out."))
                message = f"{FILE} has an entry “{table}{word}”, which nothing reads."
                yield _fault(f"{table}{word}", "unknown-setting", message, remedy)


def _head(context: Context) -> Iterator[Fault]:
    settings = context.settings
    assert settings is not None
    if not KEY.fullmatch(settings.key):
        message = f"The key “{settings.key}” is not made of lower-case words joined by _."
        yield _fault("category.key", "wrong-key", message, "Write one such as repair_request.")
    if not PREFIX.fullmatch(settings.reference_prefix):
        message = f"The reference prefix “{settings.reference_prefix}” is not made of up to eight capital letters."
        yield _fault("category.reference_prefix", "wrong-prefix", message, "Write one such as CMP.")
    for subject in {*settings.subject_types, *filter(None, [settings.required_subject])} - set(SUBJECTS):
        message = f"A case cannot be about a “{subject}”."
        yield _fault("category.subject_types", "unknown-subject", message, f"It may be about: {', '.join(SUBJECTS)}.")
    if settings.required_subject and settings.required_subject not in settings.subject_types:
        message = f"The required subject “{settings.required_subject}” is not among the subject types."
        yield _fault("category.required_subject", "unknown-subject", message, "Add it to subject_types.")


def _process(context: Context) -> Iterator[Fault]:
    assert context.settings is not None
    if context.process_id in context.process_ids:
        return
    if not context.process_ids:
        message = "The category has no diagram that can be read."
        yield _fault("", "no-diagram", message, "Draw one, with a start event, a task and an end event.")
        return
    place = "category.process" if context.settings.process else "category.key"
    message = f"No diagram holds the process “{context.process_id}”."
    remedy = names.did_you_mean(context.process_id, context.process_ids, names.one_of(context.process_ids, ""))
    yield _fault(place, "unknown-process", message, remedy)


def _named(context: Context) -> Iterator[Fault]:
    settings = context.settings
    assert settings is not None
    for step in settings.stages:
        if step not in context.elements:
            remedy = names.did_you_mean(step, context.elements, "Take it out, or correct it to the id of a step.")
            message = f"A stage is given for “{step}”, which is not a step of the diagram."
            yield _fault(f"stages.{step}", "unknown-step", message, remedy)
    known = {path.split(".", 1)[0] for path in context.known} - names.RESERVED
    for name in settings.summary_fields:
        if name not in known:
            remedy = names.did_you_mean(name, known, "Take it out, or ask for the field in a form.")
            message = f"The summary shows the field “{name}”, which this category does not have."
            yield _fault("category.summary_fields", "unknown-field", message, remedy)


def _reminders(context: Context) -> Iterator[Fault]:
    """Tell what the reminders say wrongly; what cannot be read would remind of nothing in silence."""
    assert context.settings is not None
    _, faults = read_reminders(said_of_reminders(context.settings.raw), teams=context.teams)
    for found in faults:
        yield _fault(found.place, "wrong-reminder", found.message, found.remedy)
