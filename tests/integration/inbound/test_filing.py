"""People file what came in: with proposals that say why, on the case and the record, once; and take it out again."""

import threading

import pytest
from sqlalchemy import select

from engine.errors import Conflict, EngineError
from engine.filing.places import Place
from engine.inbound import filing
from engine.inbound.filing import Wish
from models.accounts import RentAccount
from models.case import Case
from models.document import Document, DocumentLink, DocumentVersion
from models.record import RecordChange
from tests.factories import Factories
from tests.integration.inbound.cases import Correspondence
from tests.integration.inbound.conftest import write

STRANGER = "Mallory <m@elsewhere.example>"


@pytest.fixture
def post(sqlite_factories: Factories) -> Correspondence:
    """A case whose tenant we wrote to, and a message that is not certain."""
    return Correspondence(sqlite_factories)


def proposals(post: Correspondence, item_id: int) -> dict[str, str]:
    """Return what the page of an item proposes, by its value, with what it says."""
    page = post.factories.client(user=post.user).page(f"/incoming/{item_id}")
    labels = {label.get("for"): " ".join(label.itertext()) for label in page.tree.xpath("//label")}
    inputs = page.tree.xpath("//input[@name='case' or @name='link'][contains(@value, ':')]")
    return {one.get("value"): " ".join(labels[one.get("id")].split()) for one in inputs}


def chosen(post: Correspondence, item_id: int) -> list[str]:
    """Return what is chosen already on the page of an item."""
    page = post.factories.client(user=post.user).page(f"/incoming/{item_id}")
    return [one.get("value") for one in page.tree.xpath("//input[@name='case' or @name='link'][@checked]")]


def test_an_answer_proposes_its_case_and_whom_it_was_for_and_says_why(post: Correspondence) -> None:
    item = post.answer(sender=STRANGER)

    found = proposals(post, item.id)

    assert "It answers our message “Your repair” of" in found[f"case:{post.case.id}"]
    assert "It answers our message" in found[f"person:{post.ada.id}"]
    assert set(chosen(post, item.id)) == {f"case:{post.case.id}", f"person:{post.ada.id}"}


def test_references_addresses_and_numbers_propose_what_they_name(post: Correspondence) -> None:
    with post.factories.transaction() as session:
        account = session.scalars(select(RentAccount)).one()
    text = f"Dear Sirs,\nmy rent {account.reference} for {post.tenancy.reference}.\nReach me at 01632 960 777"

    item = post.take(write(f"Re: {post.case.reference}", text, sender=STRANGER))

    found = proposals(post, item.id)
    assert f"The subject names {post.case.reference}" in found[f"case:{post.case.id}"]
    assert f"It names reference {account.reference}" in found[f"account:{account.id}"]
    assert f"It names reference {post.tenancy.reference}" in found[f"tenancy:{post.tenancy.id}"]
    assert "Takes part in the case" in found[f"person:{post.ada.id}"]


def test_a_known_address_proposes_its_person_and_their_open_case(post: Correspondence) -> None:
    item = post.take(write("Hello", "A question.", sender="ada@resident.example"))

    found = proposals(post, item.id)

    assert "It came from ada@resident.example" in found[f"person:{post.ada.id}"]
    assert "Mrs Ada Okafor has this open case" in found[f"case:{post.case.id}"]
    assert chosen(post, item.id) == [f"person:{post.ada.id}"]


def test_a_scan_is_proposed_by_the_address_and_name_in_its_words(post: Correspondence) -> None:
    home = post.factories.home("7 Heron Walk", postcode="ZZ99 7QQ")
    tenant = post.factories.person("Bea", "Byrne")
    post.factories.tenancy(tenant, home=home)

    item = post.take(write("Scan", "B. Byrne\n7 Heron Walk\nBrightwater zz997qq", sender=STRANGER))

    found = proposals(post, item.id)
    assert "It names 7 Heron Walk" in found[f"home:{home.id}"]
    assert "It names Byrne, who lives at 7 Heron Walk" in found[f"person:{tenant.id}"]


def test_a_restricted_case_is_proposed_to_nobody_outside_its_circle(post: Correspondence) -> None:
    item = post.take(write("Hello", "A question.", sender="ada@resident.example"))
    owner = post.factories.user("officer")
    post.restrict(owner_id=owner.id)

    found = proposals(post, item.id)

    assert list(found) == [f"person:{post.ada.id}"]
    assert post.case.reference not in found[f"person:{post.ada.id}"]
    refused = post.factories.client(user=post.user).submit(
        f"/incoming/{item.id}/filing", {"case": f"case:{post.case.id}"}, status=404
    )
    nothing = post.factories.client(user=post.user).submit(
        f"/incoming/{item.id}/filing", {"case": "case:99"}, status=404
    )
    assert refused.text.split("</main>")[0] == nothing.text.split("</main>")[0]


def test_somebody_looks_for_a_person_and_files_there(post: Correspondence) -> None:
    other, client = post.factories.person("Zoe", "Quill"), post.factories.client(user=post.user)
    item = post.take(write(sender=STRANGER, attach={"a.txt": b"one", "b.txt": b"two"}))

    page = client.page(f"/incoming/{item.id}?find=quill")
    assert "Found by “quill”" in page.main
    sent = {**page.form("filing"), "case": "", "link": f"person:{other.id}", "file": "2", "title": "Her letter"}
    client.submit(f"/incoming/{item.id}/filing", sent)

    assert [document.title for document in post.rows(Document)] == ["Her letter", "b"]
    assert {link.entity_id for link in post.rows(DocumentLink)} == {other.id}
    [came] = post.communications()
    assert (came.case_id, came.person_id) == (None, other.id)
    assert "communication" in {change.part for change in post.rows(RecordChange) if change.entity_id == other.id}
    assert post.items()[0].state == "filed"


def test_filing_asks_where(post: Correspondence) -> None:
    client, item = post.factories.client(user=post.user), post.take(write(sender=STRANGER))

    nowhere = client.submit(f"/incoming/{item.id}/filing", {"case": "", "kind": "received"}, status=422)
    other = client.submit(f"/incoming/{item.id}/filing", {"case": "other", "case_reference": "NO-1"}, status=422)
    none = client.submit(f"/incoming/{item.id}/filing", {"case": "other"}, status=422)

    assert "Choose a case, or whom or what it is about" in nowhere.text
    assert "There is nothing with the reference “NO-1”" in other.text
    assert "Enter the reference of the case" in none.text


def test_another_case_is_named_by_its_reference(post: Correspondence) -> None:
    client, item = post.factories.client(user=post.user), post.take(write(sender=STRANGER))

    answer = client.submit(
        f"/incoming/{item.id}/filing",
        {"case": "other", "case_reference": f" {post.case.reference.lower()} ", "kind": "evidence", "tags": "Urgent"},
    )

    assert f"It is filed on {post.case.reference}" in client.follow(answer).tree.text_content()
    [document] = post.documents()
    assert (document.kind, document.source) == ("evidence", "received")
    assert post.told() == []  # who filed it owns the case


def test_what_was_filed_wrongly_is_taken_out_and_filed_again(post: Correspondence) -> None:
    client, item = post.factories.client(user=post.user), post.answer()

    assert "Enter why it does not belong there" in client.submit(f"/incoming/{item.id}/unfiling", status=422).text
    client.submit(f"/incoming/{item.id}/unfiling", {"unfile_reason": "It is about another matter"})

    assert [document.end_reason for document in post.documents()] == ["It is about another matter"]
    assert [came.status for came in post.communications()] == ["cancelled"]
    again = post.items()[0]
    assert (again.state, again.claimed_by_id, again.case_id) == ("new", post.user.id, None)
    said = client.page(f"/incoming/{item.id}").tree.text_content()
    assert "The case had gone on by it; that stays." in said
    client.submit(f"/incoming/{item.id}/filing", {"case": f"case:{post.case.id}"})
    assert [came.status for came in post.communications()] == ["cancelled", "received"]
    assert len([document for document in post.documents() if document.ended_at is None]) == 1


def test_a_case_is_started_from_what_came_in_and_has_it(post: Correspondence) -> None:
    client, item = post.factories.client(user=post.user), post.take(write("A leak", sender="ada@resident.example"))

    page = client.page(f"/incoming/{item.id}")
    kinds = client.page(page.links()["Start a case from it"])
    form = client.page(kinds.links()["Sample"])
    assert "“A leak” is filed on the case when it starts" in form.main
    answer = client.submit("/cases/new/sample", form.form("/cases/new/sample"))

    reference = answer.headers["Location"].split("/")[2].split("?")[0]
    with post.factories.transaction() as session:
        case_id = session.scalars(select(Case.id).where(Case.reference == reference)).one()
    assert (post.items()[0].state, post.items()[0].case_id) == ("filed", case_id)
    assert {(link.entity_type, link.entity_id) for link in post.rows(DocumentLink)} == {("person", post.ada.id)}


def test_a_filed_scan_is_searched_by_its_words_like_any_document(post: Correspondence) -> None:
    item = post.answer(attach={"meter.txt": b"Reading 4711"})
    post.factories.run_jobs()

    texts = [version.text for version in post.rows(DocumentVersion)]

    assert item.state == "filed"
    assert any("Tuesday suits me" in text for text in texts) and "Reading 4711" in texts


def test_two_officers_file_the_same_item_once(factories: Factories) -> None:
    post = Correspondence(factories)
    item, other = post.take(write(sender=STRANGER)), factories.actor(factories.user("officer"))
    together, outcomes = threading.Barrier(2), []

    def act(by: object) -> None:
        together.wait()
        try:
            with factories.transaction() as session:
                filing.file(session, item.id, Wish(Place(post.case.id)), by=by)  # type: ignore[arg-type]
            outcomes.append("filed")
        except EngineError as error:
            outcomes.append(type(error).__name__)

    both = [threading.Thread(target=act, args=(by,)) for by in (post.by, other)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert sorted(outcomes) == [Conflict.__name__, "filed"]
    assert len(post.documents()) == len(post.communications()) == 1


def test_a_person_without_the_right_files_nothing(post: Correspondence) -> None:
    item, analyst = post.take(write(sender=STRANGER)), post.factories.client("analyst")

    assert analyst.get("/incoming").status_code == 403
    assert analyst.submit(f"/incoming/{item.id}/filing", {"case": f"case:{post.case.id}"}, status=403)
    assert "Incoming" not in analyst.page("/").links()
