"""Makes of files what can be played: a category as it is, or a lone diagram as a category of its own."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.definitions import category, importing, reading, xml
from engine.definitions.category import SETTINGS_FILE, Definition, Settings
from engine.definitions.checks import names
from engine.definitions.choosing import main_process
from engine.definitions.examining import examine
from engine.definitions.faults import Fault
from engine.definitions.importing import together
from engine.definitions.reading import Diagram
from engine.errors import Invalid
from engine.forms import load as load_form
from engine.playing.report import Options
from engine.rules import RuleBook

SERVICES = frozenset({"unknown-service", "no-service", "unknown-decision"})


class NothingExecutable(Invalid):
    """The diagram holds no process that may be run."""


class Unplayable(Invalid):
    """The diagram cannot be run; `element` is where it is wrong first."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message, remedy=fault.remedy)
        self.element = fault.element


class _Unmapped:
    """The marks of repairs that stand in for what is not known here: a person then does it, and play answers."""

    def __init__(self, options: Options) -> None:
        self._codes = importing.UNMAPPED - (SERVICES if options.services == "refuse" else frozenset())

    def __contains__(self, mark: object) -> bool:
        return str(mark).partition(":")[0] in self._codes


def load(files: Mapping[str, bytes], options: Options) -> Definition:
    """Return what `files` (path to content) run, with its specifications built.

    Diagrams are translated and normalised first, and repaired when that is asked for; in a lone one a person stands in
    for what is not known here.

    Raises:
        NothingExecutable: a diagram without a process that may be run.
        EngineError: what is no diagram, or cannot be run.
    """
    definition = _category(files, options) if SETTINGS_FILE in files else _lone(files, options)
    try:
        assert definition.specs  # builds them, or says why that cannot be done
    except Invalid as error:
        raise _what_is_wrong(definition, error, is_lone=SETTINGS_FILE not in files) from error
    return definition


def _what_is_wrong(definition: Definition, error: Invalid, *, is_lone: bool) -> Invalid:
    """Return the first error that the check tells of what cannot be built; else the parser's own."""
    report = examine(definition.files, is_lone=is_lone)
    return next((Unplayable(fault) for _, fault in report.errors), error)


def _category(files: Mapping[str, bytes], options: Options) -> Definition:
    brought = together.repaired(files) if options.repair else together.native(files)
    return category.read(brought.files)


def _lone(files: Mapping[str, bytes], options: Options) -> Definition:
    """Return the definition of a diagram without anything beside it."""
    [(path, content)] = files.items()
    brought = importing.bring_in(content, source=path)
    known = importing.Known(forms=frozenset(brought.forms), process_id=options.process)
    imported = importing.repair(brought, known, accepted=None if options.repair else _Unmapped(options))
    native = imported.as_bytes()
    diagram = reading.read(xml.parse(native, source=path), source=path)
    process_id = _process_of(diagram, options.process)
    settings = Settings(key=process_id, name=diagram.names[process_id], reference_prefix="SAMPLE", process=process_id)
    forms = {form_id: load_form(text, source=f"{form_id}.form") for form_id, text in imported.forms.items()}
    return Definition(settings, MappingProxyType({path: native}), (diagram,), forms, RuleBook((), source=path))


def _process_of(diagram: Diagram, wanted: str) -> str:
    if wanted and wanted not in diagram.process_ids:
        known = names.one_of(diagram.process_ids, "It holds none.")
        raise Invalid(f"{diagram.source} has no process “{wanted}”.", remedy=known)
    process_id = wanted or main_process([diagram])
    if process_id in diagram.executable_ids and any(e.process_id == process_id for e in diagram.elements.values()):
        return process_id
    found = "no process" if not diagram.process_ids else "no process with steps that is marked as executable"
    raise NothingExecutable(
        f"{diagram.source} has {found}.", remedy="Play it with --repair, or set isExecutable in the modeller."
    )
