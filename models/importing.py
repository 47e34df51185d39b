"""What was brought in from files."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Digest, Id, Key, Name


class ImportRun(Base):
    """One import of a file, written with each chunk of it: an import that was stopped goes on after `line`."""

    __tablename__ = "import_run"

    id: Mapped[Id]
    key: Mapped[Digest] = mapped_column(index=True)  # of the file's bytes, the mapping and what was imported
    what: Mapped[Key]  # people, transactions, …
    file: Mapped[Name]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    by_name: Mapped[Name]
    line: Mapped[int]  # the last one that was committed
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
