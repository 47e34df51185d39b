"""The fields that a letter of a category may use, each with label, example and what to type; and a sample of all.

Files of a draft may be at work: what cannot be read offers nothing, and the check tells what is wrong with it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine import fields, law
from engine.definitions.category import RULES_FILE, SETTINGS_FILE, read_settings
from engine.definitions.checks.names import CLOCK, SURROUNDINGS, written_by
from engine.definitions.reading import read
from engine.definitions.xml import NotADiagram, parse
from engine.documents.formats import Unwritable, clock_time, printed, write_date, write_money
from engine.documents.picture import Picture
from engine.errors import EngineError
from engine.fields import CATEGORY, ENTITIES
from engine.forms import Field
from engine.forms import load as load_form
from engine.forms.titles import title_of
from engine.instants import london, now, today
from engine.letters import illustrations
from engine.letters.labels import GROUPS, labelled
from engine.letters.ways import KINDS, Way, entry_of, loop, ways
from engine.playing.sample import surroundings
from engine.rules import RuleBook
from engine.rules import load as load_rules
from engine.templates import current
from engine.templates.kinds import INCLUDED

Files = Mapping[str, bytes]
OF_FEEL = {"string": "text", "number": "number", "date": "date", "date and time": "datetime", "boolean": "yes_no"}
AMOUNTS = frozenset({"account.weekly_rent", "account.weekly_charges", "account.balance"})
NOT_OFFERED = frozenset({"subject", "teams", "loop"})


@dataclass(frozen=True, slots=True)
class Offered:
    """A field: `path` as the check knows it (`works[].cost`), `value` in the sample, `ways` of typing it."""

    path: str
    label: str
    kind: str
    ways: tuple[Way, ...]
    value: Any = None
    options: tuple[tuple[Any, str], ...] = ()
    help: str = ""
    within: str = ""  # the list in whose loop it stands

    @property
    def kind_name(self) -> str:
        """Return the kind in words."""
        return KINDS[self.kind]

    @property
    def example(self) -> str:
        """Return how a letter would print it; "" for what is none to print."""
        return _printed(self.value, self.kind)

    @property
    def words(self) -> str:
        """Return all that it may be searched by, in small letters."""
        labels = (label for _, label in self.options)
        return " ".join([self.path, self.path.replace("_", " "), self.label, self.help, *labels]).lower()


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together, under a heading."""

    name: str
    fields: tuple[Offered, ...]


def offered(session: Session, files: Files) -> list[Group]:
    """Return the fields that the letters of a category may use: its own first, then those that every case has."""
    own = list(_of_forms(files))
    known = {field.path for group in own for field in group.fields}
    catalogued = _catalogued(session, f"{CATEGORY}{_key(files)}", "", known)
    known |= {field.path for field in catalogued}
    found = [
        *own,
        Group("Fields of the catalogue", tuple(catalogued)),
        Group("What steps give", tuple(_of_steps(files, known))),
        *every_case(session, _rules(files)),
        Group("Standard paragraphs and blocks", tuple(_blocks(session))),
    ]
    return [group for group in found if group.fields]


def every_case(session: Session, rules: RuleBook | None = None) -> list[Group]:
    """Return the fields that any case has, whatever its category: what shared templates may use."""
    found: dict[str, list[Offered]] = {}
    for path, feel in SURROUNDINGS.items():
        root = path.partition(".")[0]
        if root not in NOT_OFFERED and not path.endswith(".fields"):
            found.setdefault(GROUPS.get(root, root.capitalize()), []).append(_surrounding(path, feel))
    for word in ENTITIES:
        found.setdefault(GROUPS[word], []).extend(_catalogued(session, word, f"{word}.fields.", set()))
    found[GROUPS["officer"]].append(Offered(**illustrations.signature()))
    found["Photographs of the case"] = [Offered(**each) for each in illustrations.photographs()]
    groups = [Group(name, tuple(each)) for name, each in found.items()]
    return [*groups, Group("Deadlines", tuple(_deadlines(rules, law.common_ids(session))))]


def matching(groups: Iterable[Group], words: str) -> list[Group]:
    """Return the groups with the fields that have every one of the words, in label, name, help or choices."""
    wanted = words.lower().split()
    found = (
        replace(group, fields=tuple(f for f in group.fields if all(word in f.words for word in wanted)))
        for group in groups
    )
    return [group for group in found if group.fields]


def first(groups: Iterable[Group], most: int) -> list[Group]:
    """Return the groups with their first fields, together at most so many."""
    found = []
    for group in groups:
        kept = group.fields[:most]
        most -= len(kept)
        if kept:
            found.append(replace(group, fields=kept))
    return found


def _blocks(session: Session) -> Iterator[Offered]:
    """Yield what letters may include by name, as it is in force today."""
    for name, one in sorted(current.by_kind(current.in_force(session, today()), *INCLUDED).items()):
        includes = Way("all of it, in a paragraph of its own", (f'{{%p include "{name}" %}}',))
        yield Offered(name, one.title, one.kind, (includes,))


# The category's own


def _of_forms(files: Files) -> Iterator[Group]:
    seen: set[str] = set()
    for path in sorted(files):
        if not path.endswith(".form"):
            continue
        try:
            form = load_form(files[path], source=path)
        except EngineError:
            continue
        fresh = [field for field in form.fields if field.key not in seen]
        seen |= {field.key for field in fresh}
        title = title_of(files[path]) or path.rsplit("/", 1)[-1].removesuffix(".form").replace("_", " ").capitalize()
        yield Group(f"Asked for in “{title}”", tuple(_offered(field, fresh) for field in fresh))


def _catalogued(session: Session, owner: str, start: str, known: set[str]) -> list[Offered]:
    catalogue = fields.of_owner(session, owner)
    own = [replace(field, key=f"{start}{path}") for path, field in catalogue.fields.items() if path not in known]
    return [_offered(field, own) for field in own]


def _offered(field: Field, others: Iterable[Field]) -> Offered:
    """Return a field of a form or of the catalogue; `others` tell what the entries of a list have."""
    kind = _kind(field)
    options = tuple((option.value, option.label) for option in field.options) if kind != "yes_no" else ()
    label = _plain(field.label) or field.key.rsplit(".", 1)[-1].replace("_", " ").capitalize()
    holder, is_in_list, inner = field.key.rpartition("[].")
    typed = f"{entry_of(holder)}.{inner}" if is_in_list else field.key
    given = ways(typed, kind, options=options)
    if kind == "list":
        start = f"{field.key}[]."
        within = [(other.key.removeprefix(start), _kind(other)) for other in others if other.key.startswith(start)]
        given = loop(field.key, [pair for pair in within if "[]" not in pair[0]])
    value = sample_value(kind, label, options)
    return Offered(field.key, label, kind, given, value, options, field.help or "", within=holder if is_in_list else "")


def _kind(field: Field) -> str:
    if field.type in ("number", "any") and field.prefix.strip() == "£":
        return "money"
    return _guessed(field.key, "") if field.type == "any" else field.type


def _plain(label: str) -> str:
    """Return a label without the marks of its layout."""
    return " ".join(re.sub(r"[*`#]|<[^>]*>", "", label).split())


def _of_steps(files: Files, known: set[str]) -> Iterator[Offered]:
    names: dict[str, tuple[str, str]] = {}  # with the step and the kind
    for path, content in files.items():
        if path.endswith(".bpmn"):
            try:
                elements = read(parse(content, source=path), source=path).elements.values()
            except (NotADiagram, EngineError):
                continue
            for element in elements:
                given = {target: source for source, target in element.service.inputs}
                for name in written_by(element):
                    names[name] = element.name or element.id, _guessed(name, given.get(name, ""))
    for name, (step, kind) in sorted(names.items()):
        if name not in known and re.fullmatch(r"[A-Za-z]\w*(\.\w+)*", name):
            label = name.replace("_", " ").replace(".", " ").capitalize()
            value = sample_value(kind, label, ())
            yield Offered(name, label, kind, ways(name, kind), value, help=f"Given by the step “{step}”")


def _guessed(name: str, expression: str) -> str:
    """Return the kind that a step's answer most likely has: nothing says it."""
    if re.match(r"=\s*(due|amber|today|date|add working days)\b", expression) or re.search(r"_(on|by|day|date)$", name):
        return "date"
    if re.match(r"=\s*now\(", expression) or name.endswith("_at"):
        return "datetime"
    return "money" if re.search(r"(^|_)(amount|cost|price|total|rent|charge|fee)$", name) else "any"


# What every case has


def _surrounding(path: str, feel: str) -> Offered:
    label = labelled(path)
    value = _sampled(path)
    if feel == "list":
        members = value[0] if value and isinstance(value[0], Mapping) else {}
        names = [(name, "text") for name in members]
        kind = "list" if members else "lines"
        given = (*loop(path, names), *ways(path, kind)) if kind == "lines" else loop(path, names)
        return Offered(path, label, kind, given, value)
    kind = "money" if path in AMOUNTS else OF_FEEL.get(feel, "text")
    if value is None:
        value = sample_value(kind, label, ())
    return Offered(path, label, kind, (*ways(path, kind), *illustrations.code_of(path)), value)


def _sampled(path: str) -> Any:
    root, *rest = path.split(".")
    found = surroundings(root)
    for name in rest:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _deadlines(rules: RuleBook | None, common: Iterable[str]) -> Iterator[Offered]:
    own = list(rules.ids) if rules is not None else []
    for rule_id in [*own, *sorted(set(common) - set(own))]:
        called = rules.versions(rule_id)[-1].name if rules is not None and rule_id in own else ""
        words = called or rule_id.replace(".", ": ").replace("_", " ").capitalize()
        start = f"clocks.{rule_id.replace('.', '_')}"
        for name, feel in CLOCK.items() if rule_id in own else (("due_on", "date"),):
            kind = OF_FEEL.get(feel, "text")
            label = f"{words}: {labelled(f'clocks.{name}')}"
            yield Offered(f"{start}.{name}", label, kind, ways(f"{start}.{name}", kind), _of_clock(name, kind, words))


def _of_clock(name: str, kind: str, words: str) -> Any:
    given = {"state": "running", "name": words, "extended_by": 10, "is_overdue": False, "citation_link": ""}
    return given[name] if name in given else sample_value(kind, labelled(f"clocks.{name}"), ())


def _rules(files: Files) -> RuleBook | None:
    try:
        return load_rules(files.get(RULES_FILE, b"").decode(), source=RULES_FILE)
    except (EngineError, UnicodeDecodeError):
        return None


def _key(files: Files) -> str:
    try:
        return read_settings(files.get(SETTINGS_FILE, b"")).key
    except EngineError:
        return ""


# The sample


def sample(groups: Iterable[Group], uses: Iterable[str] = ()) -> dict[str, Any]:
    """Return plain data that has a value for every field that is offered: what a letter is tried with.

    Of what a step gives nobody knows what is in it: `uses` are the paths that the letter asks for.
    """
    groups = [replace(group, fields=tuple(f for f in group.fields if f.kind not in INCLUDED)) for group in groups]
    found: dict[str, Any] = {}
    unknown = [field.path for group in groups for field in group.fields if field.kind == "any"]
    for path in uses:
        if any(path.startswith(f"{name}.") for name in unknown) and "[]" not in path:
            _plant(found, path.split("."), f"({path.replace('.', ' ').replace('_', ' ').capitalize()})")
    for field in (field for group in groups for field in group.fields):
        if not field.within and field.kind not in ("list", "group"):
            _plant(found, field.path.split("."), field.value)
        elif field.kind == "list":
            rows = field.value if isinstance(field.value, list) and field.value else [{}, {}]
            _plant(found, field.path.split("."), [dict(row) for row in rows])
    for field in (field for group in groups for field in group.fields if field.within):
        _plant_in_rows(found, field)
    return {**found, "subject": found.get("person")}


def stand_ins(groups: Iterable[Group], values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the texts of a sample that may as well be a date or an amount: those of what steps and formulas give."""
    roots = {field.path.split(".")[0] for group in groups for field in group.fields if field.kind in ("any", "lookup")}
    return {text: [london(now()), Decimal("112.40")] for root in roots for text in _texts(values.get(root))}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _texts(member)


def _plant(found: dict[str, Any], names: list[str], value: Any) -> None:
    *holders, last = names
    for name in holders:
        inner = found.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        found = inner
    found.setdefault(last, value)


def _plant_in_rows(found: dict[str, Any], field: Offered) -> None:
    """Give each row of its list a value; a list within a list is left empty, as nobody answered it."""
    holder: Any = found
    for name in field.within.split("."):
        holder = holder.get(name) if isinstance(holder, dict) else None
    inner = field.path.removeprefix(f"{field.within}[].")
    for row in holder if isinstance(holder, list) else ():
        _plant(row, inner.split("."), [] if field.kind == "list" else field.value)


def sample_value(kind: str, label: str, options: tuple[tuple[Any, str], ...]) -> Any:
    """Return an answer as it might be given to a field of this kind."""
    values = [value for value, _ in options]
    match kind:
        case "number":
            return 3
        case "money":
            return Decimal("112.40")
        case "date":
            return today() + timedelta(days=7)
        case "datetime":
            return london(now()).replace(second=0, microsecond=0)
        case "time":
            return "09:30"
        case "yes_no":
            return True
        case "choice":
            return values[0] if values else f"({label})"
        case "multiple_choice":
            return values[:2] or [f"({label})"]
        case "file" | "list":
            return []
        case "long_text":
            return f"({label}: what somebody wrote.)\n\n(A second paragraph of it.)"
        case _:
            return f"({label})"


def _printed(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if isinstance(value, Picture):
        return f"[{value.words}]"
    try:
        if isinstance(value, datetime):
            return f"{write_date(value)} at {clock_time(value)}"
        if isinstance(value, date):
            return write_date(value)
        if kind == "money" and isinstance(value, int | Decimal):
            return write_money(value)
        return printed(value)
    except Unwritable:  # a list of rows: each prints its own fields
        return ""
