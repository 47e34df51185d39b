"""Makes of files what can be played: a category as it is, or a lone diagram as a category of its own."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.definitions import category, dialects, reading, xml
from engine.definitions.category import SETTINGS_FILE, Definition, Settings
from engine.definitions.reading import Diagram
from engine.errors import Invalid
from engine.forms import load as load_form
from engine.rules import RuleBook


class NothingExecutable(Invalid):
    """The diagram holds no process that may be run."""


def load(files: Mapping[str, bytes], *, repair: bool) -> Definition:
    """Return what `files` (path to content) run, with its specifications built.

    Raises:
        NothingExecutable: a diagram without a process that may be run.
        EngineError: what is no diagram, or cannot be run.
    """
    definition = category.read(files) if SETTINGS_FILE in files else _lone(files, repair=repair)
    assert definition.specs  # builds them, or says why that cannot be done
    return definition


def _lone(files: Mapping[str, bytes], *, repair: bool) -> Definition:
    """Return the definition of a diagram without anything beside it."""
    [(path, content)] = files.items()
    root = xml.parse(content, source=path)
    translation = dialects.translate(root)
    diagram = reading.read(root, source=path)
    process_id = _process_of(diagram)
    settings = Settings(key=process_id, name=diagram.names[process_id], reference_prefix="SAMPLE", process=process_id)
    forms = {form_id: load_form(text, source=f"{form_id}.form") for form_id, text in translation.forms.items()}
    kept = {path: content}
    return Definition(settings, MappingProxyType(kept), (diagram,), forms, RuleBook((), source=path))


def _process_of(diagram: Diagram) -> str:
    for process_id in diagram.executable_ids:
        if any(element.process_id == process_id for element in diagram.elements.values()):
            return process_id
    found = "no process" if not diagram.process_ids else "no process with steps that is marked as executable"
    raise NothingExecutable(
        f"{diagram.source} has {found}.", remedy="Play it with --repair, or set isExecutable in the modeller."
    )
