"""The marshmallow field that reads one answer, and what each kind of component asks of it."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.utils import missing as MISSING

from engine.forms import messages
from engine.forms.components import (
    ChoiceInput,
    FileInput,
    Input,
    LookupInput,
    MomentInput,
    NumberInput,
    TextInput,
    YesNoInput,
)
from engine.forms.inputs import compile_pattern, token
from engine.forms.resolving import Node
from engine.forms.values import (
    Unreadable,
    as_json,
    is_blank,
    read_date,
    read_flag,
    read_instant,
    read_number,
    read_text,
    read_time,
)
from engine.forms.words import day, local, plain_number
from engine.instants import now, today

LONGEST_LINE, LONGEST_TEXT = 2_000, 50_000
MOST_FILES = 50

Read = Callable[[Any], Any]
Check = Callable[[Any], str]
"""Returns the sentence about a value, nothing when it is right."""


class Answer(fields.Field[Any]):
    """Reads one answer: blank or not, readable or not, right or not, and how the case keeps it."""

    def __init__(self, node: Node, read: Read, checks: list[Check], *, blank: Any, ask: str, known: bool) -> None:
        """Keep how to read and check; `known` says that the case already holds a value, so leaving it out is fine."""
        self.node_label, self.read, self.checks, self.blank, self.ask = node.label, read, checks, blank, ask
        asked = node.required and not known
        super().__init__(
            required=asked,
            allow_none=True,
            load_default=MISSING if asked or known else blank,
            error_messages={"required": ask},
        )
        self.insists = node.required

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """Return the answer as the case keeps it; raise `ValidationError` with one sentence."""
        if value is MISSING:
            return super().deserialize(value, attr, data, **kwargs)
        found = self._typed(value)
        if found is None or found == []:
            if self.insists:
                raise ValidationError(self.ask)
            return self.blank
        for check in self.checks:
            if problem := check(found):
                raise ValidationError(problem)
        return as_json(found)

    def _typed(self, value: Any) -> Any:
        if is_blank(value):
            return None
        try:
            return self.read(value)
        except Unreadable as error:
            raise ValidationError(messages.reason(self.node_label, error.reason, error.detail)) from error


def answer(node: Node, *, known: bool) -> Answer:
    """Return the field that reads the answer of `node`."""
    component = node.component
    assert isinstance(component, Input)
    match component:
        case TextInput():
            read, checks, blank, ask = _text(node, component)
        case NumberInput():
            read, checks, blank, ask = _number(node, component)
        case MomentInput():
            read, checks, blank, ask = _moment(node, component)
        case YesNoInput():
            read, checks, blank, ask = _yes_no(node)
        case ChoiceInput():
            read, checks, blank, ask = _several(node) if node.several else _one(node)
        case LookupInput():
            read, checks, blank, ask = _lookup(node)
        case FileInput():
            read, checks, blank, ask = _files(node)
        case _:
            raise TypeError(f"{component.kind} answers nothing")
    own = component.properties.get("required_message")
    return Answer(node, read, checks, blank=blank, ask=own or ask, known=known)


Parts = tuple[Read, list[Check], Any, str]


def _text(node: Node, component: TextInput) -> Parts:
    many_lines = component.kind == "textarea"
    longest = LONGEST_TEXT if many_lines else LONGEST_LINE
    most = min(longest, node.max_length) if node.max_length is not None else longest
    checks = [_no_longer_than(most, node.label)]
    if node.min_length:
        checks.append(_no_shorter_than(node.min_length, node.label))
    if component.format:
        checks.append(_in_format(component.format, node.label))
    if component.pattern:
        checks.append(_matching(component.pattern, component.pattern_message or _wrong_pattern(node.label)))
    return lambda raw: read_text(raw, many_lines=many_lines), checks, None, messages.enter(node.label)


def _wrong_pattern(label: str) -> str:
    return messages.must(label, "must be in the right format")


def _no_longer_than(most: int, label: str) -> Check:
    return lambda text: "" if len(text) <= most else messages.must(label, f"must be {most:,} characters or fewer")


def _no_shorter_than(least: int, label: str) -> Check:
    return lambda text: "" if len(text) >= least else messages.must(label, f"must be {least:,} characters or more")


def _in_format(name: str, label: str) -> Check:
    pattern, rest = _FORMATS[name]
    return _matching(pattern, messages.must(label, rest))


_FORMATS = {
    "email": (
        r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$",
        "must be an email address in the right format, like name@example.com",
    ),
    "phone": (
        r"^(?:\+|00|\(?0|\(?[1-9])(?:[ ().-]*[0-9]){6,16}(?: ?(?:x|ext\.?) ?[0-9]{1,6})?$",
        "must be a telephone number, like 01632 960 001 or +44 808 157 0192",
    ),
}


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    return compile_pattern(pattern)


def _matching(pattern: str, sentence: str) -> Check:
    compiled = _compiled(pattern)
    return lambda text: "" if compiled.search(text) else sentence


def _number(node: Node, component: NumberInput) -> Parts:
    checks: list[Check] = []
    if component.decimals is not None:
        checks.append(_with_decimals(component.decimals, node.label))
    if node.minimum is not None:
        checks.append(_at_least(node.minimum, node.label, component.prefix.source))
    if node.maximum is not None:
        checks.append(_at_most(node.maximum, node.label, component.prefix.source))
    if component.increment is not None:
        checks.append(_in_steps(component.increment, node.label))
    return read_number, checks, None, messages.enter(node.label)


def _with_decimals(most: int, label: str) -> Check:
    places = "must be a whole number" if most == 0 else f"must have at most {most} decimal place{'s' * (most > 1)}"

    def check(number: Decimal) -> str:
        exponent = number.normalize().as_tuple().exponent
        return "" if isinstance(exponent, int) and -exponent <= most else messages.must(label, places)

    return check


def _at_least(least: Decimal, label: str, prefix: str) -> Check:
    sentence = messages.must(label, f"must be {_amount(least, prefix)} or more")
    return lambda number: "" if number >= least else sentence


def _at_most(most: Decimal, label: str, prefix: str) -> Check:
    sentence = messages.must(label, f"must be {_amount(most, prefix)} or less")
    return lambda number: "" if number <= most else sentence


def _amount(number: Decimal, prefix: str) -> str:
    return f"£{number:,}" if prefix.strip() == "£" else plain_number(number)


def _in_steps(step: Decimal, label: str) -> Check:
    sentence = messages.must(label, f"must be a multiple of {plain_number(step)}")

    def check(number: Decimal) -> str:
        try:
            return "" if number % step == 0 else sentence
        except ArithmeticError:  # more steps than a decimal can count
            return sentence

    return check


def _moment(node: Node, component: MomentInput) -> Parts:
    read: Read = {"date": read_date, "time": read_time, "datetime": read_instant}[component.subtype]
    checks = [_not_past(component.subtype, node.label)] if component.not_past and component.subtype != "time" else []
    if component.earliest is not None:
        checks.append(_not_before(component.earliest, node.label))
    if component.latest is not None:
        checks.append(_not_after(component.latest, node.label))
    return read, checks, None, messages.enter(node.label)


def _not_past(subtype: str, label: str) -> Check:
    if subtype == "date":
        return lambda day: "" if day >= today() else messages.must(label, "must be today or in the future")
    return lambda instant: "" if instant >= now() else messages.must(label, "must be in the future")


def _not_before(earliest: date, label: str) -> Check:
    sentence = messages.must(label, f"must be {day(earliest)} or later")
    return lambda moment: "" if _day_of(moment) >= earliest else sentence


def _not_after(latest: date, label: str) -> Check:
    sentence = messages.must(label, f"must be {day(latest)} or earlier")
    return lambda moment: "" if _day_of(moment) <= latest else sentence


def _day_of(moment: date | datetime) -> date:
    return local(moment).date() if isinstance(moment, datetime) else moment


def _yes_no(node: Node) -> Parts:
    own = f"Tick “{node.label}” to continue"

    def read(raw: Any) -> bool | None:
        return (read_flag(raw) or None) if node.required else read_flag(raw)

    return read, [], False, own


def _one(node: Node) -> Parts:
    offered = {token(option.value): option.value for option in node.options}

    def read(raw: Any) -> Any:
        return _offered(raw, offered, node.label)

    return read, [], None, messages.select(node.label)


def _several(node: Node) -> Parts:
    offered = {token(option.value): option.value for option in node.options}

    def read(raw: Any) -> list[Any]:
        chosen = [part for part in (raw if isinstance(raw, list) else [raw]) if part is not None and part != ""]
        found = {token(part) if _is_plain(part) else "": part for part in chosen}
        return [_offered(part, offered, node.label) for part in found.values()]

    return read, [], [], messages.select(node.label)


def _offered(raw: Any, offered: Mapping[str, Any], label: str) -> Any:
    if not _is_plain(raw) or token(raw) not in offered:
        raise ValidationError(messages.must(label, "must be one of the answers offered"))
    return offered[token(raw)]


def _is_plain(raw: object) -> bool:
    return isinstance(raw, (str, int, float, Decimal))


_REFERENCE = re.compile(r"[A-Z0-9][A-Z0-9/._-]{0,39}\Z", re.ASCII)


def _lookup(node: Node) -> Parts:
    def read(raw: Any) -> str | None:
        text = read_text(raw)
        reference = text.upper() if text else None
        if reference is not None and not _REFERENCE.match(reference):
            raise ValidationError(messages.must(node.label, "must be a reference, like P000123"))
        return reference

    return read, [], None, messages.enter(node.label)


def _files(node: Node) -> Parts:
    most = MOST_FILES if node.several else 1
    one_or_several = f"must be at most {most} files" if node.several else "must be one file"
    checks: list[Check] = [lambda ids: "" if len(ids) <= most else messages.must(node.label, one_or_several)]

    def read(raw: Any) -> list[str]:
        ids = [part for part in (raw if isinstance(raw, list) else [raw]) if not is_blank(part)]
        if any(not is_file_id(part) for part in ids):
            raise ValidationError(messages.must(node.label, "must be files that were uploaded here"))
        return list(dict.fromkeys(str(part) for part in ids))

    return read, checks, [], f"Choose a file for “{node.label}”"


def is_file_id(value: object) -> bool:
    """Say whether `value` can be the id of a stored file: a number, or a short text of letters, digits, - and _."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return False
    text = str(value)
    return 0 < len(text) <= 64 and text.isascii() and text.replace("-", "").replace("_", "").isalnum()
