"""Fills in a form as an officer would: every field that is shown, with the values that are wished for or with samples.

The form itself judges: its own validation runs, and what it refuses is answered otherwise.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from engine.errors import Invalid
from engine.forms import Form, Node, Resolution
from engine.forms.components import (
    ChoiceInput,
    FileInput,
    Input,
    MomentInput,
    NumberInput,
    RepeatingList,
    TextInput,
    YesNoInput,
)
from engine.forms.paths import MISSING, copied, delete, get, put
from engine.instants import now, today

MOST_ROUNDS = 8
SENTENCE = "We looked into this and wrote down what was said. "
TEXTS = (  # for patterns: short codes and numbers that forms ask for
    "AB1 2CD", "A1", "AB123456C", "12345678", "123456", "1234", "12", "1", "A", "a", "abc", "ABC123", "01/02/2026",
    "2026-02-01", "ann.example", "https://example.org", "GB82WEST12345698765432",
)  # fmt: skip

Functions = Mapping[str, Callable[..., Any]]


def filled(
    form: Form,
    scope: Mapping[str, Any],
    wished: Mapping[str, Any],
    functions: Functions,
    turn: int,
    *,
    is_given: bool = False,
) -> dict[str, Any]:
    """Return validated answers; `wished` are values by field, `turn` counts the visits, so that samples change.

    Values that are given rather than wished for are never answered otherwise.

    Raises:
        Invalid: the form accepts nothing that was tried.
    """
    answers: dict[str, Any] = copied(wished) if is_given else {}
    tried: dict[str, int] = {}
    for _ in range(MOST_ROUNDS):
        resolution = _fill(form, scope, answers, wished, functions, turn)
        try:
            return form.validate(answers, scope, functions=functions)
        except Invalid as refusal:
            if is_given and any(_root_of(place) in wished for place in refusal.errors):
                raise
            if not _answer_otherwise(resolution, answers, refusal, tried, turn):
                raise
    return form.validate(answers, scope, functions=functions)


def accepts(node_type: str, options: Iterator[Any] | tuple[Any, ...], value: Any) -> bool:
    """Say whether a field of this type may have this value."""
    match node_type:
        case "yes_no":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int | Decimal) and not isinstance(value, bool)
        case "choice":
            return value in options if options else isinstance(value, str)
        case "multiple_choice":
            return isinstance(value, list) and all(entry in options for entry in value)
        case "text" | "long_text":
            return isinstance(value, str) and value != ""
    return False


def _root_of(place: str) -> str:
    return place.split(".")[0].split("[")[0]


def _fill(
    form: Form,
    scope: Mapping[str, Any],
    answers: dict[str, Any],
    wished: Mapping[str, Any],
    functions: Functions,
    turn: int,
) -> Resolution:
    """Answer what is shown and has no answer, until nothing more is shown."""
    for _ in range(MOST_ROUNDS):
        resolution = form.resolve(scope, answers, functions=functions)
        open_nodes = [node for node in resolution.walk() if _is_open(node, answers)]
        if not open_nodes:
            break
        for node in open_nodes:
            put(answers, node.path, _wish_or_sample(node, wished, turn))
    return resolution


def _is_open(node: Node, answers: dict[str, Any]) -> bool:
    if node.hidden or not isinstance(node.component, Input | RepeatingList):
        return False
    if isinstance(node.component, Input) and (node.readonly or node.component.disabled):
        return False
    return get(answers, node.path) is MISSING


def _wish_or_sample(node: Node, wished: Mapping[str, Any], turn: int) -> Any:
    key = ".".join(str(part) for part in node.path)
    return wished[key] if key in wished else next(_samples(node, turn), None)


def _answer_otherwise(
    resolution: Resolution, answers: dict[str, Any], refusal: Invalid, tried: dict[str, int], turn: int
) -> bool:
    """Give the refused fields their next sample; one without any is left out. Says whether anything was changed."""
    is_changed = False
    for node in resolution.walk():
        path = node.shown_path
        if path not in refusal.errors or not isinstance(node.component, Input | RepeatingList):
            continue
        samples = list(_samples(node, turn))
        number = tried[path] = tried.get(path, 0) + 1
        if number < len(samples):
            put(answers, node.path, samples[number])
            is_changed = True
        elif number == len(samples) and not node.required:
            put(answers, node.path, None)
            is_changed = True
        elif number == len(samples) + 1 and not node.required:
            delete(answers, node.path)
    return is_changed


def _samples(node: Node, turn: int) -> Iterator[Any]:
    """Yield answers that a field may take, the likeliest first."""
    match node.component:
        case RepeatingList():
            yield [{} for _ in range(max(node.component.minimum, 1))]
        case TextInput():
            yield from _texts(node, node.component)
        case NumberInput():
            yield from _numbers(node, node.component)
        case MomentInput():
            yield from _moments(node.component.subtype)
        case YesNoInput():
            yield from (True, False)
        case ChoiceInput():
            yield from _choices(node, turn)
        case FileInput():
            yield from ([], ["1"])


def _texts(node: Node, component: TextInput) -> Iterator[str]:
    least, most = node.min_length or 0, node.max_length or 100_000
    if component.format == "email":
        yield "ann@example.org"
    elif component.format == "phone":
        yield "020 7946 0000"
    text = SENTENCE * (least // len(SENTENCE) + 1)
    yield text[: max(least, min(most, len(text)))].strip().ljust(least, ".")[:most]
    yield from (text for text in TEXTS if least <= len(text) <= most)


def _numbers(node: Node, component: NumberInput) -> Iterator[Any]:
    step = component.increment or Decimal(1)
    if node.minimum is not None:
        yield node.minimum
        yield node.minimum + step
    if node.maximum is not None:
        yield node.maximum
        yield node.maximum - step
    yield from (Decimal(1), Decimal(0), Decimal(10), step)


def _moments(subtype: str) -> Iterator[str]:
    match subtype:
        case "date":
            yield today().isoformat()
        case "time":
            yield "09:00"
        case _:
            yield now().isoformat(timespec="minutes")


def _choices(node: Node, turn: int) -> Iterator[Any]:
    values = [option.value for option in node.options]
    turned = values[turn % len(values) :] + values[: turn % len(values)] if values else []
    for value in turned:
        yield [value] if node.several else value
    if node.several and values:
        yield values
