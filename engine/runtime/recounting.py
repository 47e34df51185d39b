"""Works out the clocks of a case again, and moves what hangs on them: to-do items and timers.

A clock is worked out again when a rule, a holiday or a closure has changed (`recount_clocks`), and in the very step in
which a field that it counts from is corrected (`follow`). It stays the same clock, and an event tells old, new and why.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions.specs import CaseTimer, parts
from engine.errors import EngineError
from engine.runtime import opening
from engine.runtime.clock_row import ClockKey, ClockRow, moment
from engine.runtime.instance import read_by

if TYPE_CHECKING:
    from engine.runtime.step import Step

ASKING = {"due", "amber", "clock"}  # functions whose answer moves with a clock


def recount_clocks(step: "Step", *, why: str) -> list[ClockRow]:
    """Work out every clock of the case that goes on by the rules and the calendar of now; return those that changed.

    `why` is the sentence that the event tells (“The closure “Office move” was added”). To-do items follow when the
    step is saved, timers when it runs; what is then due fires in this step. To be called like this:

        case = lock_case(session, case_id, by=PLATFORM)
        step = open_step(session, case, actor=PLATFORM, at=now())
        step.fire_due_timers()
        recount_clocks(step, why=why)
        step.run()
        save(step)

    A clock that cannot be worked out any more keeps its date, and its event says why.
    """
    moved = [row for row in step.deadlines.all if row.goes_on and recount(step, row, why=why)]
    for _, timer, keys in _timers(step):
        if timer.kind != "cycle":
            step.timers_to_move.update(keys)  # a timer may ask a clock that nobody has started
    return moved


def recount(step: "Step", row: ClockRow, *, why: str, counted_from: str = "") -> bool:
    """Work out one clock, from another date if one is given; say whether any date of it has changed."""
    before, was, floor = row.dates(), row.key, row.explanation.get("not_before_at")
    row.counted_from = counted_from or row.counted_from
    try:
        step.deadlines.count(row)
    except EngineError as error:
        row.counted_from = was[1]
        if not counted_from:
            step.deadlines.leave(row)
        told = {"why": why, "problem": f"{error.message} {error.remedy}".strip()}
        step.note_event("clock_recounted", {**row.told_with_reasons(), "before": before, **told})
        return False
    if row.dates() == before and row.explanation.get("not_before_at") == floor:
        return False
    if row.key != was:
        _rename(step, was, row.key)
    moved(step, row)
    step.note_event("clock_recounted", {**row.told_with_reasons(), "before": before, "why": why})
    return True


def moved(step: "Step", row: ClockRow) -> None:
    """Let what hangs on a clock follow it: timers before the step goes on, to-do items when it is saved."""
    step.moved_clocks.add(row.key)
    step.timers_to_move.add(row.key)


def follow(step: "Step") -> None:
    """Let clocks follow the fields that they count from, and timers their clocks; nothing where nothing has changed."""
    document = step.instance.document
    if step.followed != document.version:
        step.followed = document.version
        _follow_fields(step, set(document.changes))
    if step.timers_to_move:
        keys, step.timers_to_move = step.timers_to_move, set()
        for token, timer, asked in list(_timers(step)):
            if keys.intersection(asked) or (not asked and any(rule in timer.expression for rule, _ in keys)):
                _set_due(step, token, timer, asked)


def drop(step: "Step", row: ClockRow, *, reason: str) -> None:
    """End a clock that should not have run: it counts no more, and what it was stays to be seen."""
    row.state, row.met_at, row.is_changed = "cancelled", step.at, True
    forget_started(step, row.key)
    step.note_event("clock_cancelled", {**row.told(), "reason": reason})


def _follow_fields(step: "Step", fields: set[str]) -> None:
    kept = step.instance.kept
    if kept.clocks and fields:
        for token in step.open_todo():
            if token.id.hex in kept.clocks:
                _item_follows(step, token, fields)
    for entry in list(kept.started):
        _started_follows(step, entry, fields)
    _periods_follow(step, fields)
    for token, timer, _ in list(_timers(step)) if fields else ():
        if fields & read_by(timer.expression)[0]:
            _set_due(step, token, timer, [])


def _periods_follow(step: "Step", fields: set[str]) -> None:
    """Work out again the clocks whose rule counts a period that is among the corrected fields."""
    kept = step.instance.kept
    keys = {(rule, start) for keys in kept.clocks.values() for rule, start in keys}
    for rule, start in keys | {(rule, start) for rule, start, _ in kept.started}:
        with suppress(EngineError):  # a rule that is no more keeps its clocks as they are
            asked = fields.intersection(step.deadlines.rule_on(rule, moment(start)).periods)
            row = step.deadlines.rows.get((rule, start)) if asked else None
            if row is not None and row.goes_on:
                recount(step, row, why=_corrected(step, asked))


def _item_follows(step: "Step", token: Task, fields: set[str]) -> None:
    """Let the clocks of a to-do item count from what its schedule says now; a rule that it names no more is dropped."""
    text = opening.timed_by(step, token).assignment.due_date
    if not fields & read_by(text)[0]:
        return
    kept = step.instance.kept.clocks
    asked, before = _asked(step, token, text), _keys(kept[token.id.hex])
    gone = [key for key in before if key not in asked]
    new = [key for key in asked if key not in before]
    if not new:
        return
    why = _corrected(step, fields & read_by(text)[0])
    hangs_on = [key for key in before if key in asked]
    for old in gone:
        twin = next((key for key in new if key[0] == old[0]), None)
        if twin is not None:
            new.remove(twin)
            hangs_on.append(_move(step, old, twin, why=why))
    hangs_on += [step.deadlines.start(key).key for key in new]
    step.moved_clocks.update(new)
    kept[token.id.hex] = [list(key) for key in hangs_on]
    for old in gone:
        _drop_if_left(step, old, why=why)


def _started_follows(step: "Step", entry: list[str], fields: set[str]) -> None:
    rule, start, source = entry
    if not source or not fields & read_by(source)[0]:
        return
    try:
        value = step.instance.value_of(source)
    except EngineError:
        return  # the clock counts from what it was given, until there is another date
    if isinstance(value, date) and value.isoformat() != start:
        _move(step, (rule, start), (rule, value.isoformat()), why=_corrected(step, fields & read_by(source)[0]))


def _move(step: "Step", old: ClockKey, new: ClockKey, *, why: str) -> ClockKey:
    """Let the clock `old` count from another date, or what hangs on it hang on the one that does; return which it is.

    That is `old` still where the rule cannot be counted from the new date.
    """
    rows = step.deadlines.rows
    row = rows.get(old)
    if row is None or not row.goes_on:
        return step.deadlines.start(new).key
    if new not in rows:
        recount(step, row, why=why, counted_from=new[1])
        return row.key
    step.deadlines.start(new)
    drop(step, row, reason=why)
    _rename(step, old, new)
    moved(step, rows[new])
    return new


def _drop_if_left(step: "Step", key: ClockKey, *, why: str) -> None:
    """End a clock on which nothing hangs any more because a schedule goes by another rule now."""
    row, kept = step.deadlines.rows.get(key), step.instance.kept
    hangs = any(list(key) in keys for keys in kept.clocks.values()) or any(list(key) == e[:2] for e in kept.started)
    if row is not None and row.goes_on and not hangs:
        drop(step, row, reason=why)
        step.touched_clocks.discard(key)


def _rename(step: "Step", old: ClockKey, new: ClockKey) -> None:
    """Let everything that knows a clock by what it counted from know it by what it counts from now."""
    kept = step.instance.kept
    for keys in kept.clocks.values():
        keys[:] = [list(new) if tuple(key) == old else key for key in keys]
    for entry in kept.started:
        if tuple(entry[:2]) == old:
            entry[:2] = list(new)
    if old in step.touched_clocks:
        step.touched_clocks.remove(old)
        step.touched_clocks.add(new)
    for token in step.instance.workflow.event_manager.tasks.values():
        for keys in token.internal_data.get("clocks", {}).values():
            keys[:] = [list(new) if tuple(key) == old else key for key in keys]


def forget_started(step: "Step", key: ClockKey) -> None:
    """Wait no longer for a clock that no to-do item started."""
    kept = step.instance.kept
    kept.started = [entry for entry in kept.started if tuple(entry[:2]) != key]


def _timers(step: "Step") -> Iterator[tuple[Task, CaseTimer, list[ClockKey]]]:
    """Yield the timers that wait and whose time is asked of a clock, each with the clocks that it asked."""
    for token in step.instance.workflow.event_manager.tasks.values():
        if token.state != TaskState.WAITING:
            continue
        for part in parts(token.task_spec.event_definition):
            if isinstance(part, CaseTimer) and part.kind != "cycle" and read_by(part.expression)[1] & ASKING:
                yield token, part, _keys(token.internal_data.get("clocks", {}).get(part.name, []))


def _set_due(step: "Step", token: Task, timer: CaseTimer, keys: list[ClockKey]) -> None:
    """Work out when a timer is due; `keys` are the clocks that it hangs on, whatever its text would count from now."""
    if token.id.hex in step.instance.kept.incidents:
        return  # its retry works it out
    kept = token.internal_data.setdefault("due", {})
    with step.deadlines.hanging_on(keys):
        due = step.instance.when_due(token, timer)
    kept.pop(timer.name, None)
    if due is not None:
        kept[timer.name] = due.isoformat()


def _asked(step: "Step", token: Task, text: str) -> list[ClockKey]:
    """Return the clocks that a schedule asks for now, as far as it can be worked out."""
    step.deadlines.asked.clear()
    with suppress(EngineError):  # a date that no rule can be counted from is told with the clock that it would move
        step.instance.literal(token, text)
    return list(dict.fromkeys(step.deadlines.asked))


def _corrected(step: "Step", names: set[str]) -> str:
    fields = step.definition.fields
    labels = [f"“{fields[name].label if name in fields else name}”" for name in sorted(names)]
    return f"{' and '.join(labels)} {'was' if len(labels) == 1 else 'were'} corrected"


def _keys(kept: list[list[str]]) -> list[ClockKey]:
    return [(rule, start) for rule, start in kept]
