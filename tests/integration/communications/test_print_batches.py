"""Letters that the house prints: put together once, looked at, posted, or taken back; nobody sees what they may not."""

import io
from typing import Any

import pytest
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import update

from engine import jobs
from engine.communications import print_batches, settling
from engine.communications.print_batches import Options
from engine.communications.providers.printing import Printing
from engine.documents.kinds import PDF
from engine.errors import Conflict, NotAllowed, NotFound
from engine.filing.receiving import store
from models.case import Case
from models.communication import PrintBatch
from models.document import DocumentVersion
from tests.environment.databases import on_sqlite_alone
from tests.integration.communications.conftest import Correspondence
from tests.pages import Page


def sheet(
    *lines: str, top: float = 135, more: str = "", pages: int = 1, size: tuple[float, float] = (595.28, 841.89)
) -> bytes:
    """A letter whose address stands so many points below the upper edge."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=size)
    for number, line in enumerate(lines):
        canvas.drawString(70, size[1] - top - 13 * number, line)
    canvas.drawString(70, size[1] - 200, more)
    for _ in range(pages):
        canvas.drawString(70, 400, "Dear Ada")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@pytest.fixture
def post(letters: Correspondence) -> Correspondence:
    """Letters to Ada and Bea that wait to be printed, each a PDF whose address stands in the window."""
    letters.post = Printing()  # type: ignore[assignment]
    letters.start("send_letter", template="hello", to="tenants")
    letters.dispatch()
    for message in letters.messages:
        use(letters, message, sheet(message.recipient, *map(str, message.address_lines)))
    return letters


def use(letters: Correspondence, message: Any, content: bytes) -> None:
    sha256 = store().put(content)
    with letters.factories.transaction() as session:
        its = update(DocumentVersion).where(DocumentVersion.document_id == message.document_id)
        session.execute(its.values(sha256=sha256, content_type=PDF, size=len(content), pdf=None))


def print_out(letters: Correspondence) -> None:
    """Make the batches that wait, and no PDF beside a letter."""
    jobs.run_waiting(letters.factories.sessions, kinds=(print_batches.KIND,))


def begin(letters: Correspondence, *ids: int, **options: bool) -> PrintBatch:
    with letters.factories.transaction() as session:
        print_batches.begin(session, ids or None, Options(**options), by=letters.by)
    print_out(letters)
    return letters.rows(PrintBatch)[-1]


def pages(batch: PrintBatch) -> list[str]:
    from engine.filing.receiving import renditions

    with renditions().open(batch.sha256) as file:
        return [page.extract_text() for page in PdfReader(io.BytesIO(file.read())).pages]


def test_letters_are_put_together_and_sent_once_they_were_posted(post: Correspondence) -> None:
    batch = begin(post)

    assert (batch.status, batch.reason, batch.letters, batch.sheets, batch.faults) == ("ready", "", 2, 2, [])
    assert [bool(text.strip()) for text in pages(batch)] == [True, False, True, False]  # each on a sheet of its own
    assert [one.status for one in post.messages] == ["printing", "printing"]
    post.act(print_batches.post, batch.id)
    assert print_batches.settle(post.factories.sessions) == 2 and print_batches.settle(post.factories.sessions) == 0

    assert [one.status for one in post.messages] == ["sent", "sent"]
    assert [one.sheets for one in post.messages] == [1, 1]
    assert post.events() == ["written", "written", "printing", "printing", "sent", "sent"]
    with pytest.raises(Conflict, match="posted already"):
        post.act(print_batches.withdraw, batch.id)


@on_sqlite_alone
def test_a_letter_whose_pages_may_be_printed_already_is_not_changed(post: Correspondence) -> None:
    batch, first = begin(post), post.messages[0]

    with pytest.raises(Conflict, match=f"is in print batch {batch.id}"):
        post.act(settling.edit_letter, first.id, text="Something else", version=1)
    assert not officer_page(post, first.id).tree.xpath("//*[@id='change']")
    with post.factories.transaction() as session:
        print_batches.withdraw(session, batch.id, by=post.by)
    post.act(settling.edit_letter, first.id, text="Something else", version=1)

    assert post.messages[0].text == "Something else"
    assert officer_page(post, first.id).tree.xpath("//*[@id='change']")


def officer_page(post: Correspondence, number: int) -> Page:
    return post.factories.client("officer", "team_manager", teams=("Letters",)).page(f"/communications/{number}")


def test_a_letter_is_in_one_batch_at_a_time_and_waits_again_when_it_is_taken_back(post: Correspondence) -> None:
    batch = begin(post, post.messages[0].id)
    with pytest.raises(Conflict, match="do not wait"):
        begin(post, post.messages[0].id)

    post.act(print_batches.withdraw, batch.id)
    again = begin(post)

    assert again.letters == 2 and post.rows(PrintBatch)[0].status == "withdrawn"
    with pytest.raises(Conflict, match="taken back"):
        post.act(print_batches.post, batch.id)


@on_sqlite_alone
@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (sheet("Ada", "AB1 2CD", top=300), "not in the window"),
        (sheet("Ada", "AB1 2CD", size=(595, 420)), "Page 1 is not A4"),
        (b"%PDF-1.4 broken", "It cannot be printed because it is damaged."),
    ],
)
def test_a_letter_with_a_fault_is_named_and_left_out_and_waits_again(
    post: Correspondence, content: bytes, fault: str
) -> None:
    ada = post.messages[0]
    use(post, ada, content)

    batch = begin(post)

    assert batch.status == "ready" and batch.letters == 1 and len(batch.faults) == 1
    assert batch.faults[0][0] == ada.id and fault in batch.faults[0][1]
    assert [one.print_batch_id for one in post.messages] == [None, batch.id]


@on_sqlite_alone
def test_what_the_window_shows_beside_the_address_is_a_fault_that_may_be_printed_all_the_same(
    post: Correspondence,
) -> None:
    ada = post.messages[0]
    use(post, ada, sheet(ada.recipient, *map(str, ada.address_lines), more="Notice seeking possession"))

    left_out = begin(post)
    post.act(print_batches.withdraw, left_out.id)
    taken = begin(post, leave_out=False, separators=True, duplex=False)

    assert "Notice seeking possession" in left_out.faults[0][1] and left_out.letters == 1
    assert taken.letters == 2 and taken.sheets == 4 and taken.faults == left_out.faults
    assert "Letter 1 of 2" in pages(taken)[0] and "Letter 2 of 2" in pages(taken)[2]


@on_sqlite_alone
def test_what_is_not_safe_any_more_is_stopped_and_not_printed(post: Correspondence) -> None:
    post.change(post.ada, no_letters=True)

    batch = begin(post)

    assert batch.letters == 1 and [one.status for one in post.messages] == ["stopped", "printing"]
    assert any(name.startswith("Decide on") for name in post.open())


@on_sqlite_alone
def test_a_letter_that_was_cancelled_since_keeps_the_batch_from_being_posted(post: Correspondence) -> None:
    batch = begin(post)
    post.act(settling.cancel, post.messages[0].id, reason="She rang")

    with pytest.raises(Conflict, match="taken out since"):
        post.act(print_batches.post, batch.id)
    with post.factories.transaction() as session:
        print_batches.again(session, batch.id, by=post.by)
    print_out(post)
    post.act(print_batches.post, batch.id)
    print_batches.settle(post.factories.sessions)

    (batch,) = post.rows(PrintBatch)
    assert len(pages(batch)) == 2 and batch.letters == 1
    assert [one.status for one in post.messages] == ["cancelled", "sent"]


@on_sqlite_alone
def test_who_may_not_see_a_restricted_case_sees_neither_its_letters_nor_its_batch(post: Correspondence) -> None:
    batch = begin(post)
    other = post.factories.actor(post.factories.user("officer"))
    with post.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True))
    with post.factories.transaction() as session:
        assert print_batches.batches(session, by=other) == []
        with pytest.raises(NotFound):
            print_batches.find(session, batch.id, by=other)
        with pytest.raises(NotFound):
            print_batches.post(session, batch.id, by=other)
        assert print_batches.waiting(session, by=other) == []
    auditor = post.factories.actor(post.factories.user("auditor"))
    with post.factories.transaction() as session, pytest.raises(NotAllowed):
        print_batches.begin(session, None, Options(), by=auditor)


@on_sqlite_alone
def test_the_pages_work_without_javascript(post: Correspondence) -> None:
    client = post.factories.client("officer")
    page = client.get("/post")
    assert page.status_code == 200 and "2 letters wait" in page.text
    assert "Choose letters" in client.submit("/post/batches", {"duplex": "1"}, status=422).text

    made = client.submit("/post/batches", {"all": "1", "duplex": "1", "window": "1", "faults": "leave_out"})
    assert "It is being made" in client.get(made.headers["Location"]).text
    print_out(post)
    address = made.headers["Location"]
    assert "2 letters on 2 sheets" in client.get(address).text
    pdf = client.get(f"{address}/pdf")
    assert pdf.data.startswith(b"%PDF") and "no-store" in pdf.headers["Cache-Control"]
    pdf.close()
    client.submit(f"{address}/posting")

    assert [one.status for one in post.messages] == ["sent", "sent"] and "Posted" in client.get(address).text
