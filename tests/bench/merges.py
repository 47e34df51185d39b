"""Letters merged a second against docxtpl alone, in the same run: `python -m tests.bench.merges`.

docxtpl alone opens the template, renders it with Jinja's own environment and saves it, as its manual shows. Ours does
the same in the limited child, checks the template (once), keeps it compiled, and opens the letter again. Both merge
the same letters, in turns, so that the machine's moods fall on both. Blocks and FEEL are ours alone: there docxtpl
merges the same letter written whole, with conditions of its own.
"""

import io
import statistics
import time
from collections.abc import Callable
from decimal import Decimal

from docxtpl import DocxTemplate

from engine.documents.merging import merge
from tests.bench.measures import Measure, Measures, print_each
from tests.word_files import word_file

ROUNDS = 60
LIMIT = 1.3
REPLY = (
    "We have looked into what you told us about {{ subject }} and we {% if upheld %}agree{% else %}disagree{% endif %}."
)

SHORT = word_file(
    "{{ name }}", "Dear {{ name }}", *[REPLY] * 10, "Yours sincerely", header="{{ reference }}", footer="{{ phone }}"
)
LONG = word_file(
    "Dear {{ name }}",
    *[REPLY] * 60,
    header="{{ reference }}",
    footer="{{ phone }}",
    table=[["{%tr for w in works %}", ""], ["{{ w.what }}", "{{ w.cost }}"], ["{%tr endfor %}", ""]],
)
INCLUDES = ['{%p include "head" %}', "Dear {{ name }}", *['{%p include "reply" %}'] * 10, '{%p include "foot" %}']
BLOCKS = {
    "head": word_file("{{ reference }}", table=[["{{ name }}", "{{ phone }}"]]),
    "reply": word_file(REPLY.replace("if upheld", "if feel('upheld and count(works) > 5')")),
    "foot": word_file("Yours sincerely", "{{ phone }}"),
}
WITH_BLOCKS = word_file(*INCLUDES, header='{%p include "foot" %}', footer='{%p include "foot" %}')
WHOLE = word_file(
    "{{ reference }}", "Dear {{ name }}", *[REPLY.replace("if upheld", "if upheld and works|length > 5")] * 10,
    "Yours sincerely", "{{ phone }}", header="{{ phone }}", footer="{{ phone }}", table=[["{{ name }}", "{{ phone }}"]],
)  # fmt: skip
CONTEXT = {
    "name": "Mrs Okafor",
    "subject": "the damp in your bedroom",
    "upheld": True,
    "reference": "CMP-1042",
    "phone": "020 7946 0000",
    "works": [{"what": f"Work {number}", "cost": Decimal(number)} for number in range(30)],
}


def alone(template: bytes) -> bytes:
    """Merge as docxtpl's manual shows."""
    document = DocxTemplate(io.BytesIO(template))
    document.render(CONTEXT, autoescape=True)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def ours(template: bytes) -> bytes:
    """Merge as the case platform does."""
    return merge(template, CONTEXT, template_name="bench", blocks=BLOCKS if template is WITH_BLOCKS else None)


def seconds(merging: Callable[[bytes], bytes], template: bytes) -> float:
    """Return how long one merge takes."""
    begun = time.perf_counter()
    merging(template)
    return time.perf_counter() - begun


def measure() -> Measures:
    """Yield letters a second, and the median and p95 of one merge against docxtpl's."""
    yield from _compare("short", SHORT)
    yield from _compare("long", LONG)
    yield from _compare("blocks and FEEL in a", WITH_BLOCKS, whole=WHOLE)


def _compare(name: str, template: bytes, *, whole: bytes | None = None) -> Measures:
    """Yield the measures of one letter; `whole` is what docxtpl merges in the place of one that includes blocks."""
    theirs_of = whole or template
    for merging, letter in ((ours, template), (alone, theirs_of)):  # the first is read, checked and compiled
        merging(letter)
    pairs = [(seconds(alone, theirs_of), seconds(ours, template)) for _ in range(ROUNDS)]
    theirs, mine = (sorted(times) for times in zip(*pairs, strict=True))
    title, at_p95 = f"merge, {name} letter", int(ROUNDS * 0.95)
    yield Measure(f"{title}: by one process", 1 / statistics.median(mine), "a second")
    middle = statistics.median(mine) * 1000, "ms", statistics.median(theirs) * 1000
    yield Measure(f"{title}: p50", *middle, "docxtpl alone", LIMIT)
    yield Measure(f"{title}: p95", mine[at_p95] * 1000, "ms", theirs[at_p95] * 1000, "docxtpl alone", LIMIT)


if __name__ == "__main__":
    print_each(measure())
