"""Starting a case: the kind, the person, the answers; a second click; what is refused."""

from io import BytesIO

from sqlalchemy import func, select

from engine.instants import today
from engine.permissions import PLATFORM
from engine.record import changing
from engine.record.changing import Why
from models.accounts import RentAccount
from models.case import Case, CaseLink
from models.document import Document
from tests.diagrams import category, service
from tests.factories import complaint_answers
from tests.integration.portal.conftest import Desk, alert, day_parts, error_links, shown
from tests.word_files import word_file


def posted() -> dict[str, object]:
    """Return the answers to the start form as its page sends them."""
    answers = {name: value for name, value in complaint_answers().items() if not name.endswith("_on")}
    return {**answers, **day_parts("received_on", today()), **day_parts("became_aware_on", today())}


def test_from_the_kind_by_the_person_to_the_case(desk: Desk) -> None:
    kinds = desk.client.page("/cases/new?q=unhappy")
    kind = kinds.tree.xpath("//a[contains(@class, 'cw-choice')]/@href")[0]
    people = desk.client.page(f"{kind}?q=okafor")
    page = desk.client.page(people.links()["Mrs Ada Okafor"])

    answer = desk.client.submit("/cases/new/complaint", {**page.form("/cases/new/complaint"), **posted()})

    begun = desk.client.follow(answer)
    assert "The case has begun." in begun.main
    assert begun.h1 == "Complaint: Mrs Ada Okafor"
    with desk.factories.transaction() as session:
        links = session.execute(select(CaseLink.entity_type).order_by(CaseLink.id.desc()).limit(2)).scalars().all()
    assert sorted(links) == ["person", "tenancy"]


def test_a_second_click_finds_the_case_that_the_first_started(desk: Desk) -> None:
    page = desk.client.page(f"/cases/new/complaint?subject=person:{desk.person.id}")
    sent = {**page.form("/cases/new/complaint"), **posted()}
    first = desk.client.submit("/cases/new/complaint", sent)

    second = desk.client.submit("/cases/new/complaint", sent)

    assert second.headers["Location"] == first.headers["Location"]
    with desk.factories.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 2


def test_a_home_offers_the_people_who_live_there(desk: Desk) -> None:
    with desk.factories.transaction() as session:
        from models.places import Asset

        home = session.get(Asset, desk.tenancy.asset_id)

    page = desk.client.page(f"/cases/new/complaint?q={home.postcode}")

    assert f"person:{desk.person.id}" in page.links()["Mrs Ada Okafor"]


def test_a_case_can_be_about_an_organisation_or_an_account_where_its_kind_does_not_say_less(desk: Desk) -> None:
    with desk.factories.transaction() as session:
        why, values = Why(PLATFORM), {"kind": "contractor", "name": "Slipway Roofing"}
        roofer = changing.create(session, "organisation", values, why=why).id
        account = session.scalars(select(RentAccount.id)).first()
    desk.factories.deploy(category("start > ask > end"))

    page = desk.client.page(f"/cases/new/sample?subject=organisation:{roofer}&subject=account:{account}")
    answer = desk.client.submit("/cases/new/sample", page.form("/cases/new/sample"))
    begun = desk.client.follow(answer)

    assert begun.h1.endswith("Slipway Roofing")
    assert "Slipway Roofing" in desk.client.page(f"{answer.headers['Location'].split('?')[0]}/people").main
    page = desk.client.page(f"/cases/new/complaint?subject=account:{account}&subject=person:{desk.person.id}")
    assert page.form("/cases/new/complaint")["_subjects"] == f"person:{desk.person.id}"


def test_a_kind_that_needs_a_person_asks_for_one_first(desk: Desk) -> None:
    page = desk.client.page(f"/cases/new/complaint?subject=tenancy:{desk.tenancy.id}")

    assert page.h1 == "Complaint: who is it about?"


def test_nobody_found_says_what_to_try(desk: Desk) -> None:
    assert "Try part of the surname" in desk.client.page("/cases/new/complaint?q=xyzzy").main


def test_a_subject_can_be_left_out_again(desk: Desk) -> None:
    subjects = f"subject=person:{desk.person.id}&subject=tenancy:{desk.tenancy.id}"
    page = desk.client.page(f"/cases/new/complaint?{subjects}")
    leave = next(href for text, href in page.links().items() if text.startswith("Leave out"))

    without = desk.client.page(leave)

    assert without.form("/cases/new/complaint")["_subjects"] == f"person:{desk.person.id}"


def test_wrong_answers_come_back_with_sentences_and_what_was_typed(desk: Desk) -> None:
    page = desk.client.page(f"/cases/new/complaint?subject=person:{desk.person.id}")
    sent = {**page.form("/cases/new/complaint"), **posted(), "received_on-day": "31", "received_on-month": "2"}

    again = shown(desk.client.submit("/cases/new/complaint", sent, status=422))

    assert any("Date received" in sentence for sentence in error_links(again))
    assert again.form("/cases/new/complaint")["complaint_summary"].startswith("The boiler")
    assert again.form("/cases/new/complaint")["_start_key"] == sent["_start_key"]


def test_files_of_the_first_form_are_filed_on_the_new_case(desk: Desk) -> None:
    page = desk.client.page(f"/cases/new/complaint?subject=person:{desk.person.id}")
    file = (BytesIO(b"Dear landlord, the boiler is broken."), "letter.txt")
    sent = {**page.form("/cases/new/complaint"), **posted(), "complaint_evidence": file}

    answer = desk.client.submit("/cases/new/complaint", sent, content_type="multipart/form-data")

    reference = answer.headers["Location"].split("?")[0].rsplit("/", 1)[1]
    with desk.factories.transaction() as session:
        case_id = session.scalar(select(Case.id).where(Case.reference == reference))
        assert session.scalar(select(Document.title).where(Document.case_id == case_id)) == "letter"
    assert "letter" in desk.client.page(f"/cases/{reference}/documents").links()


def test_a_file_that_may_not_be_kept_is_refused_at_its_field(desk: Desk) -> None:
    page = desk.client.page(f"/cases/new/complaint?subject=person:{desk.person.id}")
    file = (BytesIO(b"<html><script>alert(1)</script></html>"), "letter.txt")
    sent = {**page.form("/cases/new/complaint"), **posted(), "complaint_evidence": file}

    again = shown(desk.client.submit("/cases/new/complaint", sent, status=422, content_type="multipart/form-data"))

    assert any("web page or a program" in sentence for sentence in error_links(again))
    with desk.factories.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 0


def test_an_alert_is_seen_before_the_form(desk: Desk) -> None:
    alert(desk.factories, desk.person, "Do not visit alone.")

    page = desk.client.page(f"/cases/new/complaint?subject=person:{desk.person.id}")

    assert page.main.index("Do not visit alone.") < page.main.index("New complaint")


def test_what_is_not_there_is_refused_with_a_sentence(desk: Desk) -> None:
    desk.client.page("/cases/new/nothing", status=404)
    desk.client.page("/cases/new/complaint?subject=person:999999", status=404)
    desk.client.page("/cases/new/complaint?subject=drop%20table", status=422)
    sent = {"_subjects": "person:999999", **posted()}
    desk.client.submit("/cases/new/complaint", sent, status=404)


def test_an_auditor_may_start_nothing_and_is_offered_nothing(desk: Desk) -> None:
    auditor = desk.factories.client("auditor", teams=())

    assert "Start a case" not in auditor.page("/cases").text
    auditor.page("/cases/new", status=403)


def test_a_letter_of_the_first_step_is_there_when_the_case_page_opens(desk: Desk) -> None:
    welcome = {"greet": service("merge_document", template="welcome")}
    letter = {"doc_templates/welcome.docx": word_file("Dear resident, this is {{ case.reference }}.")}
    desk.factories.deploy(category("start > greet:service > ask > end", inside=welcome, files=letter))
    page = desk.client.page("/cases/new/sample?skip=1")

    answer = desk.client.submit("/cases/new/sample", page.form("/cases/new/sample"))
    begun = desk.client.follow(answer)

    assert any(address.startswith("/documents/") for address in begun.links().values())
