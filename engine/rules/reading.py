"""Read a rules file (TOML) into rules, and refuse it with every fault at its place."""

import re
import tomllib
from typing import Any

from engine.errors import Invalid
from engine.rules.book import RuleBook
from engine.rules.rule import KINDS, UNITS, Citation, Extension, Limit, Reset, Rule, Span, Stop, Suppression, Unit
from engine.rules.table import Table

LARGEST_FILE = 1_000_000
MOST_RULES = 500
MOST_PARTS = 30  # of a dotted key: the time that reading one takes grows with their square
NO_MAXIMUM = "no maximum"


def load(toml_text: str, *, source: str) -> RuleBook:
    """Read the rules in `toml_text`; `source` names the file in every message.

    Raises Invalid whose `errors` map each place (`rule[complaint.stage1_response].within.unit`) to a sentence.
    """
    faults: dict[str, str] = {}
    file = Table(_parse(toml_text, source=source), "", faults)
    rules = [_rule(table) for table in file.tables("rule", most=MOST_RULES)]
    file.refuse_unknown()
    if not rules and not faults:
        faults["rule"] = "Expected at least one rule, headed [[rule]], found none."
    if faults:
        raise Invalid(_summary(faults, source), errors=faults, remedy=f"Correct {source} and check it again.")
    return RuleBook(rules, source=source)


def _parse(toml_text: str, *, source: str) -> dict[str, Any]:
    if len(toml_text) > LARGEST_FILE:
        size = f"A rules file has at most {LARGEST_FILE:,} characters, and this one has {len(toml_text):,}."
        raise Invalid(f"{source}: {size}", errors={"toml": size}, remedy="Split it by category.")
    if line := endless_key(toml_text):
        said = f"Line {line} holds a key of more than {MOST_PARTS} parts."
        raise Invalid(f"{source}: {said}", errors={"toml": said}, remedy="A rules file has none longer than two.")
    try:
        return tomllib.loads(toml_text)
    except (ValueError, RecursionError) as fault:  # ValueError: bad TOML, and a number of thousands of digits
        reason = "tables nested too deeply" if isinstance(fault, RecursionError) else str(fault)[:200]
        raise Invalid(
            f"{source} is not valid TOML: {reason}.",
            errors={"toml": reason},
            remedy="Correct that line; text stands in quotes, days do not.",
        ) from None


def endless_key(toml_text: str) -> int:
    """Return the first line with more dots in one place than any key or sentence has; 0 where there is none."""
    for number, line in enumerate(toml_text.splitlines(), start=1):
        if line.count(".") > MOST_PARTS and any(part.count(".") > MOST_PARTS for part in re.split("[=,]", line)):
            return number
    return 0


def _summary(faults: dict[str, str], source: str) -> str:
    place, sentence = next(iter(faults.items()))
    more = f" And {len(faults) - 1} more." if len(faults) > 1 else ""
    return f"{source}: {place}: {sentence}{more}"


def _rule(table: Table) -> Rule:
    known = len(table.faults)
    rule = Rule(
        id=table.key("id", dots=True),
        name=table.text("name"),
        kind=table.choice("class", KINDS),
        counts_from=table.key("counts_from"),
        counts_from_words=table.text("counts_from_words"),
        direction=table.choice("direction", ("after", "before"), default="after"),
        within=_limit(table.table("within")),
        not_before=_limit(table.table("not_before")),
        amber_after=_span(table.table("amber_after")),
        amber_before_due=_span(table.table("amber_before_due")),
        day_of_event=1 if table.whole_number("day_of_event", least=0, most=1, needed=False) else 0,
        rolls_to=table.choice("rolls_to", ("next working day", "previous working day"), default=""),
        closures_count=table.truth("closures_count", default=False),
        holidays_of=table.choice("holidays_of", ("any nation",), default=""),
        in_force_from=table.day("in_force_from"),
        in_force_to=table.day("in_force_to"),
        citation=_citation(table.table("citation")),
        extensions=tuple(_extension(entry) for entry in table.tables("extension")),
        stops=tuple(_stop(entry) for entry in table.tables("stop")),
        resets=tuple(_reset(entry) for entry in table.tables("reset")),
        suppressions=tuple(_suppression(entry) for entry in table.tables("suppression")),
    )
    table.refuse_unknown()
    if len(table.faults) == known:  # what could not be read contradicts nothing
        _refuse_contradictions(rule, table)
    return rule


def _limit(table: Table | None) -> Limit | None:
    """Read `{amount, unit}`, or `{longer_of = […]}` or `{shorter_of = […]}` of such or of `{period = "key"}`."""
    if table is None:
        return None
    if not table.has("longer_of") and not table.has("shorter_of"):
        return Limit((_limb(table),))
    choose = "longer" if table.has("longer_of") else "shorter"
    limbs = tuple(_limb(entry) for entry in table.tables(f"{choose}_of"))
    table.refuse_unknown()
    if len(limbs) < 2:
        table.fault(f"{choose}_of", "Expected at least two to choose from.")
    return Limit(limbs, "longer" if choose == "longer" else "shorter")


def _limb(table: Table) -> Span | str:
    if not table.has("period"):
        return _span(table) or Span(1, "working days")
    period = table.key("period")
    table.refuse_unknown()
    return period


def _span(table: Table | None) -> Span | None:
    if table is None:
        return None
    unit = table.choice("unit", tuple(UNITS))
    amount = table.whole_number("amount", least=1, most=UNITS[unit])
    table.refuse_unknown()
    return Span(amount or 1, unit)


def _citation(table: Table | None) -> Citation | None:
    if table is None:
        return None
    citation = Citation(text=table.text("text"), url=table.link("url"))
    table.refuse_unknown()
    return citation


def _extension(table: Table) -> Extension:
    unit = table.choice("unit", tuple(UNITS))
    extension = Extension(
        id=table.key("id"),
        name=table.text("name"),
        unit=unit,
        at_most=_maximum(table, unit),
        times=table.whole_number("times", least=1, most=1_000, needed=False),
        reasons=table.texts("reasons"),
        other_reasons=table.truth("other_reasons", default=False),
        letter=table.key("letter", needed=False),
        granted_by=table.texts("granted_by"),
        citation=_citation(table.table("citation")),
    )
    table.refuse_unknown()
    return extension


def _maximum(table: Table, unit: str) -> int | None:
    """Read the most that may be granted; that there is no maximum must be said ("no maximum"), never left out."""
    return None if table.says("at_most", NO_MAXIMUM) else table.whole_number("at_most", least=1, most=UNITS[unit])


def _stop(table: Table) -> Stop:
    stop = Stop(
        id=table.key("id"),
        name=table.text("name"),
        at_most=_span(table.table("at_most")),
        times=table.whole_number("times", least=1, most=1_000, needed=False),
        first_day_counts=table.truth("first_day_counts", default=True),
        pauses=table.truth("pauses", default=True),
        minimum_left=_span(table.table("minimum_left")),
        reasons=table.texts("reasons"),
        other_reasons=table.truth("other_reasons", default=False),
        letter=table.key("letter", needed=False),
        granted_by=table.texts("granted_by"),
        citation=_citation(table.table("citation")),
    )
    table.refuse_unknown()
    if not stop.pauses and not stop.minimum_left:
        table.fault("pauses", "A stop that does not pause the clock must give minimum_left.")
    return stop


def _reset(table: Table) -> Reset:
    reset = Reset(
        id=table.key("id"),
        name=table.text("name"),
        times=table.whole_number("times", least=1, most=1_000, needed=False),
        reasons=table.texts("reasons"),
        other_reasons=table.truth("other_reasons", default=False),
        letter=table.key("letter", needed=False),
        granted_by=table.texts("granted_by"),
        citation=_citation(table.table("citation")),
    )
    table.refuse_unknown()
    return reset


def _suppression(table: Table) -> Suppression:
    suppression = Suppression(
        while_=table.key("while"),
        words=table.text("words"),
        citation=_citation(table.table("citation")),
        override_by=table.texts("override_by"),
    )
    table.refuse_unknown()
    return suppression


def _refuse_contradictions(rule: Rule, table: Table) -> None:
    """Note what no single key shows to be wrong."""
    if not rule.within and not rule.not_before:
        table.fault("within", "A rule needs “within” (the last moment), “not_before” (the first), or both.")
    if rule.in_force_from and rule.in_force_to and rule.in_force_to < rule.in_force_from:
        table.fault("in_force_to", f"Expected a day on or after {rule.in_force_from}, found {rule.in_force_to}.")
    if rule.direction == "before" and (rule.extensions or rule.stops or rule.resets or rule.day_of_event):
        table.fault("direction", "Time counted back from an event has no extension, stop, reset or day_of_event.")
    for kind, entries in (("extension", rule.extensions), ("stop", rule.stops), ("reset", rule.resets)):
        if len({entry.id for entry in entries}) < len(entries):
            table.fault(kind, "Two have the same id.")
    _refuse_mixed_units(rule, table)
    _refuse_amber(rule, table)


def _refuse_mixed_units(rule: Rule, table: Table) -> None:
    """Note clock hours beside days: the one ends at a moment, the other with a day."""
    if "clock hours" not in _units(rule):
        return
    others = sorted(str(unit) for unit in _units(rule) if unit != "clock hours")
    if others:
        table.fault("within", f"Clock hours cannot be mixed with {', '.join(others)}.")
    if rule.rolls_to or rule.day_of_event or rule.closures_count:
        table.fault("within", "Clock hours run through holidays: no rolls_to, day_of_event or closures_count.")


def _units(rule: Rule) -> set[Unit]:
    limbs = [limb for limit in (rule.within, rule.not_before) if limit for limb in limit.limbs]
    spans = [*limbs, rule.amber_after, rule.amber_before_due]
    spans += [span for stop in rule.stops for span in (stop.at_most, stop.minimum_left)]
    return {span.unit for span in spans if isinstance(span, Span)} | {entry.unit for entry in rule.extensions}


def _refuse_amber(rule: Rule, table: Table) -> None:
    """Note an amber point that could never warn in time."""
    amber = rule.amber_after or rule.amber_before_due
    key = "amber_after" if rule.amber_after else "amber_before_due"
    if amber and not rule.within:
        table.fault(key, "Without “within” there is nothing to be late for.")
    if rule.amber_after and rule.amber_before_due:
        table.fault(key, "Give either amber_after or amber_before_due, not both.")
    if rule.amber_after and (rule.direction == "before" or any(stop.minimum_left for stop in rule.stops)):
        table.fault(key, "Here amber must be counted back from the end: give amber_before_due instead.")
    for limb in rule.within.limbs if rule.within else ():
        if amber and isinstance(limb, Span) and amber.unit == limb.unit and amber.amount >= limb.amount:
            table.fault(key, "Amber must come before the time is up.")
