"""An e-mail or a text message rendered from its prepared template; runs in the limited child only."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.documents import markdown
from engine.documents.contexts import of_letter
from engine.documents.preparing import Prepared, refusal
from engine.documents.preparing_texts import prepared
from engine.documents.refusals import LetterRefused, PackageRefused
from engine.documents.rendering import rendered, wants_large_print
from engine.documents.sms import MOST_PARTS, plainer, sms_length
from engine.documents.text_files import EMAIL, SMS, WORDS

LONGEST_SUBJECT = 200  # characters
SHORTEN = "Shorten the template, or what the field holds."


def email(
    template: bytes,
    context: dict[str, Any],
    *,
    template_name: str,
    blocks: Mapping[str, bytes] | None = None,
    names: Iterable[str] = (),
) -> dict[str, str]:
    """Return {"subject", "text", "html"}. Raises LetterRefused."""
    ready = made_ready(template, EMAIL, template_name=template_name, blocks=blocks, names=names)
    said = written_email(ready, of_letter(context), template_name)
    require_subject(said["subject"], template_name)
    return said


def written_email(ready: Prepared, records: dict[str, Any], template_name: str) -> dict[str, str]:
    """Return what an e-mail says, whatever its subject is. Raises LetterRefused."""
    pieces = {piece.place: rendered(ready, piece, records, template_name) for piece in ready.pieces}
    subject, body = one_line(pieces.get("subject", "")), pieces["text"]
    sender = records.get("organisation")
    name = sender.get("name") if isinstance(sender, dict) else ""
    sender_name = name if isinstance(name, str) else ""
    html = markdown.html(body, subject=subject, sender=sender_name, is_large=wants_large_print(records))
    return {"subject": subject, "text": markdown.text(body), "html": html}


def require_subject(subject: str, template_name: str) -> None:
    """Refuse a subject that no e-mail is sent with. Raises LetterRefused."""
    if not subject or len(subject) > LONGEST_SUBJECT:
        what = f"has {len(subject):,} characters; at most {LONGEST_SUBJECT} are sent" if subject else "is empty"
        remedy = SHORTEN if subject else "Fill it in."
        raise LetterRefused(f'The subject of the e-mail "{template_name}" {what}.', remedy=remedy, code="subject")


def sms(
    template: bytes,
    context: dict[str, Any],
    *,
    template_name: str,
    blocks: Mapping[str, bytes] | None = None,
    names: Iterable[str] = (),
) -> dict[str, str]:
    """Return {"text"}: with typewriter's signs, and no more than gateways take. Raises LetterRefused."""
    ready = made_ready(template, SMS, template_name=template_name, blocks=blocks, names=names)
    said = written_sms(ready, of_letter(context), template_name)
    require_length(said["text"], template_name)
    return said


def written_sms(ready: Prepared, records: dict[str, Any], template_name: str) -> dict[str, str]:
    """Return what a text message says, however long. Raises LetterRefused."""
    lines = [line.rstrip() for line in plainer(rendered(ready, ready.pieces[0], records, template_name)).split("\n")]
    return {"text": "\n".join(lines).strip()}


def require_length(text: str, template_name: str) -> None:
    """Refuse a text that no gateway takes. Raises LetterRefused."""
    length = sms_length(text)
    if not text or length.segments > MOST_PARTS:
        what = f"takes {length.segments} parts; at most {MOST_PARTS} are sent" if text else "says nothing"
        raise LetterRefused(f'The text message "{template_name}" {what}.', remedy=SHORTEN, code="length")


def made_ready(
    template: bytes,
    kind: str,
    *,
    template_name: str,
    blocks: Mapping[str, bytes] | None = None,
    names: Iterable[str] = (),
) -> Prepared:
    """Return a template that can be merged. Raises LetterRefused."""
    try:
        ready = prepared(template, kind, blocks, names)
    except PackageRefused as fault:
        raise LetterRefused(
            f'The {WORDS[kind]} "{template_name}" was refused because {fault.reason}.',
            remedy=fault.remedy,
            code=fault.code,
        ) from fault
    if ready.problems:
        raise refusal(ready.problems[0], template_name, ready.word)
    return ready


def one_line(text: str) -> str:
    """Return a text as a subject holds it: nothing in it can begin another line of the e-mail's head."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
