"""Ten thousand damaged templates of each kind: looked at and merged, each is a result or a sentence."""

import random
from collections.abc import Callable

import pytest

from engine.documents.merging import merge
from engine.documents.templates import inspect
from engine.documents.texts_merging import merge_email, merge_sms
from engine.errors import TemplateError
from tests.integration.documents.test_mutated_templates import CONTEXT, damaged, mutated
from tests.word_files import word_file

EACH, AT_ONCE = 10_000, 1_000
BLOCKS = {"reach": word_file("Ring us about {{ reference }}.", "{{ reference|qr }}")}
BLOCK = word_file(
    "{%p if upheld %}",
    "We agree about {{ reference }}.",
    "{%p endif %}",
    table=[["{%tr for w in works %}", ""], ["{{ w.what }}", "{{ w.cost|money }}"], ["{%tr endfor %}", ""]],
)
EMAIL = b"""Subject: About {{ reference }}

Dear {{ name }}

{%p if upheld %}
**We agree**, and [will do this](https://landlord.example/{{ reference }}):
{%p endif %}

| What | Cost |
|---|---|
{% for w in works %}
| {{ w.what }} | {{ w.cost|money }} |
{% endfor %}
"""
SMS = b"{{ name }}: {% if upheld %}we agree{% else %}we do not agree{% endif %} about {{ reference }}."
MEANT = [
    *b"{{ }} {% %} {%p endif endfor | : # \\ * _ ` [ ]( ) <!-- --> <script> \r\n Subject: include".split(),
    b"\n\n",
]


def letter(seed: int) -> bytes:
    return mutated(seed)


def including(seed: int) -> bytes:
    """Return a letter whose block is damaged."""
    return mutated(seed, BLOCK)


def email(seed: int) -> bytes:
    return hurt(EMAIL, seed)


def sms(seed: int) -> bytes:
    return hurt(SMS, seed)


def hurt(content: bytes, seed: int) -> bytes:
    """Return a text with pieces that mean something put where they do not belong, and bytes that mean nothing."""
    chance = random.Random(seed)
    for _ in range(chance.choice([1, 2, 5])):
        at = chance.randrange(len(content) + 1)
        content = content[:at] + chance.choice(MEANT) + content[at + chance.choice([0, 0, 1, 8]) :]
    return damaged(content, chance, 1) if seed % 2 else content


MERGES: dict[Callable[[int], bytes], tuple[str, Callable[[bytes], object]]] = {
    letter: ("letter", lambda template: merge(template, CONTEXT, template_name="damaged")),
    including: (
        "letter",
        lambda block: merge(
            word_file('{%p include "hurt" %}', '{%p include "reach" %}', "Yours sincerely"),
            CONTEXT,
            template_name="damaged",
            blocks={**BLOCKS, "hurt": block},
        ),
    ),
    email: ("email", lambda template: merge_email(template, CONTEXT, template_name="damaged")),
    sms: ("sms", lambda template: merge_sms(template, CONTEXT, template_name="damaged")),
}


@pytest.mark.soak
@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, EACH, AT_ONCE))
@pytest.mark.parametrize("make", MERGES, ids=lambda make: make.__name__)
def test_a_damaged_template_gives_a_result_or_a_sentence(make: Callable[[int], bytes], start: int) -> None:
    kind, merging = MERGES[make]
    refused = 0
    for seed in range(start, start + AT_ONCE):
        template = make(seed)
        report = inspect(template, kind=kind)
        assert all(one.message.endswith((".", "”", '"')) and one.remedy for one in report.problems), seed
        refusal = _refusal(merging, template)
        refused += refusal is not None
        assert refusal is None or ('"' in refusal.message and refusal.remedy), (seed, str(refusal))
    assert 0 < refused < AT_ONCE


def _refusal(merging: Callable[[bytes], object], template: bytes) -> TemplateError | None:
    try:
        merging(template)
    except TemplateError as refusal:
        return refusal
    return None
