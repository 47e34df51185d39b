"""E-mails and text messages: a template and the data of a case become what is sent."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from engine.documents.merging import asked
from engine.documents.sms import MOST_PARTS, Length, sms_length

__all__ = ["MOST_PARTS", "Email", "Length", "merge_email", "merge_sms", "sms_length"]


class Email(NamedTuple):
    """What an e-mail says: its subject, and its body as plain text and as a page of HTML."""

    subject: str
    text: str
    html: str


def merge_email(
    template: bytes,
    context: dict[str, Any],
    *,
    template_name: str,
    blocks: Mapping[str, bytes] | None = None,
    names: Iterable[str] = (),
) -> Email:
    """Return an e-mail: `template` (`NAME.email`) merged with `context`, as `merging.merge` merges a letter.

    What fields hold is neither Markdown nor HTML, and cannot begin another line of the e-mail's head. Raises
    TemplateError.
    """
    said, _ = asked("email", template, context, template_name=template_name, word="e-mail", blocks=blocks, names=names)
    return Email(said["subject"], said["text"], said["html"])


def merge_sms(
    template: bytes,
    context: dict[str, Any],
    *,
    template_name: str,
    blocks: Mapping[str, bytes] | None = None,
    names: Iterable[str] = (),
) -> str:
    """Return the text of a text message: `template` (`NAME.sms`) merged with `context`, at most six parts of it.

    Typographic quotes and dashes become plain ones. Raises TemplateError.
    """
    word = "text message"
    said, _ = asked("sms", template, context, template_name=template_name, word=word, blocks=blocks, names=names)
    return str(said["text"])
