"""What the limited child can be asked to do."""

import codecs
import io
import logging
import re
import warnings
from typing import Any

import docx
import jinja2.debug  # noqa: F401  what Jinja imports only when a template is wrong

from engine.documents import (
    differing,
    differing_texts,
    fields,
    packages,
    picture,
    preparing_texts,
    rendering,
    rendering_texts,
    splicing,
    text_blocks,
    text_files,
    trial,
    trial_texts,
    wording,
)


def merge(request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """Render a letter; the body is the template, then the blocks that it may include, then its pictures."""
    template, blocks, pictures = _apart(request, body)
    letter = rendering.render(
        template,
        request["context"],
        template_name=request["name"],
        blocks=blocks,
        names=request.get("names", ()),
        pictures=pictures,
    )
    return {}, letter


def email(request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """Render an e-mail: its subject, and its body as text and as HTML."""
    return _text(rendering_texts.email, request, body), b""


def sms(request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """Render a text message."""
    return _text(rendering_texts.sms, request, body), b""


def _text(render: Any, request: dict[str, Any], body: bytes) -> dict[str, Any]:
    template, blocks, _ = _apart(request, body)
    names = request.get("names", ())
    said: dict[str, Any] = render(
        template, request["context"], template_name=request["name"], blocks=blocks, names=names
    )
    return said


def _apart(request: dict[str, Any], body: bytes) -> tuple[bytes, dict[str, bytes], dict[str, bytes]]:
    """Return the template, the blocks and the pictures in a body: their names and lengths stand in the request."""
    listed = [(kind, each) for kind in ("blocks", "pictures") for each in request.get(kind, ())]
    at = len(body) - sum(length for _, (_, length) in listed)
    found: dict[str, dict[str, bytes]] = {"blocks": {}, "pictures": {}}
    template = body[:at]
    for kind, (name, length) in listed:
        found[kind][name] = body[at : at + length]
        at += length
    return template, found["blocks"], found["pictures"]


def try_out(request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """Render a letter, or with a `kind` an e-mail or a text message, with what it misses marked in it."""
    template, blocks, pictures = _apart(request, body)
    if request.get("kind", "letter") in text_files.WORDS:
        said, missing = trial_texts.render(
            template,
            request["context"],
            kind=request["kind"],
            template_name=request["name"],
            stand_ins=request["stand_ins"],
            blocks=blocks,
        )
        return {"said": said, "missing": missing}, b""
    letter, missing = trial.render(
        template,
        request["context"],
        template_name=request["name"],
        stand_ins=request["stand_ins"],
        blocks=blocks,
        pictures=pictures,
    )
    return {"missing": missing}, letter


MARKUP = re.compile("<[^>]*>")

# Python imports a codec when it is first asked for by name; Jinja, zipfile, PDFs and e-mails ask for these.
CODECS = """
    ascii unicode_escape charmap utf_8 utf_8_sig utf_16 utf_16_le utf_16_be utf_32 utf_7 latin_1 cp437 mac_roman
    cp1250 cp1251 cp1252 cp1253 cp1254 cp1256 cp1257 iso8859_2 iso8859_5 iso8859_6 iso8859_7 iso8859_9 iso8859_15
    koi8_r koi8_u gb2312 gbk gb18030 big5 shift_jis euc_jp iso2022_jp euc_kr
"""


def inspect(request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """Read which fields and filters a template uses and what is wrong with it."""
    template, blocks, _ = _apart(request, body)
    return fields.report(template, blocks, kind=request.get("kind", "letter")), b""


def included(request: dict[str, Any], template: bytes) -> tuple[dict[str, Any], bytes]:
    """Read which blocks and pictures a template itself asks for; what is wrong with it, merging it will tell."""
    if request.get("kind", "letter") in text_files.WORDS:
        text = preparing_texts.read(template)
        return {"names": text_blocks.includes(text), "pictures": picture.asked(text)}, b""
    texts = (MARKUP.sub("", xml.decode("utf-8", "replace")) for _, xml in packages.unpack(template).xml_parts())
    names = [name for name in dict.fromkeys(splicing.includes(template)) if name]
    return {"names": names, "pictures": picture.asked("\n".join(texts))}, b""


def compare(request: dict[str, Any], both: bytes) -> tuple[dict[str, Any], bytes]:
    """Compare two templates of a `kind` that stand one after the other; the second begins `at`."""
    kind = request.get("kind", "letter")
    before, after = both[: request["at"]], both[request["at"] :]
    if kind in text_files.WORDS:
        return differing_texts.compare(before, after, kind=kind), b""
    return differing.compare(before, after), b""


def text(request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Read the text out of a Word document or a PDF."""
    return {}, wording.READERS[request["content_type"]](content).encode("utf-8", "replace")


JOBS = {
    "merge": merge,
    "email": email,
    "sms": sms,
    "inspect": inspect,
    "included": included,
    "compare": compare,
    "try": try_out,
    "text": text,
}


def warm_up() -> None:
    """Do a small job of each kind, so that nothing is imported later; what libraries have to say goes nowhere."""
    logging.disable()
    warnings.simplefilter("ignore")
    for name in CODECS.split():
        codecs.lookup(name)
    file = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("{{ name }} {{ [1]|first }} {{ feel('count([1]) + 1') }}")
    document.sections[0].header.paragraphs[0].text = "{{ name }}"
    document.save(file)
    document.add_paragraph('{%p include "warm_up" %}')
    document.add_paragraph("{{ name|qr }} {{ 'é'|qr }}")
    including = io.BytesIO()
    document.save(including)
    blocks = {"warm_up": file.getvalue()}
    rendering.render(including.getvalue(), {"name": "Ann"}, template_name="warm-up", blocks=blocks)
    trial.render(file.getvalue(), {}, template_name="warm-up")
    body = b'# {{ name }}\n\n{% include "warm_up" %}\n\n- [x](https://example.org) **y** `z`\n\n|a|b|\n|-|-|\n|c|d|\n'
    message = b"Subject: {{ name }}\n\n" + body
    rendering_texts.email(message, {"name": "Ann"}, template_name="warm-up", blocks=blocks)
    rendering_texts.sms(b"Dear {{ name }}", {"name": "Ann"}, template_name="warm-up")
    trial_texts.render(message, {}, kind="email", template_name="warm-up", blocks=blocks)
    fields.report(file.getvalue())
    differing.compare(file.getvalue(), file.getvalue())
    differing_texts.compare(message, message, kind="email")
    wording.warm_up()
