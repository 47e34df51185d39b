"""What the editors of e-mails and text messages share: what is typed, what is wrong with it, and how it looks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request

from engine.documents import text_files
from engine.documents.tags import Problem
from engine.documents.text_files import EMAIL
from engine.letters.looking import look
from engine.templates import Checked
from webapp.database import session
from webapp.security_headers import allow_inline_styles

SEVERITIES = ("error", "warning")


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields of an editor; `begins` is the line of the file on which the text begins.

    `file` is the file as it was opened, of which the fields may show another form; empty of what was typed.
    """

    kind: str
    subject: str
    text: str
    begins: int = 1
    file: bytes = b""

    @property
    def content(self) -> bytes:
        """Return it as a file."""
        if self.file:
            return self.file
        source = text_files.together(self.subject, self.text) if self.kind == EMAIL else self.text
        return source.encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A fault, and where it is put right: `field` is subject or text, `line` that of the text, from 1, or 0."""

    severity: str  # error, warning
    message: str
    remedy: str
    field: str = "text"
    line: int = 0


def opened(kind: str, content: bytes) -> Typed:
    """Return what an editor shows of a file."""
    source = content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    if kind != EMAIL:
        return Typed(kind, "", source, file=content)
    written = text_files.apart(source)
    return Typed(kind, written.subject, written.text, written.begins, content)


def sent(kind: str) -> Typed:
    """Return what was typed, as a form sent it."""
    subject = " ".join(request.form.get("subject", "").replace("\0", "").split())
    text = request.form.get("text", "").replace("\r\n", "\n").replace("\0", "")
    return Typed(kind, subject, text, 3 if kind == EMAIL else 1)


def of_file(faults: Iterable[Mapping[str, Any]], typed: Typed) -> list[Wrong]:
    """Return the faults of a category's file as its editor tells them."""
    return [_placed(each["severity"], each["message"], each["remedy"], each["line"] or 0, typed) for each in faults]


def of_shared(checked: Checked, typed: Typed) -> list[Wrong]:
    """Return the faults and doubts of a shared template as its editor tells them."""
    found = zip(SEVERITIES, (checked.errors, checked.doubts), strict=True)
    return [_of_problem(severity, each, typed) for severity, problems in found for each in problems]


def _of_problem(severity: str, problem: Problem, typed: Typed) -> Wrong:
    line = text_files.line_of(typed.content.decode("utf-8", "replace"), problem.place, problem.paragraph)
    return _placed(severity, problem.message, problem.remedy, line, typed)


def _placed(severity: str, message: str, remedy: str, line: int, typed: Typed) -> Wrong:
    if typed.kind == EMAIL and line == 1 and typed.begins > 1:
        return Wrong(severity, message, remedy, "subject")
    return Wrong(severity, message, remedy, "text", max(0, line - typed.begins + 1))


def shown(files: Mapping[str, bytes], typed: Typed, wrong: list[Wrong], *, name: str) -> dict[str, Any]:
    """Return what a page shows of a message: its faults, and how it looks with a sample."""
    if typed.kind == EMAIL:
        allow_inline_styles()  # it brings its own, and its frame has the page's policy
    found = look(session(), files, typed.content, kind=typed.kind, name=name)
    if found.fault is not None and not any(each.severity == "error" for each in wrong):
        wrong = [*wrong, Wrong("error", found.fault.message, found.fault.remedy)]
    lacks = [lack.missing.path for lack in found.tried.lacks] if found.tried else []
    return {
        "typed": typed,
        "wrong": wrong,
        "look": found,
        "said": found.tried.said if found.tried else {},
        "lacking": [path for path in lacks if not any(path in each.message for each in wrong)],
    }


def part(found: Mapping[str, Any]) -> str:
    """Return what takes its place in an editor while somebody types."""
    return render_template("studio/_message_found.html", is_part=True, **found)


def is_typing() -> bool:
    """Say whether an editor asks while somebody types, and not for a page."""
    return "HX-Request" in request.headers
