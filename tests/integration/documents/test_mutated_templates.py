"""Templates damaged at random: a letter, or a sentence; never a traceback, never a hang."""

import random

import pytest

from engine.documents.merging import merge
from engine.errors import TemplateError
from tests.word_files import members, word_file, zipped

SOUND = word_file(
    "Dear {{ name }},",
    "{%p if upheld %}",
    "We agree.",
    "{%p endif %}",
    table=[["{%tr for w in works %}", ""], ["{{ w.what }}", "{{ w.cost|money }}"], ["{%tr endfor %}", ""]],
    header="Ref {{ reference }}",
    footnote="see {{ reference }}",
    properties={"title": "Letter {{ reference }}"},
)
CONTEXT = {"name": "Ann", "upheld": True, "works": [{"what": "roof", "cost": 5}], "reference": "CMP-1"}
PIECES = [*b"< > {{ }} {% %} & <w:p> </w:tbl> </w:p> {{p.x }} | ]]> --".split(), b"\x00", b'"', b"{{p x }}"]


def mutated(seed: int, sound: bytes = SOUND) -> bytes:
    """Return a sound template with bytes or XML changed, dropped or doubled in one member or in the zip itself."""
    chance = random.Random(seed)
    if seed % 4 == 0:
        return damaged(sound, chance, 4)
    parts = members(sound)
    for name in chance.sample(sorted(parts), 2 if seed % 4 == 1 else 1):
        parts[name] = damaged(parts[name], chance, chance.choice([1, 2, 10]))
    if seed % 4 == 2:
        parts["word/document.xml"] = damaged(parts["word/document.xml"], chance, 3)
    return zipped(parts)


def damaged(content: bytes, chance: random.Random, times: int) -> bytes:
    for _ in range(times):
        at, length = chance.randrange(len(content) + 1), chance.choice([0, 1, 3, 40, 400])
        new = chance.choice([chance.choice(PIECES), chance.randbytes(2), content[at : at + length] * 2])
        content = content[:at] + new + content[at + length :]
    return content


def outcome(template: bytes) -> bytes | TemplateError:
    try:
        return merge(template, CONTEXT, template_name="damaged")
    except TemplateError as refusal:
        return refusal


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_a_damaged_template_gives_a_letter_or_a_sentence(start):
    for seed in range(start, start + 50):
        result = outcome(mutated(seed))

        if isinstance(result, bytes):
            assert result.startswith(b"PK"), seed
        else:
            assert '"damaged"' in result.message, seed
            assert result.message.endswith((".", '".')), seed
            assert result.remedy, seed
