"""Scanned post in a folder is taken in once each, in the order of names; what became of a file stands beside it."""

import os
import threading
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from engine.inbound import folder as folders
from engine.inbound import scans
from engine.inbound.folder import Folder
from engine.inbound.polling import read_folder
from models.document import QuarantinedFile
from tests.integration.inbound.conftest import Post


def picture(colour: str = "white") -> bytes:
    """Return a small picture."""
    file = BytesIO()
    Image.new("RGB", (40, 60), colour).save(file, "PNG")
    return file.getvalue()


def drop(post: Post, name: str, content: bytes) -> Path:
    """Put a file into the folder."""
    path = _folder(post) / name
    path.write_bytes(content)
    return path


def lying(post: Post, where: str = "") -> list[str]:
    """Return the names of what lies in the folder, or in one of its folders."""
    place = _folder(post) / where
    return sorted(path.name for path in place.iterdir() if not path.is_dir()) if place.exists() else []


def _folder(post: Post) -> Path:
    assert post.folder is not None
    return post.folder


def test_scans_are_taken_in_by_the_order_of_their_names(dropped: Post) -> None:
    for name in ("scan10.png", "scan2.png", "Scan1.png"):
        drop(dropped, name, picture())

    [came] = dropped.read()

    assert (came.taken, came.error) == (3, "")
    assert [item.subject for item in dropped.items()] == ["Scan1", "scan2", "scan10"]
    assert lying(dropped) == []
    assert lying(dropped, folders.TAKEN) == [
        "Scan1.png", "Scan1.png.why.txt", "scan10.png", "scan10.png.why.txt", "scan2.png", "scan2.png.why.txt",
    ]  # fmt: skip
    [part] = dropped.parts(dropped.items()[0])
    assert (part.kind, part.state, part.thumbnail is not None) == ("scan", "ready", True)
    said = (_folder(dropped) / folders.TAKEN / "Scan1.png.why.txt").read_text()
    assert f"It is number {dropped.items()[0].id} of what came in" in said


def test_a_file_that_still_grows_is_left_alone(dropped: Post) -> None:
    whole, path = picture(), drop(dropped, "a.png", picture()[:40])

    dropped.read(still=0.2)
    path.write_bytes(whole)
    dropped.read()
    assert dropped.items() == []
    threading.Event().wait(0.25)
    dropped.read()

    assert dropped.item().subject == "a"


def test_a_file_that_is_no_scan_is_waited_for_then_refused_with_why(
    dropped: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(dropped, "half.pdf", b"%PDF-1.7 and no end")

    dropped.read()
    assert (dropped.items(), lying(dropped)) == ([], ["half.pdf"])
    dropped._reader._folder.patience = 0.0  # type: ignore[attr-defined]
    [came] = dropped.read()

    assert came.not_read == 1
    item = dropped.item()
    assert (item.state, item.channel, item.subject) == ("unread", "post", "half.pdf")
    assert "half.pdf" in item.reason
    assert lying(dropped, folders.REFUSED) == ["half.pdf", "half.pdf.why.txt"]
    assert item.reason in (_folder(dropped) / folders.REFUSED / "half.pdf.why.txt").read_text()
    [held] = dropped.rows(QuarantinedFile)
    assert held.file_name == "half.pdf"


def test_links_pipes_hidden_and_half_written_files_are_never_read(dropped: Post, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(picture("red"))
    (_folder(dropped) / "link.png").symlink_to(secret)
    os.mkfifo(_folder(dropped) / "pipe.png")
    for name in (".hidden.png", "a.png.part", "b.tmp", "~lock.png", "c.png~"):
        drop(dropped, name, picture())
    (_folder(dropped) / "a folder.png").mkdir()

    dropped.read()

    assert [(item.state, item.subject) for item in dropped.items()] == [("unread", "link.png"), ("unread", "pipe.png")]
    assert secret.read_bytes() == picture("red")
    assert lying(dropped) == [".hidden.png", "a.png.part", "b.tmp", "c.png~", "~lock.png"]
    assert (_folder(dropped) / folders.REFUSED / "link.png").is_symlink()


def test_odd_names_are_shown_as_text_and_kept_as_they_are(dropped: Post) -> None:
    names = [b"\xff\xfe.png", "recto\u202egnp.exe.png".encode(), b"a\nb.png", b"..png", b"x" * 200 + b".png"]
    for name in names:
        Path(os.fsdecode(os.fsencode(_folder(dropped)) + b"/" + name)).write_bytes(picture())

    dropped.read()

    shown = {item.subject for item in dropped.items()}
    assert len(dropped.items()) == 4  # one is hidden
    assert all(text.isprintable() and "\u202e" not in text for text in shown)
    assert {os.fsencode(name) for name in os.listdir(_folder(dropped) / folders.TAKEN) if "why" not in name} == {
        name for name in names if not name.startswith(b".")
    }


def test_a_huge_file_is_refused_without_being_read(dropped: Post) -> None:
    with (_folder(dropped) / "huge.pdf").open("wb") as file:
        file.truncate(scans.LARGEST + 1)

    dropped.read()

    assert "at most 200 MB are taken in" in dropped.item().reason
    assert dropped.item().size == scans.LARGEST + 1
    assert lying(dropped, folders.REFUSED) == ["huge.pdf", "huge.pdf.why.txt"]


def test_a_name_that_was_there_before_takes_nothing_away(dropped: Post) -> None:
    for colour in ("white", "black"):
        drop(dropped, "scan.png", picture(colour))
        dropped.read()

    assert len(dropped.items()) == 2
    kept = _folder(dropped) / folders.TAKEN
    assert (kept / "scan.png").read_bytes() == picture("white")
    assert (kept / "scan (2).png").read_bytes() == picture("black")


def test_a_node_that_died_before_it_moved_the_file_has_it_moved_by_the_next(
    dropped: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(dropped, "scan.png", picture())
    with monkeypatch.context() as dying:
        dying.setattr(Folder, "put_away", _killed)
        with pytest.raises(KeyboardInterrupt):
            dropped.read()
    assert lying(dropped) == ["scan.png"]

    [came] = dropped.read()

    assert (came.taken, came.repeats, len(dropped.items())) == (0, 1, 1)
    assert (lying(dropped), lying(dropped, folders.TAKEN)) == ([], ["scan.png", "scan.png.why.txt"])


def test_two_nodes_at_once_take_each_file_in_once(dropped: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        drop(dropped, f"scan{number}.png", picture())
    together, came = threading.Barrier(2), []

    def look() -> None:
        here = Folder(_folder(dropped), still=timedelta())
        together.wait()
        came.append(read_folder(dropped.factories.sessions, here, is_forced=True))

    nodes = [threading.Thread(target=look) for _ in range(2)]
    for node in nodes:
        node.start()
    for node in nodes:
        node.join()
    dropped.read()

    assert sorted(item.subject for item in dropped.items()) == sorted(f"scan{number}" for number in range(12))
    assert lying(dropped) == []
    assert len([name for name in lying(dropped, folders.TAKEN) if not name.endswith("why.txt")]) == 12


def test_a_file_that_changes_meanwhile_is_another_one(dropped: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    path, keep = drop(dropped, "scan.png", picture()), scans.taking.take_scan

    def overtaken(*given: object) -> object:
        path.write_bytes(picture("black") + b"more")
        return keep(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(scans.taking, "take_scan", overtaken)
        dropped.read()

    assert lying(dropped) == ["scan.png"]
    dropped.read()
    assert len(dropped.items()) == 2


def test_a_folder_that_cannot_be_written_says_so_and_doubles_nothing(
    dropped: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(dropped, "scan.png", picture())
    (_folder(dropped) / folders.TAKEN).write_text("in the way")

    errors = [came.error for _ in range(3) for came in dropped.read()]

    assert all("cannot be moved" in error for error in errors)
    assert dropped.item().subject == "scan"


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt
