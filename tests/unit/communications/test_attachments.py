"""How a file goes along with an e-mail."""

from pathlib import Path

from engine.communications.providers.base import Attachment
from engine.communications.providers.smtp import _as_sent


def test_a_letter_is_attached_as_its_pdf_and_anything_else_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "letter").write_bytes(b"PK")
    (tmp_path / "pdf").write_bytes(b"%PDF-1.7")
    letter = Attachment("CMP-1 Our answer.docx", "application/x-word", tmp_path / "letter", tmp_path / "pdf")
    photograph = Attachment("wall.jpg", "image/jpeg", tmp_path / "letter")

    assert _as_sent(letter) == ("CMP-1 Our answer.pdf", "application/pdf", b"%PDF-1.7")
    assert _as_sent(photograph) == ("wall.jpg", "image/jpeg", b"PK")
