"""Templates of no category: kept in versions, in force from day to day, found by name where a category has none."""

import json
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from engine import cases, jobs, templates
from engine.definitions import deploying
from engine.errors import Conflict, Invalid, NotAllowed, NotFound, NotPossible
from engine.instants import LONDON, frozen_at, today
from engine.permissions import PLATFORM, Actor
from engine.templates import folders, listing, storing
from engine.templates.kinds import named
from models.case import CaseEvent
from models.database import from_json
from models.document import DocumentVersion
from models.templates import TemplateUsed
from models.work import Incident
from tests.diagrams import category, service
from tests.factories import Factories
from tests.word_files import word_file

SAID = "Dear tenant, we have your message"


class Office:
    """An analyst who looks after the shared templates."""

    def __init__(self, factories: Factories) -> None:
        self.factories = factories
        self.analyst: Actor = factories.actor(factories.user("analyst"))

    def save(self, content: bytes, *, kind: str = "letter", key: str = "reply", **more: Any) -> int:
        with self.factories.transaction() as session:
            return storing.save(session, kind, key, content, by=self.analyst, **more).number

    def publish(self, number: int, *, kind: str = "letter", key: str = "reply", **days: Any) -> None:
        with self.factories.transaction() as session:
            version = storing.version(session, storing.get(session, kind, key), number)
            storing.publish(session, version, by=self.analyst, **days)

    def published(self, content: bytes, **more: Any) -> None:
        self.publish(self.save(content, **more), **more)

    def end(self, *, on: date, key: str = "reply") -> None:
        with self.factories.transaction() as session:
            storing.end(session, storing.get(session, "letter", key), on=on, reason="Replaced", by=self.analyst)

    def number_on(self, on: date, key: str = "reply") -> int:
        with self.factories.transaction() as session:
            found = templates.in_force(session, on).get(("letter", key))
            return found.number if found is not None else 0


@pytest.fixture
def office(factories: Factories) -> Office:
    return Office(factories)


@pytest.fixture
def sqlite_office(sqlite_factories: Factories) -> Office:
    return Office(sqlite_factories)


@cache
def letter(words: str = SAID) -> bytes:
    return word_file(words)


def merging(*files: bytes, template: str = "reply", key: str = "sample") -> dict[str, bytes]:
    """Return a category that merges a letter, its own where one is given."""
    return category(
        "start > merge:service > sign > end",
        key=key,
        inside={"merge": service("merge_document", template=template, subject="case")},
        files={f"letters/{template}.docx": content for content in files},
    )


def test_a_version_is_in_force_from_its_day_until_the_next_one_or_its_last_day(office: Office) -> None:
    office.save(letter("One")), office.save(letter("Two")), office.save(letter("Three"))
    start = today()

    office.publish(1)
    office.publish(2, effective_from=start + timedelta(days=10), effective_until=start + timedelta(days=12))
    office.publish(3, effective_from=start + timedelta(days=20))

    days = {0: 1, 9: 1, 10: 2, 12: 2, 13: 1, 19: 1, 20: 3, 400: 3}
    assert {day: office.number_on(start + timedelta(days=day)) for day in days} == days
    assert office.number_on(start - timedelta(days=1)) == 0


def test_of_two_versions_from_one_day_the_later_is_in_force(sqlite_office: Office) -> None:
    sqlite_office.published(letter("One"))
    sqlite_office.published(letter("Two"))

    assert sqlite_office.number_on(today()) == 2


def test_what_is_saved_is_in_force_only_once_it_is_published(sqlite_office: Office) -> None:
    number = sqlite_office.save(letter())

    assert (number, sqlite_office.number_on(today())) == (1, 0)
    assert sqlite_office.save(letter()) == 1  # the same again is no other version


def test_what_ends_is_in_force_until_the_day_before_and_can_be_reinstated(sqlite_office: Office) -> None:
    sqlite_office.published(letter())
    last = today() + timedelta(days=3)
    sqlite_office.end(on=last)

    assert sqlite_office.number_on(last - timedelta(days=1)) == 1
    assert sqlite_office.number_on(last) == 0

    with sqlite_office.factories.transaction() as session:
        storing.reinstate(session, storing.get(session, "letter", "reply"), by=sqlite_office.analyst)
    assert sqlite_office.number_on(last) == 1


def test_a_published_version_is_changed_by_nobody(office: Office) -> None:
    office.published(letter())
    attacks = (
        "UPDATE shared_template_version SET content = size",
        "UPDATE shared_template_version SET effective_until = '2026-01-01'",
        "UPDATE shared_template_version SET published_by_name = 'Somebody else'",
        "DELETE FROM shared_template_version",
    )

    for attack in attacks:
        with pytest.raises(DBAPIError), office.factories.engine.begin() as connection:
            connection.execute(text(attack))
    with pytest.raises(Conflict, match="was published by"):
        office.publish(1)


def test_an_unpublished_version_keeps_its_content_too(sqlite_office: Office) -> None:
    sqlite_office.save(letter())

    with pytest.raises(DBAPIError, match="never changed"), sqlite_office.factories.engine.begin() as connection:
        connection.execute(text("UPDATE shared_template_version SET content = 'x', sha256 = 'y'"))


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"effective_from": date(2020, 1, 1)}, "effective_from"),
        ({"effective_until": date(2020, 1, 1)}, "effective_until"),
    ],
)
def test_nothing_is_published_for_days_that_have_passed(sqlite_office: Office, days: dict, field: str) -> None:
    number = sqlite_office.save(letter())

    with pytest.raises(Invalid) as caught:
        sqlite_office.publish(number, **days)

    assert field in caught.value.errors


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("Dear {{ person.salutaton }}", 'Did you mean "person.salutation"?'),
        ("{% if today %}", "endif"),
        ("{{ nothing_like_it }}", "Add the field to a form"),
        ("{{ tenancy.started_on|money }}", "Write {{ tenancy.started_on|date }}."),
    ],
)
def test_a_letter_with_a_fault_is_not_published(sqlite_office: Office, words: str, sentence: str) -> None:
    number = sqlite_office.save(letter(words))

    with pytest.raises(Invalid) as caught:
        sqlite_office.publish(number)

    assert sentence in " ".join(caught.value.errors.values())


def test_a_field_of_some_categories_alone_is_a_doubt_and_no_error(sqlite_office: Office) -> None:
    form = b'{"type": "default", "components": [{"type": "textfield", "key": "pet", "label": "Pet"}]}'
    sqlite_office.factories.deploy(merging(letter()) | {"ask.form": form})
    number = sqlite_office.save(letter("Your {{ pet }}"))

    sqlite_office.publish(number)

    with sqlite_office.factories.transaction() as session:
        [doubt] = templates.check(session, "letter", letter("Your {{ pet }}")).doubts
    assert "these categories alone: Sample" in doubt.message


def test_a_field_that_categories_have_of_different_kinds_fits_and_one_they_agree_on_may_not(
    sqlite_office: Office,
) -> None:
    form = '{"type": "default", "components": [%s, {"type": "number", "key": "visits", "label": "Visits"}]}'
    for key, kind in (("one", "number"), ("two", "textfield")):
        asked = form % f'{{"type": "{kind}", "key": "pet", "label": "Pet"}}'
        files = merging(letter(), key=key) | {"ask.form": asked.encode()}
        files["category.toml"] = files["category.toml"].replace(b'"Sample"', f'"Sample {key}"'.encode())
        sqlite_office.factories.deploy(files)

    with sqlite_office.factories.transaction() as session:
        found = templates.check(session, "letter", letter("{{ pet|money }} {{ visits|date }}"))

    assert [one.message for one in found.errors] == ["“visits” is a number, and the filter “date” writes dates."]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"key": "Not a key"}, "key"),
        ({"key": "../evil"}, "key"),
        ({"kind": "poster"}, "kind"),
        ({"content": b""}, "content"),
        ({"content": b"x" * 11_000_000}, "content"),
        ({"title": "x" * 201}, "title"),
    ],
)
def test_what_cannot_be_a_template_is_not_saved(sqlite_office: Office, given: dict, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        sqlite_office.save(**{"content": letter(), **given})

    assert field in caught.value.errors


def test_a_block_and_a_paragraph_have_no_name_in_common(sqlite_office: Office) -> None:
    sqlite_office.save(letter(), kind="block", key="rights")

    with pytest.raises(Invalid) as caught:
        sqlite_office.save(letter(), kind="paragraph", key="rights")

    assert "could not tell them apart" in caught.value.errors["key"]


def test_whoever_may_not_draw_categories_saves_and_publishes_nothing(sqlite_office: Office) -> None:
    number = sqlite_office.save(letter())
    sqlite_office.analyst = sqlite_office.factories.officer()

    with pytest.raises(NotAllowed):
        sqlite_office.save(letter("Another"))
    with pytest.raises(NotAllowed):
        sqlite_office.publish(number)
    with pytest.raises(NotAllowed):
        sqlite_office.end(on=today())


def test_a_category_merges_a_shared_letter_and_history_keeps_which_version(office: Office) -> None:
    office.published(letter("Dear tenant, version one"))
    office.published(letter("Dear tenant, version two"))

    driven = _merged(office, merging())

    [event] = driven["events"]
    assert driven["text"] == "Dear tenant, version two"
    assert event["template"] == "reply"
    assert event["template_used"]["source"] == "shared"
    assert event["template_used"]["version"] == 2
    assert driven["used"] == [event["template_used"]["version_id"]]


def test_a_categorys_own_letter_comes_first(sqlite_office: Office) -> None:
    sqlite_office.published(letter("Shared"))

    driven = _merged(sqlite_office, merging(letter("Our own")))

    assert driven["text"] == "Our own"
    assert driven["events"][0]["template_used"]["source"] == "category"
    assert driven["used"] == []


def test_the_next_letter_takes_what_is_published_from_its_day_on(sqlite_office: Office) -> None:
    sqlite_office.published(letter("Old"))
    tomorrow = today() + timedelta(days=1)
    sqlite_office.publish(sqlite_office.save(letter("New")), effective_from=tomorrow)

    assert _merged(sqlite_office, merging())["text"] == "Old"
    with frozen_at(datetime(tomorrow.year, tomorrow.month, tomorrow.day, 0, 5, tzinfo=LONDON)):
        assert _merged(sqlite_office, merging())["text"] == "New"


def test_a_block_that_is_published_reaches_the_next_letter_and_history_keeps_its_version(office: Office) -> None:
    including = word_file("Dear tenant", '{%p include "rights" %}', '{%p include "outer" %}')
    office.published(word_file("You may go to the Ombudsman"), kind="paragraph", key="rights")
    office.published(word_file("The landlord"), kind="block", key="inner")
    office.published(word_file("Yours", '{%p include "inner" %}'), kind="block", key="outer")

    before = _merged(office, merging(including))
    office.published(word_file("You may go to the Ombudsman at any time"), kind="paragraph", key="rights")
    after = _merged(office, merging(including))

    assert before["text"] == "Dear tenant\nYou may go to the Ombudsman\nYours\nThe landlord"
    assert after["text"] == "Dear tenant\nYou may go to the Ombudsman at any time\nYours\nThe landlord"
    used = [
        {block["name"]: block["version"] for block in each["events"][0]["template_used"]["blocks"]}
        for each in (before, after)
    ]
    assert used == [{"inner": 1, "outer": 1, "rights": 1}, {"inner": 1, "outer": 1, "rights": 2}]
    assert len(after["used"]) == 3 and after["used"] != before["used"]


def test_a_letter_whose_block_is_missing_is_refused_or_waits_as_an_incident(sqlite_office: Office) -> None:
    sqlite_office.published(word_file("You may go to the Ombudsman"), kind="paragraph", key="rights")

    with pytest.raises(Invalid) as caught, _transaction(sqlite_office) as session:
        deploying.deploy(session, merging(word_file('{%p include "rihgts" %}')), by=PLATFORM)
    assert 'There is no block or standard paragraph "rihgts"' in caught.value.message
    assert 'Did you mean "rights"?' in caught.value.remedy

    sqlite_office.factories.deploy(merging(word_file('{%p include "rihgts" %}')))  # unchecked
    with _transaction(sqlite_office) as session:
        started = cases.start(session, "sample", fields={}, by=sqlite_office.factories.officer())
    jobs.run_all(sqlite_office.factories.sessions, started.job_keys)
    with _transaction(sqlite_office) as session:
        [incident] = session.scalars(select(Incident).where(Incident.case_id == started.id))
    assert 'There is no block or standard paragraph "rihgts"' in incident.message
    assert "rights" in incident.remedy


def test_a_field_of_a_block_is_checked_with_the_category_that_includes_it(sqlite_office: Office) -> None:
    sqlite_office.published(word_file("Your {{ pet }}"), kind="paragraph", key="pets")  # a doubt, no error

    with pytest.raises(Invalid) as caught, _transaction(sqlite_office) as session:
        deploying.deploy(session, merging(word_file('{%p include "pets" %}')), by=PLATFORM)

    assert "“pet”" in caught.value.message and 'in the block "pets"' in caught.value.message


def test_a_condition_in_feel_is_checked_with_the_fields_of_the_category(sqlite_office: Office) -> None:
    number = {"type": "default", "id": "ask", "components": [{"type": "number", "key": "cost", "label": "Cost"}]}
    form = {"ask.form": json.dumps(number).encode()}
    wrong = {'lower case(cost) = "x"': "lower case", "coost > 5": "Did you mean “cost”?"}

    with _transaction(sqlite_office) as session:
        deploying.deploy(session, merging(word_file('{% if feel("cost > 5") %}x{% endif %}')) | form, by=PLATFORM)
    for condition in wrong:
        files = merging(word_file(f"{{% if feel('{condition}') %}}x{{% endif %}}")) | form
        with pytest.raises(Invalid) as caught, _transaction(sqlite_office) as session:
            deploying.deploy(session, files, by=PLATFORM)
        assert wrong[condition] in f"{caught.value.message} {caught.value.remedy}"


def test_a_block_that_would_include_itself_is_not_published(sqlite_office: Office) -> None:
    sqlite_office.published(word_file("One"), kind="block", key="one")
    sqlite_office.published(word_file('{%p include "one" %}'), kind="block", key="two")
    number = sqlite_office.save(word_file('{%p include "two" %}'), kind="block", key="one")

    with pytest.raises(Invalid, match="A block includes itself"):
        sqlite_office.publish(number, kind="block", key="one")


def test_a_letter_that_was_made_with_blocks_says_so_in_the_timeline(sqlite_office: Office) -> None:
    sqlite_office.published(word_file("You may go to the Ombudsman"), kind="paragraph", key="rights")
    sqlite_office.published(word_file("Dear tenant", '{%p include "rights" %}'))
    sqlite_office.factories.deploy(merging())
    officer = sqlite_office.factories.client("officer", "administrator")
    with _transaction(sqlite_office) as session:
        by = sqlite_office.factories.actor(officer.user)
        started = cases.start(session, "sample", fields={}, by=by)
    jobs.run_all(sqlite_office.factories.sessions, started.job_keys)

    timeline = officer.page(f"/cases/{started.reference}/timeline")

    assert "Shared letter “reply”, version 1. With “rights” (version 1)." in " ".join(timeline.text.split())


def test_a_letter_that_is_nowhere_names_those_that_there_are(sqlite_office: Office) -> None:
    sqlite_office.published(letter())
    version = sqlite_office.factories.deploy(merging(letter(), template="other"))
    with sqlite_office.factories.transaction() as session:
        definition = deploying.load(session, version.id)

        with pytest.raises(NotFound) as caught:
            templates.find(session, definition, "repply")

    assert "The category has: other. Shared: message_received, reply." in caught.value.remedy


def test_a_category_may_name_a_shared_letter_and_no_other(sqlite_office: Office) -> None:
    sqlite_office.published(letter())

    with sqlite_office.factories.transaction() as session:
        deploying.deploy(session, merging(), by=PLATFORM)
    with pytest.raises(Invalid, match="nor is shared"), _transaction(sqlite_office) as session:
        deploying.deploy(session, merging(template="repply"), by=PLATFORM)


def test_what_ships_comes_with_the_first_deployment_and_takes_nothing_back(sqlite_office: Office) -> None:
    mine = letter("Our own words")
    sqlite_office.published(mine, key="message_received")

    sqlite_office.factories.deploy(merging(letter()))
    sqlite_office.factories.deploy(merging(letter("Another")))

    with _transaction(sqlite_office) as session:
        found = templates.in_force(session, today())
        assert {named(path) for path in folders.templates_in(folders.shipped())} <= found.keys()
        assert templates.content(session, found["letter", "message_received"]) == mine
        assert {each.latest.number for each in listing.every(session, kind="block")} == {1}


def test_files_are_deployed_as_versions_and_only_those_that_differ(sqlite_office: Office, tmp_path: Path) -> None:
    sqlite_office.factories.deploy(merging(letter()))
    files = folders.files_of(folders.SHIPPED)

    assert _deployed(sqlite_office, files) == []
    changed = files | {"letters/message_received.docx": letter()}
    assert _deployed(sqlite_office, changed) == [("letter", "message_received", 2)]
    assert _deployed(sqlite_office, files) == []  # what was said before travelled along

    with _transaction(sqlite_office) as session:
        folders.pull(session, tmp_path)
    pulled = folders.files_of(tmp_path)
    assert folders.templates_in(pulled) == folders.templates_in(changed)
    assert folders.titles_in(pulled)["blocks/letterhead"]["title"] == "Letterhead"


def test_a_deployment_of_files_takes_nothing_back_that_the_studio_published(sqlite_office: Office) -> None:
    sqlite_office.factories.deploy(merging(letter()))
    sqlite_office.published(letter("From the studio"), key="message_received")

    with pytest.raises(Conflict, match="published in the studio"):
        _deployed(sqlite_office, {"letters/message_received.docx": letter("From files")})


def test_files_may_include_one_another_whatever_their_order(sqlite_office: Office) -> None:
    files = {
        "blocks/aaa.docx": word_file('{%p include "zzz" %}'),
        "blocks/zzz.docx": word_file("The landlord"),
        "letters/aaa.docx": word_file('{%p include "aaa" %}'),
    }

    assert len(_deployed(sqlite_office, files)) == 3


@pytest.mark.parametrize(
    ("path", "content", "sentence"),
    [
        ("letters/Reply.docx", letter(), "how one is named"),
        ("posters/reply.docx", letter(), "not where a shared template stands"),
        ("letters/reply.docx", letter("{{ today"), "not closed"),
        ("templates.toml", b"[blocks", "cannot be read"),
        ("templates.toml", b"[blocks]\nletterhead = 3", "in a way that it cannot be read"),
    ],
)
def test_a_folder_with_a_fault_is_refused_whole(
    sqlite_office: Office, path: str, content: bytes, sentence: str
) -> None:
    with pytest.raises(Invalid) as caught:
        _deployed(sqlite_office, {"letters/fine.docx": letter(), path: content})

    assert sentence in f"{caught.value} {caught.value.errors}"
    assert sqlite_office.number_on(today(), key="fine") == 0


def test_an_ended_template_is_published_no_more(sqlite_office: Office) -> None:
    sqlite_office.published(letter())
    sqlite_office.end(on=today())
    number = sqlite_office.save(letter("Another"))

    with pytest.raises(NotPossible, match="has ended"):
        sqlite_office.publish(number)


def _transaction(office: Office) -> Any:
    return office.factories.transaction()


def _deployed(office: Office, files: dict[str, bytes]) -> list[tuple[str, str, int]]:
    with _transaction(office) as session:
        made = folders.deploy(session, files, by=office.analyst)
        named = [storing.template_of(session, version) for version in made]
        return [(t.kind, t.key, version.number) for t, version in zip(named, made, strict=True)]


def _merged(office: Office, files: dict[str, bytes]) -> dict[str, Any]:
    """Start a case that merges the letter at once; return its words, its events, and the shared versions noted."""
    office.factories.deploy(files)
    by = office.factories.officer()
    with _transaction(office) as session:
        started = cases.start(session, "sample", fields={}, by=by)
    jobs.run_all(office.factories.sessions, started.job_keys)
    with _transaction(office) as session:
        events = select(CaseEvent.payload).where(CaseEvent.case_id == started.id, CaseEvent.type == "document_merged")
        payloads = [from_json(payload) for payload in session.scalars(events)]
        versions = select(DocumentVersion).where(DocumentVersion.document_id == payloads[0]["document_id"])
        version = session.scalars(versions).one()
        used = select(TemplateUsed.template_version_id).where(TemplateUsed.document_version_id == version.id)
        return {"events": payloads, "text": version.text.strip(), "used": list(session.scalars(used))}
