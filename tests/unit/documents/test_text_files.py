"""E-mails taken apart and put together, and the line on which a fault stands."""

import pytest

from engine.documents.text_files import apart, line_of, together

SOURCE = "Subject: Hello {{ person.fullname }}\n\nDear {{ person.salutation }}\n\nYour “rent” is {{ rent|mony }}\n"


@pytest.mark.parametrize(
    ("source", "subject", "text", "begins"),
    [
        (SOURCE, "Hello {{ person.fullname }}", SOURCE.partition("\n\n")[2], 3),
        ("subject:x\ntext", "x", "text", 2),
        ("Subject:\n\ntext", "", "text", 3),
        ("Dear all\n\ntext", "", "Dear all\n\ntext", 1),
        ("Subject: x\n\n\ntext", "x", "\ntext", 3),
        ("Subject: x", "x", "", 3),
        ("", "", "", 1),
    ],
)
def test_an_e_mail_is_taken_apart(source: str, subject: str, text: str, begins: int) -> None:
    assert apart(source) == (subject, text, begins)


@pytest.mark.parametrize("text", ["Dear all\n", "\nA first empty line", "Subject: not this one\n\nx", ""])
def test_what_was_put_together_comes_apart_as_it_was(text: str) -> None:
    assert apart(together("A  subject\nin two lines", text))[:2] == ("A subject in two lines", text)


@pytest.mark.parametrize(
    ("place", "paragraph", "line"),
    [
        ("subject", "Hello {{ person.fullname }}", 1),
        ("text", 'Your "rent" is {{ rent|mony }}', 5),
        ("text", "{{ nowhere }}", 0),
        ("text", "", 0),
        ('block "help"', "Dear {{ person.salutation }}", 0),
    ],
)
def test_the_line_of_a_fault_is_found(place: str, paragraph: str, line: int) -> None:
    assert line_of(SOURCE, place, paragraph) == line


def test_the_line_of_a_long_paragraph_is_found_though_the_fault_quotes_its_beginning() -> None:
    long = "word " * 40

    assert line_of(f"a\n{long}\n", "text", f"{long[:79].rstrip()}…") == 2
