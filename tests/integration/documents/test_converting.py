"""Word documents become PDFs by LibreOffice: many with one start, in a process with few rights, each judged alone."""

import io
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from pypdf import PdfReader

from engine.documents import confining, converting
from engine.documents.converting import FAULTS, Converted, convert, to_pdf
from engine.errors import Invalid, Unavailable
from tests.environment.office import needs_libreoffice, put_in_its_place
from tests.word_files import members, with_part, with_relationship, word_file

LETTER = word_file("Dear Mrs Okafor")
linux = pytest.mark.skipif(sys.platform != "linux", reason="Landlock and seccomp are Linux's")


def words(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


@pytest.fixture
def left_behind(tmp_path, monkeypatch):
    """Return what says which files the conversions of this test left on the disk."""
    own, pipes, pipe = tmp_path / "temporary", [], converting._pipe
    own.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    monkeypatch.setattr(converting, "_pipe", lambda folder: pipes.append(pipe(folder)) or pipes[-1])
    return lambda: [*own.iterdir(), *(path for path in pipes if path.exists())]


def fetching(url: str) -> bytes:
    """Return a letter with a linked picture, and with a field that takes in a file."""
    drawing = (
        '<w:p><w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml" xmlns:r="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships"><v:shape style="width:50pt;height:50pt"><v:imagedata r:id="rId99"/>'
        "</v:shape></w:pict></w:r></w:p>"
    )
    field = (
        f'<w:p><w:fldSimple w:instr=" INCLUDETEXT &quot;{url}&quot; "><w:r><w:t>kept</w:t></w:r></w:fldSimple></w:p>'
    )
    linked = with_relationship(word_file("Linked"), "image", url)
    parts = members(linked)
    document = parts["word/document.xml"].replace(b"<w:sectPr", (drawing + field).encode() + b"<w:sectPr", 1)
    return with_part(linked, "word/document.xml", document)


@needs_libreoffice
def test_letters_become_pdfs_in_their_order_with_one_start(left_behind):
    told: list[int] = []

    made = convert(
        [LETTER, b"no document", word_file("Dear Łukasz Żółć", table=[["Rent", "£1,234.50"]])], tell=told.append
    )

    assert words(made[0].pdf).strip() == "Dear Mrs Okafor"
    assert made[1].fault.startswith("It was refused because ")
    assert "Dear Łukasz Żółć" in words(made[2].pdf) and "£1,234.50" in words(made[2].pdf)
    assert told and told == sorted(told) and told[-1] <= 3
    assert PdfReader(io.BytesIO(made[0].pdf)).trailer["/Root"]["/MarkInfo"]["/Marked"]  # a screen reader can read it
    assert left_behind() == []


@needs_libreoffice
def test_nothing_is_fetched_and_no_file_of_the_machine_is_read(monkeypatch, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the key of the house")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        letters = [fetching(f"http://127.0.0.1:{port}/picture.png"), fetching(secret.as_uri())]
        assert all("elsewhere when it is opened" in one.fault for one in convert(letters))
        monkeypatch.setattr(converting, "_refused", lambda content: Converted())  # should it get past that

        made = convert(letters)

        with pytest.raises(TimeoutError):
            server.accept()
    assert all("Linked" in words(one.pdf) for one in made)
    assert "key of the house" not in words(made[1].pdf)


def test_a_document_with_macros_is_not_opened(monkeypatch, tmp_path):
    put_in_its_place(tmp_path, monkeypatch)

    made = convert([with_part(LETTER, "word/vbaProject.bin", b"macro"), LETTER])

    assert made[0].fault == "It was refused because it carries macros."
    assert made[1].pdf.startswith(b"%PDF")


def test_without_libreoffice_it_is_said_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(converting, "PLACES", ())

    with pytest.raises(Unavailable, match="apt-get install libreoffice-writer-nogui"):
        to_pdf([LETTER])
    assert not converting.is_available()


@pytest.mark.parametrize(
    ("deed", "fault"),
    [("breaks", "crash"), ("breaks half-way", "crash"), ("hangs", "time"), ("is unread", "unread")],
)
def test_a_document_that_libreoffice_cannot_take_spoils_no_other(monkeypatch, tmp_path, left_behind, deed, fault):
    put_in_its_place(tmp_path, monkeypatch, n1=deed, n4=deed)
    monkeypatch.setattr(converting, "SECONDS", 0.6)

    made = convert([LETTER] * 6)

    assert [one.fault for one in made] == ["", FAULTS[fault], "", "", FAULTS[fault], ""]
    assert [one.pdf.split(b"% of ")[1] for one in made if not one.fault] == [b"%d\n%%%%EOF" % n for n in (0, 2, 3, 5)]
    assert left_behind() == []
    with pytest.raises(Invalid, match="2 of 6 documents") as raised:
        to_pdf([LETTER] * 6)
    assert list(raised.value.errors) == ["1", "4"]


def test_a_document_that_is_too_much_only_after_others_is_converted_alone(monkeypatch, tmp_path):
    put_in_its_place(tmp_path, monkeypatch, n2="breaks among many")

    made = convert([LETTER] * 4)

    assert [one.fault for one in made] == [""] * 4
    assert b"alone" in made[2].pdf


def test_a_libreoffice_that_does_not_start_is_no_fault_of_the_documents(monkeypatch, tmp_path):
    deeds = {f"n{number}": "echo Its library is missing; exit 3" for number in (-1, 0, 1, 2)}
    put_in_its_place(tmp_path, monkeypatch, **deeds)

    with pytest.raises(Unavailable, match=r"does not start on this machine. It ended with: Its library is missing"):
        convert([LETTER] * 3)


def test_batches_that_are_larger_than_one_start_are_told_and_kept_in_order(monkeypatch, tmp_path):
    put_in_its_place(tmp_path, monkeypatch, n0="sleep=1; while [ $sleep -lt 90000 ]; do sleep=$((sleep+1)); done; : ;;")
    monkeypatch.setattr(converting, "MOST_AT_ONCE", 2)
    put = []

    made = convert([b"no document", *[LETTER] * 5], tell=put.append)

    assert [one.pdf.split(b"% of ")[1] for one in made[1:]] == [b"%d\n%%%%EOF" % n for n in range(1, 6)]
    assert put == sorted(put) and all(1 <= one <= 6 for one in put)


def test_several_may_be_made_side_by_side(monkeypatch, tmp_path):
    put_in_its_place(tmp_path, monkeypatch)
    results: dict[int, list[Converted]] = {}
    threads = [threading.Thread(target=lambda n=n: results.update({n: convert([LETTER] * n)})) for n in range(1, 6)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {n: len([one for one in made if one.pdf]) for n, made in results.items()} == {n: n for n in range(1, 6)}


def confined(folder: Path, code: str) -> str:
    """Run Python under the limits of LibreOffice, and return what it printed."""
    command = [sys.executable, "-I", "-S", confining.__file__, str(folder), str(512 << 20), "10"]
    interpreter = os.path.realpath(sys.executable)
    done = subprocess.run([*command, interpreter, "-I", "-S", "-c", code], capture_output=True, text=True, timeout=30)
    return done.stdout.strip() or done.stderr.strip()[-200:]


@linux
@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("print(open({outside!r}).read())", "Permission denied"),
        ("open({outside!r}, 'a')", "Permission denied"),
        ("import os; os.unlink({outside!r})", "Permission denied"),
        ("import socket; socket.socket()", "not permitted"),
        ("import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)", "not permitted"),
        ("import socket; socket.socket(socket.AF_UNIX).connect({pipe!r})", "not permitted"),
        ("import os; os.fork()", "not permitted"),
        ("import subprocess; subprocess.run(['/bin/true'])", "not permitted"),
        ("import os; open(f'/proc/{{os.getppid()}}/environ').read()", "Permission denied"),
        ("x = bytearray(900 << 20)", "MemoryError"),
    ],
)
def test_what_opens_strangers_documents_can_do_nothing_else(tmp_path, code, refusal):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.write_text("secret")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "pipe"))
        listener.listen()

        said = confined(inside, code.format(outside=str(outside), pipe=str(tmp_path / "pipe")))

    assert refusal in said
    assert outside.read_text() == "secret"


@linux
def test_it_may_use_its_folder_and_threads_of_its_own(tmp_path):
    code = (
        "import threading; f = open('{0}/a', 'w'); t = threading.Thread(target=f.write, args=('x',)); t.start(); "
        "t.join(); f.close(); print(open('{0}/a').read())"
    )

    assert confined(tmp_path, code.format(tmp_path)) == "x"


@linux
def test_it_ends_with_whoever_started_it(tmp_path):
    code = f"import time; open('{tmp_path}/started', 'w').close(); time.sleep(60)"
    command = [sys.executable, "-I", "-S", confining.__file__, str(tmp_path), str(512 << 20), "10"]
    whole = [*command, os.path.realpath(sys.executable), "-I", "-S", "-c", code]
    parent = f"import subprocess, sys; p = subprocess.Popen({whole!r}); print(p.pid, flush=True); p.wait()"
    started = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True)
    number = int(started.stdout.readline())
    while not (tmp_path / "started").exists():
        time.sleep(0.02)

    os.kill(started.pid, signal.SIGKILL)
    started.wait()
    started.stdout.close()

    for _ in range(200):
        if not Path(f"/proc/{number}").exists() or "Z" in Path(f"/proc/{number}/stat").read_text().split(")")[1][:3]:
            return
        time.sleep(0.02)
    raise AssertionError("it goes on without its parent")
