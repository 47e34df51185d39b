"""Shared templates in the studio: written, checked, compared, tried, published from a day on, ended; who may what."""

import io
from datetime import timedelta

from engine.instants import today
from engine.templates import folders, storing
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.integration.studio.test_letters import HOSTILE
from tests.pages import Page, PageClient
from tests.unit.definitions.files import category
from tests.word_files import word_file

LIST = "/studio/templates"
HERE = f"{LIST}/paragraph/rights"
FIRST = word_file("You may ask the Ombudsman.", "Ring {{ organisation.phone }}.")
SECOND = word_file("You may always ask the Ombudsman.", "Ring {{ organisation.phone }}.")


def send(browser: PageClient, address: str, content: bytes, *, status: int = 302, **more: str):  # type: ignore[no-untyped-def]
    sent = {"file": (io.BytesIO(content), "x.docx"), **more}
    return browser.submit(address, sent, content_type="multipart/form-data", status=status)


def make(browser: PageClient, content: bytes = FIRST) -> Page:
    return browser.follow(send(browser, LIST, content, kind="paragraph", title="Rights", description="Every letter"))


def publish(browser: PageClient, number: int = 1, status: int = 302, **more: str):  # type: ignore[no-untyped-def]
    return browser.submit(f"{HERE}/versions/{number}/publication", more, status=status)


def day(name: str, days: int) -> dict[str, str]:
    on = today() + timedelta(days=days)
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def test_what_ships_is_listed_by_kind_and_found_by_words(factories: Factories, analyst: PageClient) -> None:
    with factories.transaction() as session:
        folders.ship(session)

    page = analyst.page(LIST)
    found = analyst.page(f"{LIST}?words=ombudsman&kind=paragraph")

    assert "Standard paragraphs" in page.main and "Blocks of layout" in page.main and "Letterhead" in page.main
    assert "Housing Ombudsman" in found.main and "Letterhead" not in found.main
    assert "No template is like that" in analyst.page(f"{LIST}?words=zebra").main
    assert analyst.page("/studio").links()["Shared templates"] == LIST


def test_a_template_is_saved_checked_published_and_in_force(factories: Factories, analyst: PageClient) -> None:
    page = make(analyst)

    assert "It is saved. Nothing uses it before you publish it." in page.text
    assert page.h1 == "Rights" and "Nothing of it is in force" in page.main and "Not published" in page.main

    review = analyst.page(page.links()["Publish version 1 …"])
    assert "No faults" in review.main and "Nothing of it is in force so far" in review.main
    page = analyst.follow(publish(analyst, note="The first"))

    assert "Version 1 is published: letters use it now." in page.text
    assert "Version 1 is in force" in page.main and "The first" in page.main and "by Ann Analyst" in page.main


def test_a_new_version_is_compared_with_what_is_in_force_before_it_is_published(analyst: PageClient) -> None:
    make(analyst)
    publish(analyst)
    page = analyst.follow(send(analyst, f"{HERE}/versions", SECOND, note="Always"))

    review = analyst.page(page.links()["Publish version 2 …"])
    compared = analyst.page(page.links()["Compare"])

    for shown in (review, compared):
        assert "put in: always" in shown.main and "Ring" in shown.main
    assert review.form("publication")["note"] == "Always"
    assert "Version 1 is in force" in page.main


def test_a_version_is_published_from_a_later_day_to_another(analyst: PageClient) -> None:
    make(analyst)
    publish(analyst)
    send(analyst, f"{HERE}/versions", SECOND)

    page = analyst.follow(publish(analyst, 2, **day("effective_from", 5), **day("effective_until", 9)))

    assert "letters use it from that day on" in page.text
    assert "Version 1 In force" in page.main and "Version 2 To come" in page.main


WRONG_DAYS = [
    (day("effective_from", -1), "Give today or a later day", "effective_from"),
    ({**day("effective_from", 5), **day("effective_until", 4)}, "Give the first day or", "effective_until"),
    ({f"effective_from-{part}": "31" for part in ("day", "month", "year")}, "Enter a day", "effective_from"),
    ({"effective_from-day": "x"}, "Enter a day", "effective_from"),
    ({"effective_until-year": "99999999999999999999"}, "Enter a day", "effective_until"),
]


@on_sqlite_alone
def test_days_that_cannot_be_are_told_at_their_boxes(analyst: PageClient) -> None:
    make(analyst)

    for sent, said, field in WRONG_DAYS:
        page = Page(publish(analyst, status=422, **sent))
        assert said in page.main and page.tree.xpath(f"//*[@id='{field}-error']")


def test_a_template_with_faults_is_saved_and_not_published(factories: Factories, analyst: PageClient) -> None:
    page = make(analyst, word_file("Ring {{ organisation.phone"))

    assert "What is wrong with version 1" in page.main and 'A tag opens with "{{"' in page.main
    review = analyst.page(f"{HERE}/versions/1/publication")
    assert "It cannot be published before the errors are put right" in review.main
    assert 'A tag opens with "{{"' in Page(publish(analyst, status=422)).main
    assert not is_published(factories)


def is_published(factories: Factories) -> bool:
    with factories.transaction() as session:
        template = storing.get(session, "paragraph", "rights")
        return storing.version(session, template, 1).published_at is not None


def test_what_was_published_cannot_be_published_again(analyst: PageClient) -> None:
    make(analyst)
    publish(analyst)

    page = Page(publish(analyst, status=409))

    assert "was published by Ann Analyst already" in page.main


def test_a_template_is_tried_with_a_sample_and_with_a_case(factories: Factories, analyst: PageClient) -> None:
    factories.organisation()
    make(analyst)
    case = factories.complaint(by=factories.officer())

    sample = Page(analyst.submit(f"{HERE}/trial", {}, status=200))
    real = Page(analyst.submit(f"{HERE}/trial", {"case": case.reference}, status=200))
    word = analyst.submit(f"{HERE}/trial", {"case": case.reference, "as": "docx"}, status=200)

    assert "Ring 020 7946 0000." in sample.main and "Ring 01632 960000." in real.main
    assert word.data.startswith(b"PK")


def test_the_sample_of_a_category_has_its_fields(factories: Factories, analyst: PageClient) -> None:
    make(analyst, word_file("Your rent: {{ rent }}"))

    of_all = Page(analyst.submit(f"{HERE}/trial", {}, status=200))
    of_one = Page(analyst.submit(f"{HERE}/trial", {"category": "sample"}, status=200))

    assert "1 field is missing" in of_all.main and "Nothing is missing" in of_one.main


def test_a_template_ends_and_comes_back(analyst: PageClient) -> None:
    make(analyst)
    publish(analyst)

    ended = analyst.follow(analyst.submit(f"{HERE}/end", {"reason": "Nobody uses it"}))
    assert "Ended Nobody uses it (Ann Analyst" in ended.main and "Ended" in analyst.page(LIST).main
    back = analyst.follow(analyst.submit(f"{HERE}/reinstatement", {}))

    assert "Version 1 is in force" in back.main
    assert "Say why" in Page(analyst.submit(f"{HERE}/end", {}, status=422)).main


def test_it_is_called_something_else_unless_somebody_was_faster(factories: Factories, analyst: PageClient) -> None:
    page = make(analyst)
    asked = page.form("description")

    changed = analyst.follow(analyst.submit(f"{HERE}/description", {**asked, "title": "Your rights"}))
    late = Page(factories.client("analyst").submit(f"{HERE}/description", {**asked, "title": "Rites"}, status=409))

    assert changed.h1 == "Your rights" and "was changed since you opened it" in late.main


@on_sqlite_alone
def test_what_no_template_may_be_is_refused_and_not_kept(factories: Factories, analyst: PageClient) -> None:
    make(analyst)

    for why, content in HOSTILE.items():
        page = Page(send(analyst, LIST, content, kind="letter", title="Bad", status=422))
        version = Page(send(analyst, f"{HERE}/versions", content, status=422))
        assert why in page.main and why in version.main and version.tree.xpath("//*[@id='file-error']")

    with factories.transaction() as session:
        assert storing.find(session, "letter", "bad") is None
        assert len(storing.versions(session, storing.get(session, "paragraph", "rights"))) == 1


WRONG_NAMES = [
    ({"kind": "letter", "title": ""}, "Enter what it is called in lists"),
    ({"kind": "poem", "title": "A"}, "Choose one of"),
    ({"kind": "letter", "title": "A", "key": "Not A Key"}, "Use lower-case words joined by _"),
    ({"kind": "paragraph", "title": "Rights"}, "There is one of this name"),
    ({"kind": "block", "title": "Rights"}, "There is a standard paragraph of this name"),
    ({"kind": "letter", "title": "x" * 201}, "Give at most 200 characters"),
]


@on_sqlite_alone
def test_a_template_that_cannot_be_named_so_is_told(analyst: PageClient) -> None:
    make(analyst)

    for sent, said in WRONG_NAMES:
        assert said in Page(send(analyst, LIST, FIRST, status=422, **sent)).main


def test_who_may_not_change_reads_and_who_may_not_deploy_does_not_publish(
    factories: Factories, analyst: PageClient, officer: PageClient
) -> None:
    make(analyst)
    page = officer.page(HERE)

    assert "Save a new version" not in page.main and "Publish" not in page.main and "End it" not in page.main
    send(officer, f"{HERE}/versions", SECOND, status=403)
    send(officer, LIST, SECOND, kind="letter", title="A", status=403)
    for address in ("versions/1/publication", "end", "reinstatement", "description"):
        officer.submit(f"{HERE}/{address}", {"reason": "x", "title": "x"}, status=403)
    assert not is_published(factories) and officer.page(HERE).h1 == "Rights"


NOWHERE = [
    f"{LIST}/paragraph/none",
    f"{LIST}/poem/rights",
    f"{HERE}/versions/9",
    f"{HERE}/versions/9/content",
    f"{HERE}/versions/9/publication",
    f"{HERE}/comparison?before=9",
    f"{LIST}/letter/rights",
]


@on_sqlite_alone
def test_what_is_not_there_is_not_found(analyst: PageClient) -> None:
    make(analyst)

    assert [analyst.get(address).status_code for address in NOWHERE] == [404] * len(NOWHERE)


def test_a_version_is_downloaded_as_it_was_sent(analyst: PageClient) -> None:
    make(analyst)

    answer = analyst.get(f"{HERE}/versions/1/content?download=1")

    assert answer.data == FIRST and "filename=rights.docx" in answer.headers["Content-Disposition"]


def test_of_two_who_publish_at_once_the_second_is_told(factories: Factories, analyst: PageClient) -> None:
    make(analyst)
    review = analyst.page(f"{HERE}/versions/1/publication")
    with factories.transaction() as session:
        by = factories.actor(factories.user("analyst", name="Bea Analyst"))
        template = storing.get(session, "paragraph", "rights")
        storing.publish(session, storing.version(session, template, 1), by=by)

    assert "No faults" in review.main
    assert "was published by Bea Analyst already" in Page(publish(analyst, status=409)).main


INCLUDES = word_file("Dear {{ person.salutation }}", '{%p include "rights" %}')


def test_letters_that_include_a_block_are_listed_before_it_is_published(
    factories: Factories, analyst: PageClient
) -> None:
    make(analyst)
    publish(analyst)
    factories.deploy({**category(), "letters/hello.docx": INCLUDES, "letters/other.docx": word_file("No")})
    send(analyst, LIST, word_file('{%p include "rights" %}'), kind="block", title="Foot")
    analyst.submit(f"{LIST}/block/foot/versions/1/publication", {})
    send(analyst, LIST, word_file('{%p include "foot" %}'), kind="letter", title="Through a block")
    analyst.submit(f"{LIST}/letter/through_a_block/versions/1/publication", {})
    send(analyst, f"{HERE}/versions", SECOND)

    page = analyst.page(HERE)
    review = analyst.page(f"{HERE}/versions/2/publication")

    for shown in (page, review):
        assert shown.links()["Hello"] == "/studio/sample/files/letters/hello.docx"
        assert shown.links()["Through a block"] == f"{LIST}/letter/through_a_block"
        assert "Other" not in shown.links()
    assert "3 templates change with it on that day, without a deployment" in review.main
    assert "Would have a fault" not in review.main


def test_a_letter_that_a_new_block_would_break_is_told_before(factories: Factories, analyst: PageClient) -> None:
    make(analyst)
    publish(analyst)
    around = word_file("{%p for work in works %}", '{%p include "rights" %}', "{%p endfor %}")
    factories.deploy({**category(), "letters/hello.docx": around})
    send(analyst, f"{HERE}/versions", word_file('{%p include "rights" %}'))

    review = analyst.page(f"{HERE}/versions/2/publication")

    assert "Would have a fault" in review.main and "A block includes itself" in review.main


def test_a_letter_is_tried_with_what_it_includes(factories: Factories, analyst: PageClient) -> None:
    factories.organisation()
    make(analyst)
    publish(analyst)
    factories.deploy({**category(), "letters/hello.docx": INCLUDES})

    page = Page(analyst.submit("/studio/sample/trial/letters/hello.docx", {}, status=200))

    assert "You may ask the Ombudsman." in page.main and "Nothing is missing" in page.main


def test_a_template_that_is_text_is_kept_as_text(analyst: PageClient) -> None:
    page = analyst.follow(send(analyst, LIST, b"Subject: <b>Hello</b>\n\nDear you", kind="email", title="Hello"))
    wrong = Page(send(analyst, f"{LIST}/email/hello/versions", b"\xff\x00", status=422))

    assert "Subject: <b>Hello</b> Dear you" in page.main and "<b>Hello" not in page.text
    assert "is no text" in wrong.main and wrong.tree.xpath("//*[@id='file-error']")
    assert analyst.get(f"{LIST}/email/hello/versions/1/content").data == b"Subject: <b>Hello</b>\n\nDear you"
