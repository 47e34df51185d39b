"""Pictures in letters: signatures, QR codes and photographs where a template prints them, and nowhere else."""

import io
import re

import docx
import pytest
import segno
from PIL import Image

from engine.documents import qr
from engine.documents.merging import merge
from engine.documents.picture import Picture
from engine.documents.refusals import LetterRefused
from engine.documents.texts_merging import merge_email, merge_sms
from engine.documents.trying import merge_leniently
from tests.word_files import everything, lines, members, with_part, word_file

SIGNATURE = Picture("signature", height=15, width=70, words="Signature of Ann Reed")
PHOTOGRAPH = Picture("photograph", words="Mould behind the wardrobe")


def picture(across: int, down: int, form: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (across, down), "navy").save(file, form)
    return file.getvalue()


CONTENTS = {"signature": picture(800, 100), "photograph": picture(1200, 900, "JPEG")}
DATA = {"officer": {"name": "Ann Reed", "signature": SIGNATURE}, "photo": PHOTOGRAPH, "reference": "CMP-1042"}


def letter(*paragraphs: str, data=None, contents=None, **parts) -> bytes:
    template = word_file(*paragraphs, **parts)
    return merge(template, data or DATA, template_name="reply", pictures=CONTENTS if contents is None else contents)


def sizes(content: bytes) -> list[tuple[float, float]]:
    shapes = docx.Document(io.BytesIO(content)).inline_shapes
    return [(round(shape.width.mm, 1), round(shape.height.mm, 1)) for shape in shapes]


def kept(content: bytes) -> set[bytes]:
    return {part for name, part in members(content).items() if "media/" in name}


def test_a_picture_stands_where_its_tag_stood_with_the_text_around_it():
    made = letter("Yours {{ officer.signature }} {{ officer.name }}")

    assert lines(made) == ["Yours  Ann Reed"]
    assert kept(made) == {CONTENTS["signature"]}
    assert 'descr="Signature of Ann Reed"' in everything(made)


def test_text_behind_a_picture_looks_as_it_did():
    document = docx.Document()
    run = document.add_paragraph().add_run("{{ officer.signature }} Ann")
    run.bold = True
    file = io.BytesIO()
    document.save(file)

    made = docx.Document(io.BytesIO(merge(file.getvalue(), DATA, template_name="reply", pictures=CONTENTS)))

    assert [each.bold for each in made.paragraphs[0].runs if each.text.strip()] == [True]


def test_a_picture_is_as_large_as_its_limits_the_page_and_its_dots_allow():
    small = Picture("small", height=90)
    data = DATA | {"small": small}

    made = letter(
        "{{ officer.signature }}", "{{ photo }}", "{{ small }}",
        data=data, contents=CONTENTS | {"small": picture(96, 48)},
    )  # fmt: skip

    assert sizes(made) == [(70.0, 8.8), (120.0, 90.0), (25.4, 12.7)]


def test_a_picture_in_a_table_fits_its_cell():
    made = letter("x", table=[["{{ photo }}", "a", "b", "c"]])

    ((across, down),) = sizes(made)
    cell = docx.Document(io.BytesIO(made)).tables[0].cell(0, 0)
    assert across < cell.width.mm and round(across / down, 2) == 1.33


def test_who_has_no_signature_signs_with_nothing():
    data = DATA | {"officer": {"name": "Ann Reed", "signature": None}}
    shown = ["a{{ officer.signature }}b", "{%p if officer.signature %}", "c", "{%p endif %}"]

    assert lines(letter(*shown, data=data)) == ["ab"]
    assert lines(letter(*shown, data={"officer": {"name": "Ann Reed"}})) == ["ab"]
    assert lines(letter("{% if feel('officer.signature = null') %}none{% endif %}", data=data)) == ["none"]


def test_pictures_stand_in_headers_and_footers_and_in_what_loops_print():
    shown = ["{%p for one in photos %}", "{{ one }}", "{%p endfor %}"]

    made = letter(*shown, data=DATA | {"photos": [PHOTOGRAPH, SIGNATURE]}, header="{{ photo }}", footer="{{ photo }}")

    assert len(sizes(made)) == 2
    parts = members(made)
    for part in ("header1", "footer1"):
        assert b"<w:drawing" in parts[f"word/{part}.xml"] and b"media/" in parts[f"word/_rels/{part}.xml.rels"]
    assert kept(made) == set(CONTENTS.values())


def test_the_same_letter_is_the_same_bytes():
    assert letter("{{ photo }} {{ reference|qr }}") == letter("{{ photo }} {{ reference|qr }}")


def test_a_line_of_fixed_height_lets_its_picture_show():
    document = docx.Document()
    spacing = document.add_paragraph("{{ photo }}").paragraph_format
    spacing.line_spacing = docx.shared.Pt(12)
    file = io.BytesIO()
    document.save(file)

    made = merge(file.getvalue(), DATA, template_name="reply", pictures=CONTENTS)

    assert 'w:lineRule="exact"' not in members(made)["word/document.xml"].decode()


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"footnote": "{{ photo }}"}, "where none can stand"),
        ({"properties": {"title": "{{ photo }}"}}, "only in the text of a letter"),
        ({"header": "{{ photo|upper }}"}, "a picture stands by itself"),
        ({"header": "{{ 'x' ~ photo }}"}, "a picture stands by itself"),
        ({"header": "{{ [photo]|join }}"}, "only in the text of a letter"),
        ({"header": "{{ photo.name }}"}, 'asks for "name" of a picture'),
        ({"header": "{{ photo|qr }}"}, '"qr" needs a text'),
    ],
)
def test_a_picture_anywhere_else_is_refused_with_a_sentence(parts, reason):
    with pytest.raises(LetterRefused, match=reason):
        letter("body", **parts)


def test_a_picture_in_the_description_of_another_is_refused():
    document = docx.Document()
    document.add_paragraph("{{ reference }}")
    document.add_picture(io.BytesIO(CONTENTS["signature"]))
    file = io.BytesIO()
    document.save(file)
    body = re.sub(rb'(<wp:docPr [^>]*name=")[^"]*', rb"\1{{ photo }}", members(file.getvalue())["word/document.xml"])

    with pytest.raises(LetterRefused, match="where none can stand"):
        merge(with_part(file.getvalue(), "word/document.xml", body), DATA, template_name="reply", pictures=CONTENTS)


@pytest.mark.parametrize("forged", ["\ufdd00\ufdd1", "\ufdd0", "\ufdd09999999999\ufdd1"])
def test_no_data_can_be_taken_for_a_picture(forged):
    made = letter("{{ photo }} {{ reference }}", data=DATA | {"reference": f"a{forged}b"})

    assert len(sizes(made)) == 1
    assert "\ufdd0" not in members(made)["word/document.xml"].decode()


@pytest.mark.parametrize("forged", ["\ufdd07\ufdd1", "{{ '\\ufdd07\\ufdd1' }}", "\ufdd0", "{{ '\\ufdd0' ~ 'x' }}"])
def test_a_template_that_writes_the_marks_itself_is_refused(forged):
    with pytest.raises(LetterRefused, match="where none can stand"):
        letter("{{ photo }}", forged)


@pytest.mark.parametrize("content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n", b"GIF8"])
def test_what_is_no_picture_is_told(content):
    with pytest.raises(LetterRefused, match="“Mould behind the wardrobe” is no picture that Word shows"):
        letter("{{ photo }}", contents={"photograph": content})


def test_too_many_pictures_are_refused():
    with pytest.raises(LetterRefused, match="more than 200 pictures") as refused:
        letter("{% for n in range(201) %}{{ photo }}{% endfor %}")

    assert refused.value.paragraph.startswith("{% for n in range")


def test_pictures_of_one_letter_are_not_in_the_next():
    letter("{{ photo }}")

    with pytest.raises(LetterRefused, match="is no picture that Word shows"):
        letter("{{ photo }}", contents={})


# QR codes


def test_a_qr_code_is_25_millimetres_and_says_what_it_was_given():
    made = letter("{{ ('https://landlord.example/pay?ref=' ~ reference)|qr }}")

    assert sizes(made) == [(25.0, 25.0)]
    (drawn,) = kept(made)
    assert modules(drawn) == segno.make("https://landlord.example/pay?ref=CMP-1042", error="m", micro=False).matrix
    assert 'descr="QR code: https://landlord.example/pay?ref=CMP-1042"' in everything(made)


def modules(content: bytes) -> tuple[bytearray, ...]:
    """Return the light and dark of a QR code, its margin left out."""
    with Image.open(io.BytesIO(content)) as drawn:
        assert drawn.width >= 300
        grey = drawn.convert("L")
    edge = next(at for at in range(grey.width) if grey.getpixel((at, at)) == 0)
    module = edge // qr.MARGIN
    count = grey.width // module - 2 * qr.MARGIN
    middle = [edge + module * n + module // 2 for n in range(count)]
    return tuple(bytearray(grey.getpixel((x, y)) == 0 for x in middle) for y in middle)


def test_a_qr_code_takes_what_feel_and_fields_give():
    texts = ["{{ feel('\"REF \" + reference')|qr }}", "{{ 12|qr }}", "{{ reference|upper|qr }}", "{{ 'Zoë 北'|qr }}"]

    assert sizes(letter(*texts)) == [(25.0, 25.0)] * 4


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        ("{{ long|qr }}", "at most 200 signs and was given 201"),
        ("{{ ''|qr }}", "without a sign in it"),
        ("{{ officer|qr }}", "needs a text"),
        ("{{ nothing|qr }}", '"nothing", which this case does not have'),
    ],
)
def test_what_a_qr_code_cannot_hold_is_refused_with_its_paragraph(shown, reason):
    with pytest.raises(LetterRefused, match=reason) as refused:
        letter(shown, data=DATA | {"long": "x" * 201, "nothing": None})

    assert refused.value.paragraph == shown


def test_a_message_without_layout_takes_no_picture():
    with pytest.raises(LetterRefused, match="only in the text of a letter"):
        merge_email(b"Subject: x\n\n{{ reference|qr }}", DATA, template_name="reply")
    with pytest.raises(LetterRefused, match="only in the text of a letter"):
        merge_sms(b"{{ officer.signature }}", DATA, template_name="reply")


def test_a_trial_shows_pictures_and_marks_what_is_missing():
    template = word_file("{{ photo }} {{ gone|qr }} {{ reference|qr }}")

    tried = merge_leniently(template, DATA, template_name="reply", pictures=CONTENTS)

    assert len(sizes(tried.letter)) == 2
    assert "[gone is missing]" in lines(tried.letter)[0]
    assert [one.path for one in tried.missing] == ["gone"]


def test_a_day_that_no_camera_noted_is_told_with_the_way_around_it():
    shown = "{% for photo in photographs %}{{ photo.taken_on|date }}{% endfor %}"

    with pytest.raises(LetterRefused) as refused:
        letter(shown, data=DATA | {"photographs": [{"picture": PHOTOGRAPH, "taken_on": None}]})

    assert refused.value.field == "photographs[0].taken_on"
    assert "{% if photo.taken_on %}" in refused.value.remedy and "photo.added_on" in refused.value.remedy
