"""A letter tried before it is used: what it misses is marked and told, and it is as safe as a real merge."""

from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from engine.documents import limited
from engine.documents.merging import merge
from engine.documents.refusals import LetterRefused
from engine.documents.trying import Trial, merge_leniently
from engine.errors import TemplateError
from tests.integration.documents.test_injection import PLACES, REACHES_OUT, RUNS_CODE, letter_with
from tests.word_files import everything, lines, word_file

CASE = {
    "person": {"full_name": "Ann", "email": None},
    "received_on": None,
    "works": [{"what": "Roof", "cost": None}, {"what": None, "cost": Decimal(5)}],
    "lines": ["a", None],
    "answered": None,
    "today": date(2026, 12, 3),
}


def tried(*paragraphs: str, **parts: str) -> Trial:
    return merge_leniently(word_file(*paragraphs, **parts), CASE, template_name="letter")


def paths(trial: Trial) -> list[str]:
    return [missing.path for missing in trial.missing]


def test_what_is_missing_is_marked_in_the_letter_and_told_with_its_paragraph() -> None:
    trial = tried("Dear {{ person.full_name }}", "We write to {{ person.email }}.", header="{{ organisation.name }}")

    assert lines(trial.letter) == ["Dear Ann", "We write to [person.email is missing]."]
    assert "[organisation.name is missing]" in everything(trial.letter)
    told = [(missing.path, missing.uses[0].place, missing.uses[0].paragraph) for missing in trial.missing]
    assert told == [
        ("person.email", "letter", "We write to {{ person.email }}."),
        ("organisation.name", "header", "{{ organisation.name }}"),
    ]


@pytest.mark.parametrize(
    ("text", "shown", "missing"),
    [
        ("{{ received_on|date }}", "[received_on is missing]", ["received_on"]),
        ("{{ rent|money }} {{ rent + 3 }}", "[rent is missing] [rent is missing]", ["rent"]),
        ("{{ (received_on - today).days }}", "[received_on is missing]", ["received_on"]),
        ("{{ person.email.upper() }}", "[person.email is missing]", ["person.email"]),
        ("{{ person.phone|default('none') }}", "none", []),
        ("{% if answered %}yes{% else %}no{% endif %}", "no", []),
        ("{% if unknown %}yes{% else %}no{% endif %}", "no", ["unknown"]),
        ("{% if rent > 3 %}yes{% else %}no{% endif %}", "no", ["rent"]),
        ("{% if answered is none %}none{% endif %}", "none", []),
        ("{% if 'x' in answered %}yes{% else %}no{% endif %}", "no", ["answered"]),
        ("{% for x in gone %}{{ x }}{% endfor %}none", "none", ["gone"]),
        ("{{ lines|join(', ') }}", "a, [lines[1] is missing]", ["lines[1]"]),
        ("{{ lines|sentence_list }}", "a and [lines[1] is missing]", ["lines[1]"]),
        ("{{ works|sum(attribute='cost')|money }}", "[works[0].cost is missing]", ["works[0].cost"]),
        ("{{ person.address.lines|first }}", "[person.address.lines is missing]", ["person.address.lines"]),
    ],
)
def test_whatever_is_done_with_a_missing_field_the_letter_goes_on(text: str, shown: str, missing: list[str]) -> None:
    trial = tried(text)

    assert (lines(trial.letter), paths(trial)) == ([shown], missing)


def test_what_is_missing_in_a_loop_is_told_with_the_paragraph_that_repeats() -> None:
    trial = tried("{%p for work in works %}", "{{ work.what }}: {{ work.cost|money }}", "{%p endfor %}")

    assert lines(trial.letter) == ["Roof: [works[0].cost is missing]", "[works[1].what is missing]: £5.00"]
    assert {missing.uses[0].paragraph for missing in trial.missing} == {"{{ work.what }}: {{ work.cost|money }}"}


def test_a_letter_that_misses_nothing_is_the_letter_that_a_merge_gives() -> None:
    template = word_file("Dear {{ person.full_name }}", "{{ today|day }}", properties={"title": "{{ today }}"})

    assert merge_leniently(template, CASE, template_name="x").letter == merge(template, CASE, template_name="x")


def test_a_fault_beside_missing_fields_is_told_as_a_merge_tells_it() -> None:
    with pytest.raises(LetterRefused, match='"money" needs a number') as caught:
        tried("{{ gone }}", "Owed: {{ person.full_name|money }}")

    assert caught.value.paragraph == "Owed: {{ person.full_name|money }}"


def test_a_stand_in_of_a_sample_is_written_as_the_date_or_amount_that_a_filter_needs() -> None:
    template = word_file("{{ x|date }} {{ x|money }} {{ x }}")
    instead = {"(X)": [date(2026, 12, 3), Decimal("5")]}

    trial = merge_leniently(template, {"x": "(X)"}, template_name="x", stand_ins=instead)

    assert lines(trial.letter) == ["3 December 2026 £5.00 (X)"]


@pytest.mark.parametrize("payload", [*RUNS_CODE, *REACHES_OUT])
def test_a_template_that_tries_to_run_code_runs_nothing_when_it_is_tried(payload: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    template = letter_with(payload.replace("CANARY", str(canary)), "body")

    with suppress(TemplateError):
        trial = merge_leniently(template, {"person": {"name": "Ann"}}, template_name="hostile")
        assert trial.missing, "what it calls is no more than a field that is missing"
        assert "root:" not in everything(trial.letter) and "<class" not in everything(trial.letter)

    assert not canary.exists()


@pytest.mark.parametrize("place", PLACES)
def test_that_is_so_in_every_part_of_a_letter(place: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary"

    trial = merge_leniently(
        letter_with(RUNS_CODE[0].replace("CANARY", str(canary)), place), {}, template_name="hostile"
    )

    assert paths(trial)[0] == "cycler.__init__.__globals__.os.popen" and not canary.exists()


def test_what_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "run", partial(limited.run, seconds=0.3))

    with pytest.raises(TemplateError, match="took too long and was stopped"):
        tried("{% for a in range(9999) %}{% for b in range(9999) %}{{ a * b }}{% endfor %}{% endfor %}")
