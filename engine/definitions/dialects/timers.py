"""When timers fire: ISO 8601 stays, expressions and crons and the short forms of other engines are translated."""

import re
from collections.abc import Callable
from functools import partial

from lxml import etree

from engine.clocks import crons
from engine.clocks.timing import is_literal
from engine.definitions.dialects import cron
from engine.definitions.dialects.expressions import juel, languages
from engine.definitions.dialects.expressions.methods import NOW
from engine.definitions.dialects.expressions.nodes import Binary, Call, Choice, Literal, Node, Unsure
from engine.definitions.dialects.expressions.translating import guarded, juel_node, juel_text
from engine.definitions.dialects.languages import language_of
from engine.definitions.dialects.nodes import called
from engine.definitions.dialects.record import Translation
from engine.definitions.xml import local_name

TIMES = ("timeDate", "timeDuration", "timeCycle")
REMEDY = 'Write a date such as 2026-12-03, a duration such as P3D, or FEEL such as =due("rule", date).'
_SHORT = re.compile(r"(?:(\d+)w)?\s*(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+)s)?\s*(?:(\d+)ms)?")


def translate(root: etree._Element, told: Translation) -> None:
    """Translate the time of every timer; one that is not certain stays as it is, with a fault."""
    for node in called(root, *TIMES):
        text, holder = (node.text or "").strip(), node.getparent()
        translator = _translator(node, text, language_of(node))
        if holder is None or translator is None:
            continue
        after = told.expression(holder, "time", text, translator, REMEDY)
        if after is not None:
            node.text = after


def _translator(node: etree._Element, text: str, language: str) -> Callable[[str], str] | None:
    is_date = local_name(node) == "timeDate"
    if not text or text.startswith("="):
        return None
    if is_date and (juel.is_juel(text) or text.startswith("P")):
        return _moment
    if crons.is_cron(text):
        return cron.cycle
    if is_literal(text) and not juel.is_juel(text):
        return None
    if juel.is_juel(text):
        return juel_text
    if quoted := re.fullmatch(r"([\"'])([^\"']+)\1", text):
        return lambda _: quoted[2] if is_literal(quoted[2]) else _unknown()
    if found := re.fullmatch(_SHORT, text.replace("###", "")):
        return partial(_short, found)
    if language in ("", "python"):
        return partial(languages.expression, language="python")
    return None


def _moment(text: str) -> str:
    """Return the moment that a text gives; a duration in it counts from now, as in the Java engines."""
    return guarded(lambda: _counted(juel_node(text)))


def _counted(node: Node) -> Node:
    match node:
        case Literal(str() as text) if re.fullmatch(r"P[\dT].*", text):
            return Binary("+", NOW, Call(None, "duration", (node,)))
        case Choice(condition, then, otherwise):
            return Choice(condition, _counted(then), _counted(otherwise))
    return node


def _unknown() -> str:
    raise Unsure("It is neither a date, a duration nor a repetition.")


def _short(found: re.Match[str], text: str) -> str:
    """Return `1d 2h 30m` as ISO 8601."""
    weeks, days, hours, minutes, seconds, thousandths = (int(part or 0) for part in found.groups())
    time = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M")) if n)
    if seconds or thousandths:
        time += f"{seconds + thousandths / 1000:g}S"
    days += weeks * 7
    return f"P{f'{days}D' if days else ''}{f'T{time}' if time else ''}" if days or time else "PT0S"
