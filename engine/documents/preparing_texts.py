"""E-mails and text messages made ready: read as text, with the tags, checks and fences of letters.

An e-mail (`NAME.email`) begins with `Subject: …` and an empty line; its body is Markdown. A text message (`NAME.sms`)
is plain text. A tag stands within one line; a tag for itself leaves no line behind.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine.documents import tags, text_blocks, text_files
from engine.documents.expressions import quoted_once
from engine.documents.formats import printed
from engine.documents.markdown import escaped
from engine.documents.preparing import Prepared, compile_piece, kept
from engine.documents.refusals import PackageRefused
from engine.documents.sandbox import LetterEnvironment
from engine.documents.tags import Problem
from engine.documents.text_files import EMAIL, WORDS

LARGEST = 256 * 1024  # bytes
SCOPE = re.compile(r"\{%(-?)\s*(?:p|tr|tc|r)\s+")
PICTURE = re.compile(r"!\[")
TAG = re.compile(r"(?<=\{[{%]).*?(?=[}%]\})")


def markdown_printed(value: Any) -> str:
    """Return what `{{ value }}` prints into Markdown."""
    return escaped(printed(value))


PLAIN = LetterEnvironment(autoescape=False, is_text=True)
MARKDOWN = LetterEnvironment(autoescape=False, is_text=True, finalize=markdown_printed)


def prepared(
    content: bytes, kind: str, blocks: Mapping[str, bytes] | None = None, names: Iterable[str] = ()
) -> Prepared:
    """Return an e-mail or text message ready to merge: pieces "subject" and "text". See `preparing.prepared`.

    Raises PackageRefused for what is no text. Faults in it stand in `problems`.
    """
    return kept(kind, content, blocks or {}, lambda: prepare(content, kind, blocks or {}, names))


def prepare(content: bytes, kind: str, blocks: Mapping[str, bytes], names: Iterable[str]) -> Prepared:
    """Read a text, put what it includes in its place, and compile it."""
    result = Prepared(word=WORDS[kind])
    written = read(content)
    if kind == EMAIL:
        written = _without_subject(written, result)
    source, spliced = text_blocks.splice(written, blocks, names, is_markdown=kind == EMAIL)
    result.included, result.of_blocks = spliced.included, spliced.paragraphs
    result.problems += spliced.problems
    if kind == EMAIL and (line := next(filter(PICTURE.search, source.split("\n")), "")):
        message = "A picture stands in the e-mail; pictures are not sent in the text of e-mails."
        result.problems.append(Problem("picture", message, "Take it out, or attach it.", "text", line))
    _compile(result, "text", source, MARKDOWN if kind == EMAIL else PLAIN)
    if not source.strip() and not result.problems:
        result.problems.append(Problem("empty", f"The {WORDS[kind]} says nothing.", "Write something.", "text"))
    return result


def read(content: bytes) -> str:
    """Return the text of a file. Raises PackageRefused."""
    if len(content) > LARGEST:
        raise PackageRefused(
            f"it has {len(content) // 1024:,} kB; at most {LARGEST // 1024} kB are accepted",
            remedy="Shorten it.",
            code="size",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise PackageRefused("it is not UTF-8 text", remedy="Save it as UTF-8.", code="encoding") from fault
    if "\0" in text:
        raise PackageRefused("it is no text", remedy="Save it as plain text, UTF-8.", code="type")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _without_subject(source: str, result: Prepared) -> str:
    """Compile the subject and return the text; where there is no subject, say so."""
    written = text_files.apart(source)
    first, _, second = source.partition("\n")
    if not written.subject:
        message = "The e-mail has no subject in its first line."
        result.problems.append(Problem("subject", message, "Begin it with “Subject: …”.", "subject", first))
        return written.text
    _compile(result, "subject", written.subject, PLAIN)
    if written.begins == 2:
        message = "No empty line stands between the subject and the text of the e-mail."
        result.problems.append(Problem("subject", message, "Put one there.", "text", second.partition("\n")[0]))
    return written.text


def _compile(result: Prepared, place: str, source: str, environment: LetterEnvironment) -> None:
    reading = tags.read_lines(source.split("\n"), place)
    result.tags.extend(reading.tags)
    result.problems.extend(replace(p, place=result.place_of(p.place, p.paragraph)) for p in reading.problems)
    if not reading.problems:
        plain = SCOPE.sub(r"{%\1 ", _with_typewriter_quotes(source))
        compile_piece(result, place, "", plain, environment)


def _with_typewriter_quotes(source: str) -> str:
    return TAG.sub(lambda tag: quoted_once(tags.typed_quotes(tag[0])), source)
