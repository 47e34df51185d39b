"""Word documents as PDF, by LibreOffice: many with one start of it, in a process with few rights (`confining`).

LibreOffice reads strangers' files, so it sees nothing but those, a profile of its own, programs and fonts; it reaches
no network, starts nothing, and is ended with all that it holds when it takes too long or too much. A document that
makes it hang or break is set aside, and the others are gone on with. Needs no database.
"""

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from engine.documents import confining, office_profile, packages
from engine.documents.kinds import KINDS
from engine.documents.refusals import PackageRefused
from engine.errors import Invalid, Unavailable

MEMORY = 1024 * 1024 * 1024  # bytes of data; letters take a fifth of it
SECONDS = 60.0  # without a document being done, on the wall clock
MOST_AT_ONCE = 200  # documents for one start
STARTS = max(1, min(2, os.cpu_count() or 1))  # side by side, in one of our processes
LOOKS_EVERY = 0.05  # seconds
NEEDS_ANOTHER_START = 81  # which LibreOffice returns when it has made a new profile
LEFT_BEHIND = 3600  # seconds; older folders are those of a process that was killed
PREFIX = "casewright-pdf-"

TAKEN = frozenset({packages.WORD, f"{packages.OPEN_DOCUMENT}text"})
PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)
MISSING = "PDFs are made by LibreOffice, which is not installed on this machine."
INSTALL = (
    "Install it: on Debian and Ubuntu `sudo apt-get install libreoffice-writer-nogui fonts-liberation "
    "fonts-crosextra-carlito fonts-crosextra-caladea`, on macOS `brew install --cask libreoffice`."
)
FAULTS = {
    "unread": "LibreOffice cannot read it.",
    "time": "LibreOffice took too long over it and was stopped.",
    "crash": "LibreOffice broke off over it, or needed too much memory.",
}

Ending = Literal["done", "time", "crash"]
Tell = Callable[[int], None]

_places = threading.BoundedSemaphore(STARTS)


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of a document: its PDF, or the sentence that says why there is none."""

    pdf: bytes = b""
    fault: str = ""


def to_pdf(documents: Sequence[bytes]) -> list[bytes]:
    """Return these Word documents as PDF, in their order.

    Raises:
        Unavailable: LibreOffice is not installed; the remedy says what to install.
        Invalid: some cannot be converted; `errors` says by position why.
    """
    results = convert(documents)
    faults = {str(number): one.fault for number, one in enumerate(results) if one.fault}
    if faults:
        raise Invalid(f"{len(faults)} of {len(results)} documents cannot be made into PDFs.", errors=faults)
    return [one.pdf for one in results]


def convert(documents: Sequence[bytes], *, tell: Tell = lambda done: None) -> list[Converted]:
    """Make PDFs of these Word documents, in their order; one that cannot be is told by its `fault`.

    `tell` is told now and then how many are done. Raises Unavailable when LibreOffice is not there or does not start.
    """
    office, results = program(), {n: _refused(content) for n, content in enumerate(documents)}
    sound, told = [n for n, one in results.items() if not one.fault], sum(bool(one.fault) for one in results.values())
    with _places, _folder() as folder:
        for first in range(0, len(sound), MOST_AT_ONCE):
            numbers = sound[first : first + MOST_AT_ONCE]
            for number in numbers:
                _source(folder, number).write_bytes(documents[number])
            results |= _Batch(office, folder, numbers, partial(_tell, tell, told)).convert()
            told += len(numbers)
    return [results[number] for number in range(len(documents))]


def _tell(tell: Tell, before: int, done: int) -> None:
    tell(before + done)


def program() -> Path:
    """Return LibreOffice's program. Raises Unavailable, which says how to get it."""
    found = next((path for name in ("soffice", "libreoffice") if (path := shutil.which(name))), None)
    found = found or next((path for path in PLACES if os.path.exists(path)), None)
    if found is None:
        raise Unavailable(MISSING, remedy=INSTALL)
    real = Path(found).resolve()
    itself = real.with_name("soffice.bin")  # beside the script that would start it
    return itself if itself.exists() else real


def check() -> None:
    """Make the smallest letter into a PDF. Raises Unavailable, which says what is missing or wrong."""
    to_pdf([_plain_letter()])


def is_available() -> bool:
    """Say whether LibreOffice is installed on this machine."""
    try:
        program()
    except Unavailable:
        return False
    return True


def _refused(content: bytes) -> Converted:
    """Return the fault of what should not even be opened: no Word document, or one with macros or foreign links."""
    try:
        if len(content) > KINDS[packages.WORD].most_bytes:
            return Converted(fault="It is too large.")
        if packages.check_office(packages.unpack(content)) not in TAKEN:
            return Converted(fault="It is not a Word document.")
    except PackageRefused as fault:
        return Converted(fault=f"It was refused because {fault.reason}.")
    return Converted()


class _Batch:
    """Documents that are converted with as few starts as can be."""

    def __init__(self, office: Path, folder: Path, waiting: list[int], tell: Tell) -> None:
        self.office = office
        self.folder = folder
        self.waiting = waiting
        self.tell = tell
        self.results: dict[int, Converted] = {}
        self.is_known_to_start = False

    def convert(self) -> dict[int, Converted]:
        """Convert until nothing waits; files are taken away as they are done with."""
        while self.waiting:
            numbers, self.waiting = self.waiting, []
            ending = self._run(numbers)
            left = self._take(numbers)
            if ending == "done":
                self.is_known_to_start = self.is_known_to_start or len(left) < len(numbers)
                if left:
                    self._check_that_it_starts()
                self._set_aside(left, "unread")
            else:
                self._find_culprit(numbers, left, ending)
        return self.results

    def _find_culprit(self, numbers: list[int], left: list[int], ending: Ending) -> None:
        """Set aside what LibreOffice broke off over, being the first in their order that is not done, and go on."""
        done = [n for n in numbers if n in self.results]
        self.is_known_to_start = self.is_known_to_start or bool(done)
        later = left if not done else [n for n in left if numbers.index(n) > numbers.index(done[-1])]
        self._set_aside([n for n in left if n not in later], "unread")
        if not later:  # it broke off when all was done
            return
        culprit, *self.waiting = later
        if ending == "crash" and len(numbers) > 1 and self._run([culprit]) == "done" and not self._take([culprit]):
            return  # what came before it was too much, or another process ended it
        self._check_that_it_starts()
        self._set_aside([culprit], ending)

    def _set_aside(self, numbers: list[int], what: str) -> None:
        for number in numbers:
            _source(self.folder, number).unlink(missing_ok=True)
            _target(self.folder, number).unlink(missing_ok=True)
            self.results[number] = Converted(fault=FAULTS[what])

    def _take(self, numbers: list[int]) -> list[int]:
        """Read the PDFs that are whole, and return the numbers of which there is none."""
        left = []
        for number in numbers:
            content = _whole(_target(self.folder, number))
            if content:
                self.results[number] = Converted(content)
                _source(self.folder, number).unlink(missing_ok=True)
                _target(self.folder, number).unlink()
            else:
                left.append(number)
        return left

    def _check_that_it_starts(self) -> None:
        """Raise Unavailable when not even a plain letter is converted: the documents are not at fault then."""
        if self.is_known_to_start:
            return
        _source(self.folder, -1).write_bytes(_plain_letter())
        ending = self._run([-1])
        self.is_known_to_start = not self._take([-1])
        if not self.is_known_to_start:
            raise Unavailable(
                "LibreOffice, which makes PDFs, does not start on this machine.",
                remedy=f"It ended with: {_said(self.folder) or ending}",
            )

    def _run(self, numbers: list[int]) -> Ending:
        """Start LibreOffice for these documents and wait for its end."""
        before = len(self.results)
        for _ in range(2):
            shutil.rmtree(self.folder / "temporary", ignore_errors=True)
            (self.folder / "temporary").mkdir()
            with (self.folder / "said").open("wb") as said:
                process = self._start(numbers, said)
                ending = self._wait(process, numbers, before)
            if process.returncode != NEEDS_ANOTHER_START:
                break
        return ending

    def _start(self, numbers: list[int], said: io.BufferedWriter) -> subprocess.Popen[bytes]:
        office_profile.write(self.folder / "profile")
        seconds = int(SECONDS * (len(numbers) + 1))
        limits = [sys.executable, "-I", "-S", confining.__file__, str(self.folder), str(MEMORY), str(seconds)]
        return subprocess.Popen(
            [*(limits if os.name == "posix" else []), *_command(self.office, self.folder, numbers)],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env=_bare_environment(self.folder),
            cwd=self.folder,
            start_new_session=True,
        )

    def _wait(self, process: subprocess.Popen[bytes], numbers: list[int], before: int) -> Ending:
        """Wait as long as documents come out; the whole group of processes is ended at the end."""
        done, moved_at = 0, time.monotonic()
        try:
            while process.poll() is None:
                time.sleep(LOOKS_EVERY)
                now_done = sum(_target(self.folder, number).exists() for number in numbers[done:]) + done
                if now_done > done:
                    done, moved_at = now_done, time.monotonic()
                    self.tell(before + done)
                elif time.monotonic() - moved_at > SECONDS:
                    return "time"
            return "done" if process.returncode in (0, NEEDS_ANOTHER_START) else "crash"
        finally:
            _end(process)
            _pipe(self.folder).unlink(missing_ok=True)


def _command(office: Path, folder: Path, numbers: list[int]) -> list[str]:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    quiet = ["--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"]
    sources = [str(_source(folder, number)) for number in numbers]
    return [str(office), profile, *quiet, "--convert-to", "pdf:writer_pdf_Export", "--outdir", str(folder), *sources]


def _end(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):  # all of it is gone
            os.killpg(process.pid, 9)
    elif process.poll() is None:
        process.kill()
    process.wait()


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder that only we may look into, and take it away; also those of our processes that were killed."""
    for old in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if time.time() - old.lstat().st_mtime > LEFT_BEHIND:
            shutil.rmtree(old, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as name:
        yield Path(name).resolve()


def _source(folder: Path, number: int) -> Path:
    return folder / f"{number}.docx"


def _target(folder: Path, number: int) -> Path:
    return folder / f"{number}.pdf"


def _pipe(folder: Path) -> Path:
    """Return the socket that LibreOffice makes beside our folder, named after its profile."""
    digest = hashlib.md5((folder / "profile").as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    user = os.getuid() if hasattr(os, "getuid") else 0
    return Path("/tmp") / f"OSL_PIPE_{user}_SingleOfficeIPC_{''.join(f'{byte:x}' for byte in digest)}"  # noqa: S108


def _whole(path: Path) -> bytes:
    """Return a PDF that was written to its end, else nothing."""
    content = path.read_bytes() if path.exists() else b""
    return content if b"%%EOF" in content[-32:] else b""


def _said(folder: Path) -> str:
    lines = (folder / "said").read_text("utf-8", "replace").split("\n")
    return " ".join(line.strip() for line in lines if line.strip())[:300]


def _bare_environment(folder: Path) -> dict[str, str]:
    """Return what LibreOffice needs and nothing else: no keys, no database, no display."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    own = {"HOME": str(folder), "TMPDIR": str(folder / "temporary"), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    return kept | own | {"SAL_USE_VCLPLUGIN": "svp"}


def _plain_letter() -> bytes:
    """Return the smallest Word document."""
    office = "http://schemas.openxmlformats.org"
    types = f'<Override PartName="/word/document.xml" ContentType="{packages.WORD}.main+xml"/>'
    relationships = "application/vnd.openxmlformats-package.relationships+xml"
    kind, words = f"{office}/officeDocument/2006/relationships/officeDocument", f"{office}/wordprocessingml/2006/main"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types">'
        f'<Default Extension="rels" ContentType="{relationships}"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{office}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{kind}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{words}"><w:body><w:p><w:r><w:t>It starts.</w:t></w:r></w:p>'
        "</w:body></w:document>",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()
