"""How long a text message is, counted as 3GPP TS 23.038 does."""

import pytest

from engine.documents.sms import EXTENSION, GSM_7, PLAIN, costly, plainer, room, sms_length


@pytest.mark.parametrize(
    ("text", "characters", "segments", "alphabet"),
    [
        ("", 0, 1, "GSM-7"),
        ("a" * 160, 160, 1, "GSM-7"),
        ("a" * 161, 161, 2, "GSM-7"),
        ("a" * 306, 306, 2, "GSM-7"),
        ("a" * 307, 307, 3, "GSM-7"),
        ("a" * 918, 918, 6, "GSM-7"),
        ("£@é\nΔ", 5, 1, "GSM-7"),
        ("€", 2, 1, "GSM-7"),
        ("€" * 80, 160, 1, "GSM-7"),
        ("a" * 159 + "€", 161, 2, "GSM-7"),
        ("a" * 152 + "€" + "b" * 151, 305, 2, "GSM-7"),  # the sign goes whole into the second part
        ("a" * 152 + "€" + "b" * 152, 306, 3, "GSM-7"),  # which then has no place for one more
        ("[]{}\\~^|\f€", 20, 1, "GSM-7"),
        ("ş" * 70, 70, 1, "UCS-2"),
        ("ş" * 71, 71, 2, "UCS-2"),
        ("ş" * 134, 134, 2, "UCS-2"),
        ("ş" * 135, 135, 3, "UCS-2"),
        ("€" + "ş", 2, 1, "UCS-2"),
        ("😀" * 35, 70, 1, "UCS-2"),
        ("😀" * 36, 72, 2, "UCS-2"),
        ("ş" * 66 + "😀" + "ş" * 65, 133, 2, "UCS-2"),
        ("ş" * 66 + "😀" + "ş" * 66, 134, 3, "UCS-2"),
        ("`", 1, 1, "UCS-2"),
    ],
)
def test_a_message_is_counted_in_places_and_parts(text: str, characters: int, segments: int, alphabet: str) -> None:
    assert sms_length(text) == (characters, segments, alphabet)


def test_the_alphabet_has_its_127_signs_and_ten_more() -> None:
    assert len(GSM_7) == 127  # 128 places, one of which leads to the extension table
    assert len(EXTENSION) == 10
    assert not GSM_7 & EXTENSION


def test_signs_of_a_word_processor_become_plain_ones_that_cost_less() -> None:
    text = "“It’s here” – today…\u00a0bye"

    assert plainer(text) == '"It\'s here" - today... bye'
    assert sms_length(text).alphabet == "UCS-2" and sms_length(plainer(text)).alphabet == "GSM-7"
    assert all(set(plain) <= GSM_7 for plain in PLAIN.values())


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", 160),
        ("a" * 160, 0),
        ("a" * 161, 145),
        ("ş" * 70, 0),
        ("ş" * 71, 63),
        ("a" * 152 + "€" + "b" * 150, 1),  # the sign goes whole into the second part
    ],
)
def test_what_is_left_of_a_part_is_counted(text: str, left: int) -> None:
    assert room(text) == left
    assert sms_length(text + "a" * left).segments == sms_length(text).segments
    assert sms_length(text + "a" * (left + 1)).segments == sms_length(text).segments + 1


def test_the_signs_that_make_a_message_dear_are_named_once() -> None:
    assert costly("şaş € 😀 `") == ["ş", "😀", "`"]
    assert costly("£@é\n[]") == []
