"""Letters: a Word template and the data of a case become a Word document."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.documents import limited
from engine.documents.contexts import not_plain
from engine.documents.refusals import LetterRefused
from engine.errors import TemplateError, Unavailable

BREACHES = {
    "time": ("took too long and was stopped", "Look for a loop inside a loop, or a list that is far too long."),
    "memory": ("needed too much memory and was stopped", "Look for a very long list or very large pictures."),
    "depth": ("is nested too deeply", "Take tags or tables out of one another."),
}


def merge(
    template: bytes,
    context: dict[str, Any],
    *,
    template_name: str,
    blocks: Mapping[str, bytes] | None = None,
    names: Iterable[str] = (),
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return the letter as .docx: `template` (.docx with docxtpl tags) merged with `context`.

    `context` is plain data: str, int, Decimal, bool, None, date, aware datetime, and dicts and lists of these. A name
    that is not there, printed or asked, is an error; one whose value is None is false in a condition and an error
    only in print. Lines of a text become line breaks. `blocks` are the Word files that it includes by name, `names` the
    others that it could include, for the nearest to a wrong one; `pictures` what a `Picture` among the data shows, by
    its name. Nothing in a template can run code, read a file or
    call out; it is merged in a child process with 512 MB and 10 seconds.
    Raises TemplateError naming the template and the paragraph; where it is about a field or a paragraph it is a
    LetterRefused, which keeps `field`, `paragraph` and `code` ("missing_field", "wrong_type", …).
    """
    return asked(
        "merge",
        template,
        context,
        template_name=template_name,
        word="letter",
        blocks=blocks,
        names=names,
        pictures=pictures,
    )[1]


def asked(
    job: str,
    template: bytes,
    context: dict[str, Any],
    *,
    template_name: str,
    word: str,
    blocks: Mapping[str, bytes] | None = None,
    names: Iterable[str] = (),
    pictures: Mapping[str, bytes] | None = None,
) -> tuple[dict[str, Any], bytes]:
    """Have a template merged in the child and return its answer; `word` is what it is, for sentences.

    Raises TemplateError as `merge` does.
    """
    listed, body = with_files(template, blocks=blocks, pictures=pictures)
    request = {"job": job, "name": template_name, "context": context, "names": sorted(names), **listed}
    named = f'{word} "{template_name}"'
    try:
        answer, made = limited.run(request, body)
    except limited.Breach as breach:
        if breach.what == "crash":
            raise Unavailable(f"The {named} could not be merged: its process was ended.") from breach
        reason, remedy = BREACHES[breach.what]
        raise TemplateError(f"The {named} {reason}.", remedy=remedy) from breach
    except limited.Failed as fault:
        raise TemplateError(
            f"The {named} could not be merged: its file is not as it should be ({fault}).",
            remedy="Save the template again and try again.",
        ) from fault
    except (TypeError, ValueError, RecursionError) as fault:
        raise _not_plain(context, named, fault) from fault
    if "refused" in answer:
        raise LetterRefused(**answer["refused"])
    return answer["done"], made


def with_files(
    template: bytes, *, blocks: Mapping[str, bytes] | None = None, pictures: Mapping[str, bytes] | None = None
) -> tuple[dict[str, list[list[object]]], bytes]:
    """Return what a request says of blocks and pictures, and the body that brings them after the template."""
    files = {"blocks": blocks or {}, "pictures": pictures or {}}
    listed = {kind: [[name, len(content)] for name, content in each.items()] for kind, each in files.items()}
    return listed, b"".join((template, *files["blocks"].values(), *files["pictures"].values()))


def _not_plain(context: dict[str, Any], named: str, fault: Exception) -> TemplateError:
    path, kind = not_plain(context) or ("its data", str(fault))
    return TemplateError(
        f'The {named} was given "{path}" as {kind}; it takes plain values, dates, lists and groups.',
        remedy=f'Correct "{path}" on the case and try again.',
    )
