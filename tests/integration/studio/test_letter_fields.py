"""The fields that letters may use: offered with label, example and what to type, found by words; who uses which."""

import re

import pytest
from sqlalchemy.orm import Session

from engine import illustrating
from engine.definitions import deploying
from engine.documents.templates import check
from engine.documents.trying import merge_leniently
from engine.field_catalogue import csv_files
from engine.fields.names import IN_LETTERS, in_lists
from engine.letters import offering, using
from engine.letters.in_texts import in_texts
from engine.letters.offering import Group, Offered
from engine.permissions import PLATFORM
from engine.templates import folders, storing
from tests.environment.databases import on_sqlite_alone
from tests.factories import ROOT, Factories
from tests.pages import PageClient
from tests.unit.definitions.files import category, form
from tests.word_files import word_file

FORM = form(
    {"type": "textfield", "key": "greeting", "label": "How to greet them"},
    {"type": "textarea", "key": "story", "label": "What happened"},
    {"type": "number", "key": "owed", "label": "Owed", "appearance": {"prefixAdorner": "£"}},
    {"type": "datetime", "subtype": "date", "key": "seen_on", "dateLabel": "Seen on"},
    {"type": "checkbox", "key": "agreed", "label": "Agreed"},
    {
        "type": "select", "key": "band", "label": "Band",
        "values": [{"label": "Very high", "value": "high"}, {"label": "Low", "value": "low"}],
    },
    {"type": "checklist", "key": "rooms", "label": "Rooms", "values": [{"label": "Bath", "value": "landlord's bath"}]},
    {
        "type": "dynamiclist", "path": "works",
        "components": [
            {"type": "textfield", "key": "what", "label": "What"},
            {"type": "number", "key": "cost", "label": "Cost", "appearance": {"prefixAdorner": "£"}},
        ],
    },
)  # fmt: skip
FILES = category(ask__form=FORM)
CATALOGUE = b"key,type,label,section\nmould,yes_no,Is there mould?,Damp\n"


def offered(factories: Factories, files: dict[str, bytes] = FILES) -> list[Group]:
    with factories.transaction() as session:
        return offering.offered(session, files)


def field(groups: list[Group], path: str) -> Offered:
    return next(one for group in groups for one in group.fields if one.path == path)


OFFERED = [
    ("greeting", "Text", "{{ greeting }}", "(How to greet them)"),
    ("story", "Long text", "{{ story|paragraphs }}", ""),
    ("owed", "Money", "{{ owed|money }}", "£112.40"),
    ("seen_on", "Date", "{{ seen_on|date }}", ""),
    ("agreed", "Yes or no", "{% if agreed %}…{% endif %}", "yes"),
    ("band", "Choice", "{{ band }}", "high"),
    ("rooms", "Several choices", "{{ rooms|sentence_list }}", "landlord's bath"),
    ("works", "List", "{%p for work in works %}\n{{ work.what }} {{ work.cost|money }}\n{%p endfor %}", ""),
    ("works[].cost", "Money", "{{ work.cost|money }}", "£112.40"),
    ("account.balance", "Money", "{{ account.balance|money }}", "£0.00"),
    ("tenancy.started_on", "Date", "{{ tenancy.started_on|date }}", "6 April 2015"),
    ("clocks.sample_answer.due_on", "Date", "{{ clocks.sample_answer.due_on|date }}", ""),
    ("officer.signature", "Picture", "{{ officer.signature }}", "[A sample of a signature]"),
    ("photographs[].picture", "Picture", "{{ photograph.picture }}", "[Mould behind the wardrobe]"),
    ("photographs[].taken_on", "Date", "{% if photograph.taken_on %}{{ photograph.taken_on|date }}{% endif %}", ""),
]


def test_each_kind_of_field_is_offered_as_the_house_writes_it(sqlite_factories: Factories) -> None:
    groups = offered(sqlite_factories)

    for path, kind, first, example in OFFERED:
        one = field(groups, path)
        assert (one.kind_name, one.ways[0].text) == (kind, first)
        assert one.example == example or not example


def test_choices_are_told_with_their_values_and_conditions(sqlite_factories: Factories) -> None:
    groups = offered(sqlite_factories)

    band, rooms = field(groups, "band"), field(groups, "rooms")

    assert band.options == (("high", "Very high"), ("low", "Low"))
    assert "{% if band == 'high' %}…{% endif %}" in [way.text for way in band.ways]
    assert """{% if "landlord's bath" in (rooms or []) %}…{% endif %}""" in [way.text for way in rooms.ways]


@pytest.mark.parametrize("key", ["complaint", "home_purchase", "service_charge_estimate"])
def test_whatever_is_offered_is_known_to_the_check_and_merges(sqlite_factories: Factories, key: str) -> None:
    files = deploying.files_of(ROOT / "processes" / key)
    with sqlite_factories.transaction() as session:
        groups = [group for group in offering.offered(session, files) if not group.name.startswith("Standard")]
        values = offering.sample(groups)
    texts = [_within_its_loop(one, way.lines) for group in groups for one in group.fields for way in one.ways]
    letter = word_file(*(line for text in texts for line in text))

    values, pictures = illustrating.loaded(values, illustrating.ALL)
    stand_ins = offering.stand_ins(groups, values)
    trial = merge_leniently(letter, values, template_name="all", stand_ins=stand_ins, pictures=pictures)

    assert trial.missing == ()
    assert check(letter, _known(files, sqlite_factories), name="all") == []


def test_whatever_is_offered_for_messages_merges_as_a_text(sqlite_factories: Factories) -> None:
    groups = [group for group in offered(sqlite_factories) if not group.name.startswith("Standard")]
    values = offering.sample(groups)
    fields = [one for group in in_texts(groups) for one in group.fields]
    ways = [_within_its_loop(one, way.lines) for one in fields for way in one.ways]
    text = "\n".join(re.sub(r"\{%p (for (?:work|photograph) |endfor)", r"{% \1", line) for way in ways for line in way)
    email = f"Subject: All\n\n{text}".encode()

    found = merge_leniently(
        email, values, template_name="all", kind="email", stand_ins=offering.stand_ins(groups, values)
    )

    assert found.missing == () and "(How to greet them)" in found.said["text"] and "Ann Sample" in found.said["html"]
    assert "{%tr" not in text and "{%p" not in text


def _within_its_loop(one: Offered, text: tuple[str, ...]) -> list[str]:
    text = tuple(line.replace("{%tr", "{%p") for line in text)
    if not one.within:
        return list(text)
    entry = re.search(r"(\w+)\.", one.ways[0].text)
    assert entry is not None
    return [f"{{%p for {entry[1]} in {one.within} %}}", *text, "{%p endfor %}"]


def _known(files: dict[str, bytes], factories: Factories) -> dict[str, str]:
    """Return the fields of letters with their kinds, so that what is offered fits them too."""
    from engine.definitions import catalogued
    from engine.definitions.category import read
    from engine.definitions.checks import names

    definition = read(files)
    with factories.transaction() as session:
        more = catalogued.names_for(session, files)
    fields = [field for form in definition.forms.values() for field in form.fields]
    found = names.known(definition.forms.values(), definition.elements.values(), definition.rules)
    return {**more, **found, **IN_LETTERS, **in_lists(fields)}


def test_a_draft_that_cannot_be_read_offers_what_can_be(sqlite_factories: Factories) -> None:
    broken = {**FILES, "broken.form": b"{", "sample.bpmn": b"<", "rules.toml": b"[", "category.toml": b"\xff"}

    groups = offered(sqlite_factories, broken)

    assert field(groups, "greeting") and field(groups, "person.full_name")


def test_fields_of_the_catalogue_and_blocks_in_force_are_offered(sqlite_factories: Factories) -> None:
    sqlite_factories.deploy(FILES)
    with sqlite_factories.transaction() as session:
        csv_files.carry_out(session, "category:sample", CATALOGUE, by=PLATFORM)
        csv_files.carry_out(session, "person", b"key,type,label,section\nshoe,number,Shoe size,Body\n", by=PLATFORM)
        folders.ship(session)

    groups = offered(sqlite_factories)

    assert field(groups, "mould").label == "Is there mould?"
    assert field(groups, "person.fields.shoe").ways[0].text == "{{ person.fields.shoe }}"
    assert field(groups, "ombudsman_rights").ways[0].text == '{%p include "ombudsman_rights" %}'


def test_the_page_shows_a_group_and_finds_fields_by_words(analyst: PageClient, factories: Factories) -> None:
    factories.deploy(FILES)

    page = analyst.page("/studio/sample/fields")
    found = analyst.page("/studio/sample/fields?words=very+high")
    person = analyst.page(page.links()["The person"])

    assert "How to greet them" in page.main and "Full name, with title" not in page.main
    assert (
        "1 field has “very high”" in found.main and "{{ band }}" in found.main and "high for “Very high”" in found.main
    )
    assert "{{ person.full_name }}" in person.main
    assert "No field has “zebra”" in analyst.page("/studio/sample/fields?words=zebra").main


@on_sqlite_alone
def test_hostile_labels_and_words_are_shown_as_text(analyst: PageClient, factories: Factories) -> None:
    label = '<img src=x onerror="alert(1)">{{ 7*7 }}'
    factories.deploy(category(ask__form=form({"type": "textfield", "key": "a", "label": label})))

    page = analyst.page("/studio/sample/fields?words=a")
    asked = analyst.page("/studio/templates/uses?field=%3Cscript%3Ealert(1)%3C/script%3E")

    assert "<img" not in page.text and "49" not in page.main
    assert "<script>alert" not in asked.text


# Which letters use a field


@pytest.fixture
def house(factories: Factories, analyst: PageClient) -> PageClient:
    """A category with two letters, one of them changed in its newest version, and a shared letter."""
    factories.deploy({**category(), "letters/old.docx": word_file("{{ rent|money }}")})
    letters = {
        "letters/old.docx": word_file("{{ person.full_name }}"),
        "letters/new.docx": word_file("{% for work in works %}{{ work.cost }}{% endfor %}", header="{{ rent }}"),
    }
    factories.deploy({**category(), **letters})
    with factories.transaction() as session:
        by = factories.actor(analyst.user)  # type: ignore[attr-defined]
        made = storing.save(session, "letter", "shared_one", word_file("{{ person.full_name }}"), by=by)
        storing.publish(session, made, by=by)
        storing.save(session, "letter", "unpublished", word_file("{{ person.full_name }}"), by=by)
    return analyst


OLD, SHARED = ("old", ("person.full_name",)), ("shared_one", ("person.full_name",))
USED: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "rent": [("new", ("rent",))],
    "full_name": [OLD, SHARED],
    "{{ person.full_name|upper }}": [OLD, SHARED],
    "person": [OLD, SHARED],
    "works.cost": [("new", ("works[].cost",))],
    "ren": [],
    "": [],
}


def used(session: Session, asked: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return who uses a field, but for what ships."""
    found = using.uses(session, asked)
    return [
        (use.letter.key, use.paths) for use in found if use.letter.key in ("old", "new", "shared_one", "unpublished")
    ]


def test_letters_in_use_are_found_by_a_field(house: PageClient, factories: Factories) -> None:
    for asked, found in USED.items():
        with factories.transaction() as session:
            assert used(session, asked) == found


def test_the_page_leads_to_the_letters(house: PageClient) -> None:
    page = house.page("/studio/templates/uses?field=full_name")

    assert "letters use it" in page.main and "Unpublished" not in page.main
    assert page.links()["Old"] == "/studio/sample/files/letters/old.docx"
    assert page.links()["Shared one"] == "/studio/templates/letter/shared_one"
    assert "No letter uses it" in house.page("/studio/templates/uses?field=zebra").main


def test_a_letter_is_opened_once_however_often_it_is_asked_about(
    house: PageClient, factories: Factories, monkeypatch: pytest.MonkeyPatch
) -> None:
    with factories.transaction() as session:
        used(session, "rent")
    monkeypatch.setattr(using, "inspect", lambda content: pytest.fail("it was opened again"))

    with factories.transaction() as session:
        assert used(session, "rent")
