"""Documents: several at once, each checked; what is refused; who may see one."""

from io import BytesIO

from sqlalchemy import func, select, update

from models.case import Case
from models.document import Document, QuarantinedFile
from tests.integration.portal.conftest import Desk, error_links, shown
from tests.pictures import picture

PNG = picture("PNG")


def upload(desk: Desk, *files: tuple[str, bytes], status: int = 302, **answers: str) -> object:
    sent = {"kind": "photograph", **answers, "files": [(BytesIO(content), name) for name, content in files]}
    return desk.client.submit(f"{desk.here}/documents", sent, status=status, content_type="multipart/form-data")


def test_several_files_are_added_at_once(desk: Desk) -> None:
    answer = upload(desk, ("before.txt", b"Before."), ("after.txt", b"After."))

    page = desk.client.follow(answer)
    assert "2 documents are added." in page.text
    assert {"before", "after"} <= page.links().keys()
    assert "Document added: after" in desk.client.page(f"{desk.here}/timeline").main


def test_one_file_gets_the_title_that_was_typed_and_can_be_read(desk: Desk) -> None:
    page = desk.client.follow(upload(desk, ("x.txt", b"The tap still drips."), title="Note of the visit"))
    desk.factories.run_jobs()

    assert "The tap still drips." in desk.client.page(page.links()["Note of the visit"]).main


def test_a_program_that_calls_itself_a_picture_is_refused_and_set_apart(desk: Desk) -> None:
    answer = upload(desk, ("photo.png", b"MZ\x90\x00 a program"), status=422)

    page = shown(answer)
    assert list(error_links(page).values()) == ["#files"]
    assert "photo" in page.main
    with desk.factories.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 0
        held = session.scalars(select(QuarantinedFile)).one()
    assert (held.file_name, held.code, held.state) == ("photo.png", "type", "held")
    assert held.case_id is not None


def test_one_refused_file_keeps_no_other_from_being_added(desk: Desk) -> None:
    answer = upload(desk, ("good.txt", b"Good."), ("photo.png", b"MZ\x90\x00 a program"))

    page = desk.client.follow(answer)
    assert "The document is added." in page.text
    assert "was refused because it" in page.text
    assert "good" in page.links()


def test_no_file_at_all_says_what_to_do(desk: Desk) -> None:
    assert error_links(shown(upload(desk, status=422))) == {"Choose at least one file": "#files"}


def test_a_kind_that_is_not_offered_is_refused(desk: Desk) -> None:
    answer = upload(desk, ("a.txt", b"a"), status=422, kind="ransom")

    assert error_links(shown(answer)) == {"Choose a kind from the list": "#kind"}


def test_a_text_is_served_so_that_no_browser_takes_it_for_a_page(desk: Desk) -> None:
    page = desk.client.follow(upload(desk, ("note.txt", b"Hello <b>there</b>.")))

    file = desk.client.get(f"{page.links()['note']}/file")

    assert file.headers["Content-Type"].startswith("text/plain")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in file.headers["Content-Security-Policy"]


def test_a_picture_is_shown_in_the_page(desk: Desk) -> None:
    page = desk.client.follow(upload(desk, ("tap.png", PNG)))

    document = desk.client.page(page.links()["tap"])

    assert document.tree.xpath("//main//img/@alt") == ["tap"]


def test_documents_of_a_restricted_case_do_not_exist_for_others(desk: Desk) -> None:
    page = desk.client.follow(upload(desk, ("secret.txt", b"Where she lives now.")))
    address = page.links()["secret"]
    with desk.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True))
    stranger = desk.factories.client()

    stranger.page(address, status=404)
    stranger.page(f"{address}/file", status=404)
    assert "secret" not in stranger.page(f"/people/{desk.person.id}").text
    assert desk.client.get(f"{address}/file").data == b"Where she lives now."


def test_a_file_that_is_on_no_case_yet_is_seen_by_who_sent_it_alone(desk: Desk) -> None:
    upload(desk, ("draft.txt", b"Not filed yet."))
    with desk.factories.transaction() as session:
        session.execute(update(Document).values(case_id=None))
        document = session.scalar(select(Document.id))

    desk.client.page(f"/documents/{document}")
    desk.factories.client().page(f"/documents/{document}", status=404)


def test_an_auditor_may_not_add_one(desk: Desk) -> None:
    auditor = desk.factories.client("auditor", teams=())

    assert "Add documents" not in auditor.page(f"{desk.here}/documents").main
    auditor.submit(f"{desk.here}/documents", {"kind": "other"}, status=403)
