"""Checks the letters, e-mails and text messages of a category. Opens Word files, so only in the limited child."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.definitions.checks.context import Context
from engine.definitions.checks.rules import changes
from engine.definitions.faults import Fault
from engine.documents import fields, preparing, text_files
from engine.documents.feel_checks import ExpressionUse, wrong
from engine.documents.kind_checks import unfit, use_of
from engine.documents.templates import LARGEST, Known
from engine.fields.names import IN_LETTERS
from engine.templates import kinds

# By kind of template, the service tasks that write with it and the inputs that name it.
WRITERS: dict[str, dict[str, tuple[str, ...]]] = {
    "letter": {
        "merge_document": ("template",),
        "send_letter": ("template", "enclosures"),
        "send_email": ("enclosures",),
        "send_sms": ("enclosures",),
        "send_by_preference": ("letter", "enclosures"),
    },
    "email": {"send_email": ("template",), "send_by_preference": ("email",)},
    "sms": {"send_sms": ("template",), "send_by_preference": ("sms",)},
}


def check_file(name: str, content: bytes, context: Context, *, kind: str = "letter") -> Iterator[Fault]:
    """Yield what is wrong with one template, with the blocks that it includes in their place."""
    if len(content) > LARGEST:
        most = LARGEST // 1024 // 1024
        message = f"The {word(kind)} has {len(content) / 1024 / 1024:.1f} MB; at most {most} MB are accepted."
        yield Fault(name, "too-large", "error", message, "Make the pictures in it smaller and save it again.")
        return
    for found in fields.report(content, context.blocks, kind=kind)["problems"]:
        message = found["message"] + preparing.standing(found["place"], found["paragraph"])
        severity = context.unmapped if found["code"] == "unknown_block" else "error"
        line = _line(content, kind, found["place"], found["paragraph"])
        yield Fault(name, found["code"].replace("_", "-"), severity, message, found["remedy"], line)


def check(context: Context, paths: Iterable[str]) -> Iterator[tuple[str, Fault]]:
    """Yield the fields that templates use and the category does not have, and templates that nothing uses."""
    known = Known(context.in_letters)
    for path in paths:
        kind, name = kinds.own(path) or ("", "")
        content = context.templates[kind, name]
        report = fields.report(content, context.blocks, kind=kind)
        for use in {use["path"]: use for use in report["fields"]}.values():
            if not known.has(use["path"]):
                yield (
                    path,
                    replace(
                        unknown(name, use, known, kind=kind), line=_line(content, kind, use["place"], use["paragraph"])
                    ),
                )
        for fault in misfits(name, content, report, context, kind=kind):
            yield path, fault
        if name not in _used(context, kind):
            message = f"No step {'merges' if kind == 'letter' else 'sends'} the {word(kind)} “{name}”."
            yield path, Fault(name, f"unused-{kind}", "info", message, "Name it in a service task, or delete it.")


def misfits(
    name: str, content: bytes, report: Mapping[str, Any], context: Context, *, kind: str = "letter"
) -> Iterator[Fault]:
    """Yield what does not fit the kinds of the fields, in tags and in expressions of FEEL."""
    expressions = (ExpressionUse(**use) for use in report["expressions"])
    problems = [
        *unfit(map(use_of, report["demands"]), context.in_letters, kind=kind),
        *wrong(expressions, {**context.known, **IN_LETTERS}),
    ]
    for problem in problems:
        message = problem.message + preparing.standing(problem.place, problem.paragraph)
        line = _line(content, kind, problem.place, problem.paragraph)
        yield Fault(name, problem.code.replace("_", "-"), "error", message, problem.remedy, line)


def unknown(name: str, use: dict[str, str], known: Known, *, kind: str = "letter") -> Fault:
    """Return the fault of a field that the category does not have."""
    message = f"The {word(kind)} “{name}” uses “{use['path']}”, which is not a field that this category has."
    message += preparing.standing(use["place"], use["paragraph"])
    nearest = known.nearest(use["path"])
    remedy = (
        f"Did you mean “{nearest}”?" if nearest else f"Add the field to a form, or take it out of the {word(kind)}."
    )
    return Fault(name, "unknown-field", "error", message, remedy)


def _line(content: bytes, kind: str, place: str, paragraph: str) -> int | None:
    """Return the line of a text that a fault quotes; none of a Word file, which has paragraphs."""
    if kind not in text_files.WORDS:
        return None
    return text_files.line_of(content.decode("utf-8-sig", "replace"), place, paragraph) or None


def word(kind: str) -> str:
    """Return what a kind of template is called in a sentence."""
    return kinds.KINDS[kind].name.lower()


def _used(context: Context, kind: str) -> set[str]:
    """Return the templates of a kind that steps and rules name; all of them when a step works the name out."""
    found: set[str] = set()
    for element in context.elements.values():
        given = {**element.service.headers, **{target: source for source, target in element.service.inputs}}
        for name in WRITERS[kind].get(element.service.type, ()):
            template = given.get(name, "").removeprefix('="').removesuffix('"')
            is_worked_out = template.startswith("=")
            found |= context.own_names(kind) if is_worked_out else {part.strip() for part in template.split(",")}
    return found | ({entry.letter for entry in changes(context)} if kind == "letter" else set())
