"""What administrators do about documents: refused files, and the kinds that documents are filed as."""

import io

from sqlalchemy import select

from engine.filing.receiving import quarantine
from models.document import Document, DocumentKind, QuarantinedFile
from tests.factories import Factories
from tests.pages import PageClient
from tests.pictures import pdf


def refuse(factories: Factories, name: str) -> PageClient:
    """Have a locked PDF refused that an officer sent, and return an administrator's browser."""
    officer = factories.client("officer")
    person = factories.person()
    sent = {"kind": "other", "files": (io.BytesIO(pdf(password=name)), name)}
    officer.submit(f"/people/{person.id}/documents", sent, status=422, content_type="multipart/form-data")
    return factories.client("administrator")


def test_a_refused_file_is_listed_saved_and_released_for_a_reason(sqlite_factories: Factories) -> None:
    administrator = refuse(sqlite_factories, "statement.pdf")

    page = administrator.page("/admin/quarantine")
    file = administrator.get(page.links()["Save it statement.pdf"])
    assert "it is protected by a password" in page.main
    assert (
        file.headers["Content-Disposition"].startswith("attachment")
        and "sandbox" in file.headers["Content-Security-Policy"]
    )
    assert "Enter why" in administrator.submit("/admin/quarantine/release", {"file": "1"}, status=422).text
    administrator.submit("/admin/quarantine/release", {"file": "1", "reason": "Her bank sends them so"})

    with sqlite_factories.transaction() as session:
        [document] = session.scalars(select(Document.id)).all()
        sha256 = session.scalar(select(QuarantinedFile.sha256))
    assert administrator.get(f"/documents/{document}/file").headers["Content-Type"] == "application/octet-stream"
    assert "Her bank sends them so" in administrator.page("/admin/quarantine?state=released").main
    assert not quarantine()._place(sha256).exists()


def test_a_refused_file_is_destroyed_and_nobody_but_administrators_sees_any(sqlite_factories: Factories) -> None:
    administrator = refuse(sqlite_factories, "statement.pdf")
    sqlite_factories.client("officer").page("/admin/quarantine", status=403)
    with sqlite_factories.transaction() as session:
        sha256 = session.scalar(select(QuarantinedFile.sha256))

    administrator.submit("/admin/quarantine/destroy", {"file": "1", "reason": "Sent by mistake"})

    assert not quarantine()._place(sha256).exists()
    assert "Sent by mistake" in administrator.page("/admin/quarantine?state=destroyed").main
    administrator.page("/admin/quarantine/1/file", status=404)


def test_kinds_are_added_renamed_and_offered_no_more(sqlite_factories: Factories) -> None:
    administrator = sqlite_factories.client("administrator")
    administrator.submit("/admin/document-kinds", {"name": "Gas safety record"})
    assert "Enter a name" in administrator.submit("/admin/document-kinds", {"name": " "}, status=422).text
    with sqlite_factories.transaction() as session:
        kind = session.scalars(select(DocumentKind).where(DocumentKind.name == "Gas safety record")).one()

    here = f"/admin/document-kinds/{kind.id}"
    administrator.submit(f"{here}/name", {"name": "Gas safety", "revision": "1"})
    administrator.submit(f"{here}/end", {"revision": "1"}, status=409)
    administrator.submit(f"{here}/end", {"revision": "2"})
    assert "Gas safety" not in administrator.page("/documents").tree.xpath("//select[@id='of-kind']/option/text()")
    administrator.submit(f"{here}/return", {"revision": "3"})

    assert "Gas safety" in administrator.page("/documents").tree.xpath("//select[@id='of-kind']/option/text()")
