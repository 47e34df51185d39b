"""Rules, spans and days in plain English."""

from datetime import date

from engine.rules.rule import Extension, Limit, Reset, Rule, Span, Stop, Suppression


def rule_in_words(rule: Rule) -> str:
    """Return the whole rule as sentences that a resident or a lawyer can read."""
    return " ".join(sentences(rule))


def sentences(rule: Rule) -> list[str]:
    """Return the same, sentence by sentence."""
    told = [*_times(rule), *_counting(rule)]
    told += [_extension(entry) for entry in rule.extensions]
    told += [_stop(entry) for entry in rule.stops]
    told += [_reset(entry) for entry in rule.resets]
    told += [_suppression(entry) for entry in rule.suppressions]
    return [*told, _force(rule)]


def span_in_words(span: Span) -> str:
    """Return "1 working day", "10 working days", "24 hours"."""
    unit = span.unit.removeprefix("clock ")
    return f"{span.amount:,} {unit.removesuffix('s') if span.amount == 1 else unit}"


def limit_in_words(limit: Limit) -> str:
    """Return the limit, with "the longer of … and …" where there is a choice."""
    limbs = [span_in_words(limb) if isinstance(limb, Span) else f"one {limb.replace('_', ' ')}" for limb in limit.limbs]
    return f"the {limit.choose} of {join_words(limbs)}" if len(limbs) > 1 else limbs[0]


def day_in_words(day: date) -> str:
    """Return "Thursday 3 December 2026"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def join_words(words: list[str], *, last: str = " and ") -> str:
    """Return "a", "a and b", "a, b and c"."""
    return last.join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _times(rule: Rule) -> list[str]:
    when = rule.counts_from_words
    point = f"from when {when}" if rule.direction == "after" else f"before the day on which {when}"
    sentences = []
    if rule.not_before:
        sentences.append(f"{rule.name}: not before {limit_in_words(rule.not_before)} {point}.")
    if rule.within:
        subject = "And" if rule.not_before else f"{rule.name}:"
        most = "within" if rule.direction == "after" else "at least"
        sentences.append(f"{subject} {most} {limit_in_words(rule.within)} {point}.")
    return sentences


def _counting(rule: Rule) -> list[str]:
    sentences = []
    if not rule.in_clock_hours:
        sentences.append(f"The day of the event is {'the first day' if rule.day_of_event else 'not counted'}.")
    if rule.rolls_to:
        sentences.append(f"If the last day is not a working day, it moves to the {rule.rolls_to}.")
    if rule.closures_count:
        sentences.append("Days on which the organisation is closed are not working days.")
    if rule.holidays_of:
        sentences.append("A bank holiday in any part of the United Kingdom is not a working day.")
    if rule.amber_after:
        sentences.append(f"It turns amber after {span_in_words(rule.amber_after)}.")
    if rule.amber_before_due:
        sentences.append(f"It turns amber {span_in_words(rule.amber_before_due)} before the time is up.")
    return sentences


def _extension(entry: Extension) -> str:
    most = f"in {entry.unit}, with no maximum"
    if entry.at_most:
        most = f"by at most {span_in_words(Span(entry.at_most, entry.unit))} in all"
    return f"It may be extended {most} ({entry.name}){_by(entry)}."


def _stop(entry: Stop) -> str:
    most = f" for at most {span_in_words(entry.at_most)}" if entry.at_most else ""
    effect = f"{'The clock may stop' if entry.pauses else 'The time may be kept open'}{most}"
    left = f", and at least {span_in_words(entry.minimum_left)} are left after it" if entry.minimum_left else ""
    return f"{effect} ({entry.name}){_by(entry)}{left}."


def _reset(entry: Reset) -> str:
    times = f" {times_in_words(entry.times)}" if entry.times else ""
    return f"The whole time may start again{times} ({entry.name}){_by(entry)}."


def _suppression(entry: Suppression) -> str:
    teams = join_words(list(entry.override_by), last=" or ")
    return f"It must not be done while {entry.words}" + (f", unless {teams} override that." if teams else ".")


def times_in_words(times: int) -> str:
    """Return "once", "twice", "3 times"."""
    return {1: "once", 2: "twice"}.get(times, f"{times} times")


def _by(entry: Extension | Stop | Reset) -> str:
    who = f", granted by {join_words(list(entry.granted_by), last=' or ')}" if entry.granted_by else ""
    reasons = [*entry.reasons, *(["another reason that is recorded"] if entry.reasons and entry.other_reasons else [])]
    return f"{who}, because: {'; '.join(reasons)}" if reasons else who


def _force(rule: Rule) -> str:
    start = f"from {plain_day(rule.in_force_from)}" if rule.in_force_from else "for events of any date"
    end = f" to {plain_day(rule.in_force_to)}" if rule.in_force_to else ""
    source = f" Source: {rule.citation.text}." if rule.citation else ""
    return f"In force {start}{end}.{source}"


def plain_day(day: date) -> str:
    """Return "3 December 2026"."""
    return f"{day.day} {day:%B %Y}"
