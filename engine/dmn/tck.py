"""Scores this engine on a checkout of the DMN Technology Compatibility Kit.

Each result that a test case expects counts once: passed, wrong (another value: the dangerous one), null (null instead
of a value) or error. Where null is expected, an error counts as passed, for the kit has no other way to expect one.
Results that need a function in Java are skipped and counted as such.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path

from lxml import etree

from engine import dmn
from engine.dmn.documents import Element, attribute, child, children, root_of, tag
from engine.dmn.faults import DecisionError
from engine.errors import EngineError
from engine.feel import temporal
from engine.feel.faults import ExternalFunction
from engine.feel.operators import equals
from engine.feel.text import text_of as feel_text
from engine.feel.values import kind

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
TOLERANCE = Decimal("1e-8")  # relative; the kit's numbers are often written to fewer digits than 34


@dataclass(slots=True)
class Score:
    """Counts of results."""

    total: int = 0
    passed: int = 0
    wrong: int = 0
    null: int = 0
    error: int = 0
    skipped: int = 0
    nonnull_total: int = 0
    nonnull_passed: int = 0

    def count(self, outcome: str, expected: object) -> None:
        """Count one result."""
        if outcome == "skipped":
            self.skipped += 1
            return
        self.total += 1
        setattr(self, outcome, getattr(self, outcome) + 1)
        if expected is not None:
            self.nonnull_total += 1
            self.nonnull_passed += outcome == "passed"


@dataclass(frozen=True, slots=True)
class Result:
    """One result of a test case beside what was expected."""

    suite: str
    case: str
    node: str
    outcome: str
    expected: object
    actual: object


@dataclass(slots=True)
class Report:
    """The score of all suites, of each level, of each suite, and of decisions that are literal expressions."""

    all: Score = field(default_factory=Score)
    literal: Score = field(default_factory=Score)
    levels: dict[str, Score] = field(default_factory=dict)
    suites: dict[str, Score] = field(default_factory=dict)
    failures: list[Result] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """Return the report in the shape that `casewright tck --json` prints."""
        return {
            **asdict(self.all),
            "literal": asdict(self.literal),
            "levels": {name: asdict(score) for name, score in sorted(self.levels.items())},
            "suites": {name: asdict(score) for name, score in sorted(self.suites.items())},
        }


Progress = Callable[[str, int, int], None]  # the name of a suite, how many files are done, of how many


def score(folder: Path, on_progress: Progress = lambda suite, done, total: None) -> Report:
    """Run every suite beneath `folder` and return the report.

    Raises:
        DecisionError: a file is no XML, or none holds a test case.
    """
    report = Report()
    paths = sorted(folder.rglob("*.xml"))
    for done, path in enumerate(paths, start=1):
        root = _root(path)
        if tag(root) == "testCases":
            for result, literal in _suite(path, root):
                _count(report, path, result, literal)
        on_progress(path.parent.name, done, len(paths))
    if not report.suites:
        raise DecisionError(
            f"There is no test case beneath {folder}.",
            remedy="Give the folder of a checkout of the DMN TCK, or of one of its suites.",
        )
    return report


def _root(path: Path) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(path.read_bytes(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        remedy = "Take it out of the folder, or fetch it again."
        raise DecisionError(f"{path} is no XML: {error}.", remedy=remedy) from None


def _count(report: Report, path: Path, result: Result, literal: bool) -> None:
    level = report.levels.setdefault(path.parent.parent.name, Score())
    suite = report.suites.setdefault(path.parent.name, Score())
    for counted in (report.all, level, suite, *([report.literal] if literal else [])):
        counted.count(result.outcome, result.expected)
    if result.outcome not in ("passed", "skipped"):
        report.failures.append(result)


# One suite


def _suite(path: Path, root: Element) -> Iterator[tuple[Result, bool]]:
    name = child(root, "modelName")
    file = path.with_name(Path((name.text or "") if name is not None else "").name.strip() or "no model")
    model: dmn.Model | EngineError
    try:
        model = _load(file)
    except EngineError as error:
        model = error
    for case in children(root, "testCase"):
        inputs = _inputs(case)
        for node in children(case, "resultNode"):
            yield _result(path.parent.name, model, case, node, inputs)


def _load(file: Path) -> dmn.Model:
    """Return the model of a file, with whatever it imports from the files beside it."""
    files = {attribute(root_of(other.read_bytes()), "namespace"): other for other in file.parent.glob("*.dmn")}
    made: dict[str, dmn.Model] = {}

    def model(path: Path) -> dmn.Model:
        data = _bytes(path)
        for each in children(root_of(data), "import"):
            namespace = attribute(each, "namespace")
            if namespace in files and namespace not in made:
                made[namespace] = model(files[namespace])
        return dmn.load(data, imports=made)

    return model(file)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DecisionError(f"The model {path.name} cannot be read: {error.strerror}.") from None


def _inputs(case: Element) -> dict[str, object]:
    inputs: dict[str, object] = {}
    for node in children(case, "inputNode"):
        inputs[attribute(node, "name")] = _value(node)
    return inputs


def _result(
    suite: str, model: "dmn.Model | EngineError", case: Element, node: Element, inputs: Mapping[str, object]
) -> tuple[Result, bool]:
    holder = child(node, "expected")
    expected = _value(holder) if holder is not None else None
    name = attribute(node, "name")
    asked = attribute(case, "invocableName") or name
    try:
        if isinstance(model, EngineError):
            raise model
        actual = model.evaluate(asked, inputs)
        if asked != name and isinstance(actual, Mapping) and name in actual:
            actual = actual[name]  # one of a decision service's several outputs
        outcome = _outcome(expected, actual)
    except ExternalFunction as error:
        outcome, actual = "skipped", error
    except EngineError as error:
        outcome, actual = ("passed" if expected is None else "error"), error
    return Result(suite, attribute(case, "id"), name, outcome, expected, actual), _is_literal(model, asked)


def _is_literal(model: "dmn.Model | EngineError", name: str) -> bool:
    if isinstance(model, EngineError):
        return False
    return any(part.name == name and part.body == "literalExpression" for part in model.decisions())


def _outcome(expected: object, actual: object) -> str:
    if matches(expected, actual):
        return "passed"
    return "null" if actual is None else "wrong"


def matches(expected: object, actual: object) -> bool:
    """Tell whether a value is what the kit expects; numbers within TOLERANCE, times with the same zone."""
    if expected is None or actual is None or kind(expected) != kind(actual):
        return expected is None and actual is None
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(matches, expected, actual))
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        return expected.keys() == actual.keys() and all(matches(expected[key], actual[key]) for key in expected)
    if kind(expected) == "number":
        one, other = Decimal(str(expected)), Decimal(str(actual))
        return abs(one - other) <= TOLERANCE * max(abs(one), Decimal(1))
    if kind(expected) in ("time", "date and time"):
        return feel_text(expected) == feel_text(actual)
    return equals(expected, actual) is True


# Values


def _value(holder: Element) -> object:
    """Return the value inside an input, an expectation, a list item or a component."""
    if holder.get(_NIL) == "true":
        return None
    inner = list(children(holder))
    if not inner:
        return None
    first = inner[0]
    if tag(first) == "value":
        return _simple(first)
    if tag(first) == "list":
        return None if first.get(_NIL) == "true" else [_value(item) for item in children(first, "item")]
    return {attribute(part, "name"): _value(part) for part in inner if tag(part) == "component"}


def _simple(value: Element) -> object:
    text = value.text or ""
    sort = (value.get(_TYPE) or "").rpartition(":")[2]
    if value.get(_NIL) == "true":
        return None
    return _SIMPLE.get(sort, str)(text)


def _number(text: str) -> object:
    return Decimal(text.strip())


_SIMPLE: dict[str, Callable[[str], object]] = {
    "string": str,
    "boolean": lambda text: text.strip() == "true",
    "date": lambda text: temporal.date_from(text.strip()),
    "time": lambda text: temporal.time_from(text.strip()),
    "dateTime": lambda text: temporal.date_time_from(text.strip()),
    "duration": lambda text: temporal.duration_from(text.strip()),
    **dict.fromkeys(("decimal", "double", "integer", "int", "long", "float"), _number),
}
