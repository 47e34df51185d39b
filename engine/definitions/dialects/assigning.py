"""Writes who does a task, by when and on which form; dates and numbers are made sure of."""

import re

from lxml import etree

from engine.clocks import timing
from engine.definitions.dialects.expressions import juel
from engine.definitions.dialects.expressions.nodes import Unsure
from engine.definitions.dialects.expressions.translating import juel_text
from engine.definitions.dialects.extensions import extend
from engine.definitions.dialects.record import Translation
from engine.errors import Invalid

REMEDY = "Say who does it, and by when, in the properties of the task."


def assign(node: etree._Element, extension: str, own: str, what: str, text: str, told: Translation) -> None:
    """Translate one text of an assignment into the attribute `own` of an extension."""
    after = told.expression(node, what, text, CHECKED.get(own, juel_text), REMEDY)
    if after is not None:
        extend(node, extension, **{own: after})
        if after == text:
            told.translated(node, what.replace(" ", "-"), f"The {what} is now an extension of zeebe.", text, after)


def _date(text: str) -> str:
    """Return a date, duration or expression; anything else is not certain."""
    if juel.is_juel(text):
        return juel_text(text)
    try:
        (timing.span if text.startswith("P") else timing.instant)(text)
    except Invalid as error:
        raise Unsure(error.message) from error
    return text


def _whole(text: str) -> str:
    if juel.is_juel(text):
        return juel_text(text)
    if not re.fullmatch(r"\d{1,9}", text):
        raise Unsure("It is not a whole number.")
    return text


CHECKED = {"dueDate": _date, "followUpDate": _date, "priority": _whole}


def form_id(key: str) -> str:
    """Return the id of the form that a form key names: `embedded:app:forms/check.html` is the form “check”."""
    if "${" in key or "#{" in key or key.startswith("="):
        return key
    last = re.split(r"[/:]", key.strip())[-1]
    last = re.sub(r"\.(html?|form|json|xhtml|jsf|jsp)$", "", last)
    return re.sub(r"[^A-Za-z0-9_-]+", "_", last).strip("_-") or key
