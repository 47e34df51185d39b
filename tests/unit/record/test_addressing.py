"""How a letter addresses somebody: care of whom, in which print, with which line in their language."""

import pytest

from engine.record.addressing import addressed, lines_of, needs_large_print
from engine.record.languages import ALSO, LINES, translation_line


def test_the_line_care_of_somebody_is_no_line_of_the_address() -> None:
    found = addressed("Mrs Ada Okafor", "Mrs Okafor", ["c/o Ben Hale", "1 Weir Street", "Exbridge", "ZX3 7QP"])

    assert found["care_of"] == "Ben Hale"
    assert found["address"] == {
        "lines": ["1 Weir Street", "Exbridge"],
        "postcode": "ZX3 7QP",
        "one_line": "1 Weir Street, Exbridge, ZX3 7QP",
    }


def test_whoever_has_no_address_and_no_title_is_addressed_all_the_same() -> None:
    found = addressed("Ada", "", [])

    assert (found["salutation"], found["address"], found["care_of"]) == ("Ada", None, None)
    assert (found["translation_line"], found["needs_large_print"]) == (None, False)


@pytest.mark.parametrize("address", ["1 Weir Street, Exbridge, ZX3 7QP", "1 Weir Street\nExbridge\n\nZX3 7QP\n"])
def test_an_address_kept_as_one_text_has_lines(address: str) -> None:
    assert lines_of(address) == ["1 Weir Street", "Exbridge", "ZX3 7QP"]


@pytest.mark.parametrize(
    ("said", "needs"),
    [
        ("Large print", True),
        ("letters in LARGE-PRINT, please ring first", True),
        ("largeprint", True),
        ("Braille", False),
        ("", False),
        ("enlarge printouts of maps", False),
    ],
)
def test_large_print_is_read_from_how_somebody_wishes_to_be_communicated_with(said: str, needs: bool) -> None:
    assert needs_large_print(said) is needs


@pytest.mark.parametrize(
    ("language", "begins"),
    [
        ("Polish", "Jeśli"),
        ("polish ", "Jeśli"),
        ("pl", "Jeśli"),
        ("Kurdish (Sorani)", "ئەگەر"),
        ("Persian", "اگر"),
        ("Chinese (Mandarin)", "如果"),
        ("British Sign Language", "If you would like this letter in British Sign Language"),
        ("Tagalog", "If you would like this letter in Tagalog"),
    ],
)
def test_a_letter_is_offered_in_the_persons_language(language: str, begins: str) -> None:
    line = translation_line(language)

    assert line is not None and line.startswith(begins)


@pytest.mark.parametrize("language", ["English", "english", "en", "English (British)", "", "  "])
def test_to_whoever_reads_english_no_translation_is_offered(language: str) -> None:
    assert translation_line(language) is None


def test_every_other_name_of_a_language_leads_to_a_line() -> None:
    assert {name for name in ALSO.values() if name not in LINES} == set()
    assert len(set(LINES.values())) == len(LINES)
