"""Checks the letters of a category. Opens Word files, so it runs in the limited child only."""

from collections.abc import Iterable, Iterator

from engine.definitions.checks.context import Context
from engine.definitions.checks.rules import changes
from engine.definitions.faults import Fault
from engine.documents import fields, preparing
from engine.documents.feel_checks import ExpressionUse, wrong
from engine.documents.templates import LARGEST, Known

# The service tasks that merge letters, with the inputs that name them.
WRITERS = {
    "merge_document": ("template",),
    "send_letter": ("template", "enclosures"),
    "send_email": ("enclosures",),
    "send_sms": ("enclosures",),
    "send_by_preference": ("letter", "enclosures"),
}


def check_file(name: str, content: bytes, context: Context) -> Iterator[Fault]:
    """Yield what is wrong with one letter, with the blocks that it includes in their place."""
    if len(content) > LARGEST:
        most = LARGEST // 1024 // 1024
        message = f"The letter has {len(content) / 1024 / 1024:.1f} MB; at most {most} MB are accepted."
        yield Fault(name, "too-large", "error", message, "Make the pictures in it smaller and save it again.")
        return
    for found in fields.report(content, context.blocks)["problems"]:
        message = found["message"] + preparing.standing(found["place"], found["paragraph"])
        severity = context.unmapped if found["code"] == "unknown_block" else "error"
        yield Fault(name, found["code"].replace("_", "-"), severity, message, found["remedy"])


def check(context: Context, paths: Iterable[str]) -> Iterator[tuple[str, Fault]]:
    """Yield the fields that letters use and the category does not have, and letters that nothing merges."""
    known = Known(context.known)
    for path in paths:
        name = path.rsplit("/", 1)[-1].removesuffix(".docx")
        report = fields.report(context.letters[name], context.blocks)
        for use in {use["path"]: use for use in report["fields"]}.values():
            if not known.has(use["path"]):
                yield path, unknown(name, use, known)
        for problem in wrong((ExpressionUse(**use) for use in report["expressions"]), context.known):
            message = problem.message + preparing.standing(problem.place, problem.paragraph)
            yield path, Fault(name, "feel", "error", message, problem.remedy)
        if name not in _merged(context):
            message = f"No step merges the letter “{name}”."
            yield path, Fault(name, "unused-letter", "info", message, "Name it in a service task, or delete it.")


def unknown(name: str, use: dict[str, str], known: Known) -> Fault:
    """Return the fault of a field that the category does not have."""
    message = f"The letter “{name}” uses “{use['path']}”, which is not a field that this category has."
    message += preparing.standing(use["place"], use["paragraph"])
    nearest = known.nearest(use["path"])
    remedy = f"Did you mean “{nearest}”?" if nearest else "Add the field to a form, or take it out of the letter."
    return Fault(name, "unknown-field", "error", message, remedy)


def _merged(context: Context) -> set[str]:
    """Return the letters that steps and rules name; all of them when a step works the name out."""
    found: set[str] = set()
    for element in context.elements.values():
        given = {**element.service.headers, **{target: source for source, target in element.service.inputs}}
        for name in WRITERS.get(element.service.type, ()):
            template = given.get(name, "").removeprefix('="').removesuffix('"')
            is_worked_out = template.startswith("=")
            found |= set(context.letters) if is_worked_out else {part.strip() for part in template.split(",")}
    return found | {entry.letter for entry in changes(context)}
