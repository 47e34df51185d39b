"""E-mails and text messages from templates: merged like letters, and nothing that a field holds means anything."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from engine.documents.refusals import LetterRefused
from engine.documents.templates import check, included, inspect
from engine.documents.texts_merging import Email, merge_email, merge_sms
from engine.errors import TemplateError
from engine.templates import folders
from tests.integration.documents.test_injection import REACHES_OUT, RUNS_CODE
from tests.word_files import word_file

CASE: dict[str, Any] = {
    "name": "Mrs Okafor",
    "works": [{"what": "Roof", "cost": Decimal(500)}, {"what": "Door", "cost": Decimal(50)}],
    "organisation": {"name": "Brightwater & Co"},
    "link": "https://pay.example/a_b?x=1&y=2",
    "today": date(2026, 12, 3),
}
HOSTILE = '<b>Ann</b> *x* [pay](http://evil.example) <script>alert(1)</script> "quoted" & `code` ![p](http://e/p.png)'
ROOT = Path(__file__).parents[3]


def email(body: str, *, subject: str = "Hello", blocks: dict[str, bytes] | None = None, **more: Any) -> Email:
    template = f"Subject: {subject}\n\n{body}".encode()
    return merge_email(template, {**CASE, **more}, template_name="hello", blocks=blocks)


def sms(body: str, *, blocks: dict[str, bytes] | None = None, **more: Any) -> str:
    return merge_sms(body.encode(), {**CASE, **more}, template_name="hello", blocks=blocks)


def shown(said: Email) -> str:
    """Return what the page of an e-mail shows, on one line."""
    return " ".join(html.fromstring(said.html).find("body").text_content().split())


def test_an_e_mail_has_a_subject_a_text_and_a_page() -> None:
    said = email("Dear {{ name }}\n\n**Today** is {{ today|date }}.", subject="About {{ name }}")

    assert said.subject == "About Mrs Okafor"
    assert said.text == "Dear Mrs Okafor\n\nToday is 3 December 2026.\n"
    assert shown(said) == "Brightwater & Co Dear Mrs Okafor Today is 3 December 2026."
    assert "<strong>Today</strong>" in said.html


def test_lists_tables_links_and_quotes_are_written_in_both() -> None:
    body = (
        "# Works\n\n{%p for w in works %}\n1. {{ w.what }}\n{%p endfor %}\n\n- One\n  - Two\n\n[Pay]({{ link }}), "
        "[ring](tel:0123) or <mailto:a@b.example>\n\n| What | Cost |\n|---|---|\n{% for w in works %}\n"
        "| {{ w.what }} | {{ w.cost|money }} |\n{% endfor %}\n\n> So\\\n> be it\n\n---\n"
    )

    said = email(body)

    assert said.text.split("\n") == [
        "Works", "", "1. Roof", "2. Door", "", "- One", "  - Two", "",
        "Pay (https://pay.example/a_b?x=1&y=2), ring (0123) or a@b.example", "",
        "What  |  Cost", "Roof  |  £500.00", "Door  |  £50.00", "", "So", "be it", "", "-" * 40, "",
    ]  # fmt: skip
    page = html.fromstring(said.html)
    assert [link.get("href") for link in page.iter("a")] == [CASE["link"], "tel:0123", "mailto:a@b.example"]
    assert [cell.text for cell in page.iter("td") if cell.text in ("Roof", "£500.00")] == ["Roof", "£500.00"]


def test_what_a_field_holds_is_neither_markdown_nor_html() -> None:
    said = email("Dear {{ name }}\n\n- {{ name }}\n\n[here]({{ link }})", name=HOSTILE)

    assert said.text == f"Dear {HOSTILE}\n\n- {HOSTILE}\n\nhere ({CASE['link']})\n"
    page = html.fromstring(said.html)
    assert not list(page.iter("script", "b", "img", "em", "code"))
    assert [link.get("href") for link in page.iter("a")] == [CASE["link"]]


@pytest.mark.parametrize(
    "value", ["x\n# Head", "x\n\n    code", "1. one\n2. two", "a\n---\nb", "> q", "\tx", "a\\", "&lt;"]
)
def test_the_lines_of_a_field_stay_lines(value: str) -> None:
    said = email("{{ name }}", name=value)

    assert not list(html.fromstring(said.html).iter("h1", "h2", "pre", "ol", "hr", "blockquote"))
    assert said.text.split() == value.split()


def test_paragraphs_of_a_field_become_paragraphs() -> None:
    assert email("{{ name|paragraphs }}", name="One\n\nTwo").text == "One\n\nTwo\n"


@pytest.mark.parametrize("scheme", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"])
def test_a_link_leads_to_nothing_that_runs(scheme: str) -> None:
    said = email("[here]({{ link }}) and [there](<" + scheme + ">)", link=scheme)

    assert [link.get("href") for link in html.fromstring(said.html).iter("a")] == []


def test_html_in_a_template_is_shown_and_not_run() -> None:
    said = email("<script>alert(1)</script>\n\n<b>x</b>")

    assert not list(html.fromstring(said.html).iter("script", "b"))
    assert "<script>" in said.text


@pytest.mark.parametrize("value", ["a\r\nBcc: all@evil.example", "a\nb", "a\x0bb\x00c", "a\u2028b"])
def test_a_field_in_the_subject_begins_no_other_line(value: str) -> None:
    said = email("x", subject="About {{ name }}", name=value)

    assert said.subject.isprintable()
    assert said.subject.startswith("About a")


def test_large_print_makes_letters_larger() -> None:
    assert "font-size:22px" in email("x", recipient={"needs_large_print": True}).html
    assert "font-size:22px" not in email("x").html


def test_a_text_message_is_plain_and_short() -> None:
    text = "Dear {{ name }} – it’s on.  \n{% if works %}\n{{ works|length }} works\n{% endif %}\n\n"

    assert sms(text) == "Dear Mrs Okafor - it's on.\n2 works"
    assert sms("{{ name }}", name="<b> & *") == "<b> & *"


def test_a_standard_paragraph_is_included_in_both() -> None:
    texts = ('{%p include "where" %}', "{%p if works %}", "Free.", "{%p endif %}")
    rights = word_file("Ask the *Ombudsman* about {{ name }}:", *texts)
    blocks = {"rights": rights, "where": word_file(table=[["PO Box 1", "Preston"]])}

    said = email('{% include "rights" %}\nYours', blocks=blocks)

    assert said.text == "Ask the *Ombudsman* about Mrs Okafor:\n\nPO Box 1, Preston\n\nFree.\n\nYours\n"
    assert (
        sms("{% include 'rights' %}", blocks=blocks)
        == "Ask the *Ombudsman* about Mrs Okafor:\nPO Box 1, Preston\nFree."
    )
    assert included(b'Subject: x\n\n{% include "rights" %}', kind="email") == ["rights"]
    assert inspect(b'Subject: x\n\n{% include "rights" %}', blocks, kind="email").blocks == ["rights", "where"]


@pytest.mark.parametrize(
    ("template", "code", "message"),
    [
        (b"Dear {{ name }}", "subject", "no subject in its first line"),
        (b"Subject:\n\nDear", "subject", "no subject in its first line"),
        (b"Subject: x\nDear", "subject", "No empty line"),
        (b"Subject: x\n\n", "empty", "says nothing"),
        (b"Subject: {{ nmae }}\n\nDear", "unknown_field", '"nmae"'),
        (b"Subject: x\n\nDear {{ nmae }}", "unknown_field", '"nmae"'),
        (b"Subject: x\n\nDear {{ name", "unclosed_tag", "is not closed"),
        (b"Subject: x\n\n{% if name %}\nDear", "unclosed_block", "is never ended"),
        (b"Subject: x\n\n{% if feel('name >') %}y{% endif %}", "feel", "cannot be read"),
        (b"Subject: x\n\n{% import 'x' as y %}", "refused_tag", "not among the tags"),
        (b"Subject: x\n\n{{ name|shout }}", "unknown_filter", "no filter"),
        (b"Subject: x\n\n![logo](https://example.org/l.png)", "picture", "pictures are not sent"),
        (b'Subject: x\n\n{% include "rihgts" %}', "unknown_block", '"rihgts"'),
        (b'Subject: x\n\nSee {% include "rights" %}', "include", "line of its own"),
        (b"Subject: x\n\n\xff\xfe", "encoding", "UTF-8"),
        (b"Subject: x\n\nx\0y", "type", "no text"),
        (b"Subject: x\n\n" + b"x" * 300_000, "size", "at most 256 kB"),
    ],
)
def test_a_fault_is_told_with_its_line(template: bytes, code: str, message: str) -> None:
    [problem] = check(template, ["name"], name="hello", blocks={"rights": word_file("x")}, kind="email")

    assert problem.code == code
    assert message in f"{problem.message} {problem.remedy}"
    if code != "unknown_field":
        with pytest.raises(LetterRefused):
            merge_email(template, CASE, template_name="hello", blocks={"rights": word_file("x")})


def test_a_fault_at_the_merge_names_the_message_and_its_line() -> None:
    with pytest.raises(LetterRefused) as caught:
        email("Dear tenant\n\nYour {{ nowhere.x }}")
    assert caught.value.message.startswith('The e-mail "hello" needs "nowhere.x"')
    assert caught.value.paragraph == "Your {{ nowhere.x }}"

    with pytest.raises(LetterRefused, match='The text message "hello" needs "nowhere"'):
        sms("Your {{ nowhere }}")
    with pytest.raises(LetterRefused, match="in the subject"):
        email("x", subject="About {{ nowhere }}")


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: sms("{% if not works %}x{% endif %}"), "says nothing"),
        (lambda: sms("{{ name }}", name="x" * 919), "takes 7 parts"),
        (lambda: email("x", subject="{{ name }}", name="x" * 201), "has 201 characters"),
        (lambda: email("x", subject="{{ name }}", name=" \n"), "is empty"),
    ],
)
def test_what_cannot_be_sent_is_refused(made: Any, message: str) -> None:
    with pytest.raises(LetterRefused, match=message):
        made()


@pytest.mark.parametrize("payload", [*RUNS_CODE, *REACHES_OUT])
def test_a_payload_in_subject_text_or_block_is_refused_and_nothing_runs(payload: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    payload, person = payload.replace("CANARY", str(canary)), {"person": {"name": "Ann"}}
    blocks = {"rights": word_file(payload)}

    for made in (
        lambda: email("x", subject=payload, **person),
        lambda: email(payload, **person),
        lambda: email('{% include "rights" %}', blocks=blocks, **person),
        lambda: sms(payload, **person),
        lambda: sms('{% include "rights" %}', blocks=blocks, **person),
    ):
        with pytest.raises(TemplateError) as caught:
            made()
        assert "Traceback" not in str(caught.value)

    assert not canary.exists()


def test_what_a_field_holds_is_no_tag() -> None:
    assert sms("{{ name }}", name="{{ 7 * 7 }} {% include 'x' %}") == "{{ 7 * 7 }} {% include 'x' %}"
    assert email("{{ name }}", name="{{ 7 * 7 }}").text == "{{ 7 * 7 }}\n"


@pytest.mark.parametrize("path", ["emails/message_received.email", "texts/message_received.sms"])
def test_what_ships_is_whole_with_a_sample(path: str) -> None:
    files = folders.templates_in(folders.shipped())
    included_ones = ((name, content) for name, content in files.items() if name.startswith(("blocks/", "paragraphs/")))
    blocks = {Path(name).stem: content for name, content in included_ones}
    sample = json.loads((ROOT / "doc_templates/complaint/acknowledgement_stage1.sample.json").read_text("utf-8"))
    sample["recipient"] = {"salutation": "Mrs Okafor", "translation_line": None}

    merge = merge_sms if path.endswith(".sms") else merge_email
    said = str(merge(files[path], sample, template_name="shipped", blocks=blocks))

    assert "CMP-000417" in said and "Priya Raman" in said
